// What catches faults: a test file on the embedded store (`tests/api/x.test.ts -t "its name"`), on MongoDB
// (`mongo tests/…`), or a campaign (`prove interleavings --minutes 0.2`).
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** All tests of the embedded store, for a fault that those named did not see. */
export const EVERYTHING = 'all tests';

/** After so long a run is ended: it hangs. In milliseconds. */
const END_AFTER_MS = 600_000;

const MONGO = { TEST_STORE_MODULE: './stores/mongo.js' };
const KINDS = {
  mongo: { config: 'jest.mongo.config.js', env: MONGO },
  sqlite: { config: 'jest.config.js', env: {} },
};

/** What must pass before any fault is planted: the files that are named, and of a file that is never named whole the tests. */
export function baselinesOf(mutants) {
  const commands = [...new Set(mutants.flatMap(({ caughtBy }) => caughtBy))];
  const isWhole = ({ kind, args }) => kind !== 'prove' && args.length === 1;
  const whole = new Map();
  for (const { kind, args } of commands.map(partsOf).filter(isWhole)) {
    whole.set(kind, [...(whole.get(kind) ?? []), args[0]]);
  }
  const others = commands.filter((command) => {
    const { kind, args } = partsOf(command);
    return !isWhole({ kind, args }) && !whole.get(kind)?.includes(args[0]);
  });
  return [...[...whole].map(([kind, files]) => [kind, ...files].join(' ')), ...others];
}

/** Runs a command of a patch: `failed` where at least one test or campaign failed, `broken` where none could run. */
export async function runTests(folder, command) {
  const startedAt = performance.now();
  const { kind, args } = partsOf(command);
  const result = kind === 'prove' ? await runCampaign(folder, args) : await runJest(folder, kind, args);
  return { ...result, seconds: Math.round((performance.now() - startedAt) / 100) / 10 };
}

function partsOf(command) {
  if (command === EVERYTHING) return { kind: 'sqlite', args: [] };
  const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
  const [first, ...rest] = words;
  return first === 'prove' || first in KINDS ? { kind: first, args: rest } : { kind: 'sqlite', args: words };
}

async function runJest(folder, kind, args) {
  const { config, env } = KINDS[kind];
  const report = join(folder, 'jest.json');
  rmSync(report, { force: true });
  const options = ['--config', config, '--json', '--outputFile', report, '--silent', '--forceExit'];
  const hasEnded = await run(
    join(folder, 'server'),
    ['../node_modules/jest/bin/jest.js', ...options, ...args],
    {
      ...env,
      NODE_OPTIONS: '--experimental-vm-modules',
    },
  );
  if (!hasEnded) return { outcome: 'broken', by: 'it did not end' };
  if (!existsSync(report)) return { outcome: 'broken', by: 'Jest gave no report' };
  const { numFailedTests, numPassedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  if (numFailedTests > 0) return { outcome: 'failed', by: firstFailure(testResults) };
  const unrun = testResults.find(({ status }) => status === 'failed');
  if (unrun !== undefined) return { outcome: 'broken', by: firstLine(unrun.message) };
  return numPassedTests > 0 ? { outcome: 'passed' } : { outcome: 'broken', by: 'no test has that name' };
}

function firstFailure(testResults) {
  const failed = testResults.flatMap(({ assertionResults }) => assertionResults);
  return failed.find(({ status }) => status === 'failed').fullName;
}

/** Whether a campaign finds the fault. Its report is the last run's. */
async function runCampaign(folder, [name, ...options]) {
  const report = join(folder, 'campaign.json');
  rmSync(report, { force: true });
  await run(folder, ['scripts/prove.mjs', '--only', name, '--seed', '1', '--report', report, ...options], {});
  if (!existsSync(report)) return { outcome: 'broken', by: 'the campaign gave no report' };
  const [{ result }] = JSON.parse(readFileSync(report, 'utf8')).campaigns;
  const [first] = result.violations;
  if (first === undefined) return { outcome: 'passed' };
  const isBroken = first.startsWith('The campaign itself failed');
  return { outcome: isBroken ? 'broken' : 'failed', by: firstLine(first) };
}

function firstLine(text) {
  return text.trim().split('\n')[0].slice(0, 160);
}

/** Runs Node in a group of its own; false where it had to be ended. */
function run(cwd, args, env) {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: 'ignore',
    detached: true,
  });
  let hasEnded = true;
  const timer = setTimeout(() => {
    hasEnded = false;
    endGroup(child);
  }, END_AFTER_MS);
  const stop = () => endGroup(child);
  process.once('exit', stop);
  return new Promise((resolve) => {
    child.once('close', () => {
      clearTimeout(timer);
      process.off('exit', stop);
      resolve(hasEnded);
    });
  });
}

function endGroup({ pid }) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // it has ended
  }
}
