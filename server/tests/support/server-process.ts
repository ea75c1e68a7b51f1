import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const MAIN = `${ROOT}server/dist/main.js`;
const CLI = `${ROOT}server/bin/roundsman.js`;

/** Ends a process when its standard input ends, so that none outlives a test run that was killed. */
const TIED = `data:text/javascript,${encodeURIComponent("process.stdin.on('end', () => process.exit(1)).resume().unref?.()")}`;

export interface ServerProcess {
  child: ChildProcess;
  /** http://127.0.0.1:port */
  url: string;
  /** Every line of its log, parsed. */
  log: Record<string, unknown>[];
  /** Resolves with its exit code, or the signal that ended it. */
  ended: Promise<number | string>;
  kill(signal: NodeJS.Signals): Promise<number | string>;
}

const running = new Set<ServerProcess>();

/** Ends every server that a test file started. */
export async function killServers(): Promise<void> {
  await Promise.all([...running].map((server) => server.kill('SIGKILL')));
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function environment(settings: Record<string, string>): NodeJS.ProcessEnv {
  const { NODE_OPTIONS, ...env } = process.env; // Jest's options are not the server's
  return { ...env, ...settings };
}

/**
 * Starts the built server as a process of its own, on a free port, and waits until it listens. `under` is a
 * command that runs it, as strace does.
 */
export async function startServer(
  settings: Record<string, string>,
  under: readonly string[] = [],
): Promise<ServerProcess> {
  const [command = process.execPath, ...args] = [...under, process.execPath, '--import', TIED, MAIN];
  const child = spawn(command, args, {
    env: environment({ PORT: '0', ...settings }),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const log: Record<string, unknown>[] = [];
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  const kill = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  const server: ServerProcess = { child, url: '', log, ended, kill };
  running.add(server);
  void ended.then(() => running.delete(server));
  server.url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const entry = JSON.parse(line) as Record<string, unknown>;
      log.push(entry);
      if (typeof entry.address === 'string') resolve(entry.address);
    });
    void ended.then((how) => reject(new Error(`The server ended (${how}): ${stderr}`)));
  });
  return server;
}

/** Runs the built server or a command to its end. */
export function runServer(settings: Record<string, string>): Promise<Ended> {
  return run([MAIN], settings);
}

/** Runs lines of JavaScript, a module, to its end. */
export function runModule(lines: string, settings: Record<string, string>): Promise<Ended> {
  return run(['--input-type=module', '--eval', lines], settings);
}

/** Runs `roundsman …` to its end. */
export function runCli(
  args: readonly string[],
  settings: Record<string, string> = {},
  cwd = ROOT,
): Promise<Ended> {
  return run([CLI, ...args], settings, cwd);
}

async function run(args: readonly string[], settings: Record<string, string>, cwd = ROOT): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    cwd,
    env: environment(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...output };
}
