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

/** Puts this process, which empties the servers' logs and sends requests one by one, where the load is. */
export function pinToLoad() {
  const [taskset, option, core] = PINS.load;
  if (taskset !== undefined) execFileSync(taskset, [`${option}p`, core, process.pid], { stdio: 'ignore' });
}

/** Stops with a sentence where wrk is missing. */
export function requireWrk() {
  if (has('wrk')) return;
  console.error('wrk is not installed. Debian: apt-get install wrk');
  process.exit(1);
}

/**
 * Loads one address; answers requests a second, and how long one took: the median, the 99th percentile and
 * the longest, in milliseconds.
 */
export async function load(url, { seconds, script, env = {}, connections = CONNECTIONS }) {
  const args = ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '--timeout', '30s'];
  args.push('-H', `Authorization: ${process.env.BENCH_AUTHORIZATION}`);
  if (script !== undefined) args.push('-s', script);
  const [command, ...rest] = [...PINS.load, ...args, url];
  const { stdout } = await run(command, rest, { env: { ...process.env, ...env } });
  if (/Non-2xx/.test(stdout)) throw new Error(`The server refused requests of the load:\n${stdout}`);
  if (/Socket errors: .*(connect|read|write) [1-9]/.test(stdout)) throw new Error(stdout);
  const millisecondsAfter = (before) => {
    const [, value, unit] = new RegExp(`${before}\\s+([\\d.]+)(us|ms|s)`).exec(stdout) ?? [];
    return Number(value) * { us: 0.001, ms: 1, s: 1000 }[unit];
  };
  return {
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
    median: millisecondsAfter('50%'),
    p99: millisecondsAfter('99%'),
    longest: millisecondsAfter('Latency +\\S+ +\\S+'),
  };
}
