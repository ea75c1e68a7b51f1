// Starts the servers that a run measures; they end with the run, however that ends.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PINS } from './load.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The command that starts Roundsman. */
export const OURS = [process.execPath, `${root}server/dist/main.js`];

/** A command, for a core of its own where the machine allows. */
export const pinned = (commandLine) => [...PINS.server, ...commandLine];

/** Every layer on: a key, a limit that is never met, and Idempotency-Key on writes (post.lua). */
export const LAYERS = { AUTH: 'required', RATE_LIMIT_PER_MINUTE: '1000000' };

/** Makes an API key in a database of Roundsman. */
export function makeKey(file) {
  const args = ['keys', 'create', '--name', 'bench', '--scopes', 'admin', '--json'];
  const made = execFileSync(process.execPath, [`${root}server/bin/roundsman.js`, ...args], {
    env: { ...process.env, DATABASE_URL: `file:${file}` },
    encoding: 'utf8',
  });
  return JSON.parse(made).key;
}

/** Starts a server that writes a line of JSON with its address; answers that, and how long it took to listen. */
export async function startServer(name, [command, ...args], env = {}) {
  const startedAt = performance.now();
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = () => child.kill('SIGKILL');
  process.on('exit', kill);
  const url = await new Promise((resolve, reject) => {
    const lines = createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('{')) return console.error(line);
      const { address } = JSON.parse(line);
      if (address === undefined) return;
      resolve(address);
      lines.close();
      child.stdout.resume(); // its log is let go unread: reading it would take from a core that is measured
    });
    child.on('exit', () => reject(new Error(`${name} ended before it listened.`)));
  });
  const startMs = performance.now() - startedAt;
  return {
    url,
    startMs,
    memoryMb: () => Number(execFileSync('ps', ['-o', 'rss=', '-p', child.pid], { encoding: 'utf8' })) / 1024,
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'close');
      process.off('exit', kill);
    },
  };
}
