// Plants each fault of server/prove/mutants into a copy of the repository and sees that the tests named in
// its patch, or else all others, catch it. A fault that nothing catches is a defect of the tests.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startMongoServer } from './mongo-server.mjs';
import { makeCopy } from './mutants/copy.mjs';
import { readMutants } from './mutants/patches.mjs';
import { baselinesOf, EVERYTHING, runTests } from './mutants/tests.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

function readSettings() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      report: { type: 'string', default: `${root}.cache/prove/mutants.json` },
    },
  });
  const mutants = readMutants(`${root}server/prove/mutants`);
  const names = values.only?.flatMap((list) => list.split(','));
  const unknown = names?.find((name) => !mutants.some((mutant) => mutant.name === name));
  if (unknown !== undefined) throw new Error(`There is no mutant "${unknown}" in server/prove/mutants.`);
  return {
    report: values.report,
    mutants: mutants.filter(({ name }) => names === undefined || names.includes(name)),
  };
}

/** The patches that do not fit the code any more. */
function staleOf(copy, mutants) {
  return mutants.flatMap((mutant) => {
    const problem = copy.problemOf(mutant);
    return problem === null ? [] : [{ ...resultOf(mutant, 'broken'), problem: `does not apply: ${problem}` }];
  });
}

const resultOf = ({ name, what }, outcome) => ({ name, what, outcome });

/**
 * Plants one fault and runs the tests that it names, until one of them fails. Where none does it has survived;
 * all others are run to say which of them to name, if any: they were not run without the fault before.
 */
async function prove(copy, mutant) {
  copy.apply(mutant);
  try {
    const problem = copy.build();
    if (problem !== null) return { ...resultOf(mutant, 'broken'), problem };
    for (const command of [...mutant.caughtBy, EVERYTHING]) {
      const { outcome, by, seconds } = await runTests(copy.folder, command);
      if (outcome === 'broken') return { ...resultOf(mutant, 'broken'), problem: `${command}: ${by}` };
      if (outcome !== 'failed') continue;
      return { ...resultOf(mutant, command === EVERYTHING ? 'survived' : 'caught'), command, by, seconds };
    }
    return resultOf(mutant, 'survived');
  } finally {
    copy.restore();
  }
}

function tell({ name, outcome, what, command, by, seconds, problem }) {
  if (outcome === 'caught') console.log(`${name}: caught by ${command} in ${seconds} s (${by})`);
  if (outcome === 'survived')
    console.log(`${name}: SURVIVED: ${what} (of all tests, failed: ${by ?? 'none'})`);
  if (outcome === 'broken') console.log(`${name}: BROKEN: ${problem}`);
}

/** Runs what the patches name without any of them. Error: a sentence that says what fails. */
async function requireBaseline(copy, mutants) {
  for (const command of baselinesOf(mutants)) {
    console.error(`without a fault: ${command}`);
    const { outcome, by } = await runTests(copy.folder, command);
    if (outcome !== 'passed') {
      throw new Error(`Without any fault, ${command} does not pass: ${by}. Mend that first.`);
    }
  }
}

async function main() {
  const { mutants, report } = readSettings();
  const copy = makeCopy(root);
  process.once('exit', copy.remove);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  const stale = staleOf(copy, mutants);
  stale.forEach(tell);
  const needsMongo = mutants.some(({ caughtBy }) => caughtBy.some((command) => command.startsWith('mongo ')));
  const mongo = needsMongo && !process.env.TEST_MONGODB_URL ? await startMongoServer() : null;
  if (mongo !== null) process.env.TEST_MONGODB_URL = mongo.url('');
  const problem = copy.build();
  if (problem !== null) throw new Error(problem);
  const sound = mutants.filter(({ name }) => !stale.some((one) => one.name === name));
  await requireBaseline(copy, sound);
  const results = [...stale];
  for (const [index, mutant] of sound.entries()) {
    console.error(`${index + 1} of ${sound.length}: ${mutant.name}`);
    const result = await prove(copy, mutant);
    tell(result);
    results.push(result);
  }
  await mongo?.kill();
  const count = (outcome) => results.filter((result) => result.outcome === outcome).length;
  mkdirSync(dirname(report), { recursive: true });
  writeFileSync(report, `${JSON.stringify(results, null, 2)}\n`);
  console.log(`${count('caught')} caught, ${count('survived')} survived, ${count('broken')} broken`);
  process.exit(count('caught') === results.length ? 0 : 1);
}

await main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
