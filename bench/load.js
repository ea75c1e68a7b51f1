import { execFile, execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CONNECTIONS = 32;

function has(command) {
  try {
    execFileSync('which', [command], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Prefixes that put server and load on different cores, where the machine allows. */
export const PINS =
  has('taskset') && availableParallelism() > 1
    ? { server: ['taskset', '-c', '0'], load: ['taskset', '-c', '1'] }
    : { server: [], load: [] };

/** Stops with a sentence where wrk is missing. */
export function requireWrk() {
  if (has('wrk')) return;
  console.error('wrk is not installed. Debian: apt-get install wrk');
  process.exit(1);
}

/** Loads one address; answers requests a second and the 99th percentile in milliseconds. */
export async function load(url, { seconds, script, env = {} }) {
  const args = ['wrk', '-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '--latency', '--timeout', '30s'];
  args.push('-H', `Authorization: ${process.env.BENCH_AUTHORIZATION}`);
  if (script !== undefined) args.push('-s', script);
  const [command, ...rest] = [...PINS.load, ...args, url];
  const { stdout } = await run(command, rest, { env: { ...process.env, ...env } });
  if (/Non-2xx/.test(stdout)) throw new Error(`The server refused requests of the load:\n${stdout}`);
  if (/Socket errors: .*(connect|read|write) [1-9]/.test(stdout)) throw new Error(stdout);
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  const [, value, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout) ?? [];
  return { rate, p99Ms: Number(value) * { us: 0.001, ms: 1, s: 1000 }[unit] };
}
