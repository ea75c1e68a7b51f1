// Compares the last run with the committed figures: fails where a ratio got worse by more than a quarter.
// `--commit` takes the last run as the figures from now on.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const WORSE_MAX = 0.25;
const FIGURES = fileURLToPath(new URL('figures.json', import.meta.url));
const LATEST = fileURLToPath(new URL('results/latest.json', import.meta.url));

function read(file, advice) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    console.error(`${file} could not be read (${error.message}): ${advice}`);
    process.exit(2);
  }
}

/** How much worse a ratio is than it was, as a part of it; less is better where the goal is a bound from above. */
function worsening({ ratio, goal }, before) {
  return goal.startsWith('<') ? ratio / before - 1 : 1 - ratio / before;
}

const { table } = read(LATEST, 'run `npm run bench` first.');
if (process.argv.includes('--commit')) {
  const figures = Object.fromEntries(table.map(({ name, ratio }) => [name, Number(ratio.toFixed(3))]));
  writeFileSync(FIGURES, `${JSON.stringify(figures, null, 2)}\n`);
  process.exit(0);
}
const figures = read(FIGURES, 'commit the figures of a run with `node bench/compare.js --commit`.');
const missing = Object.keys(figures).filter((name) => !table.some((row) => row.name === name));
const worse = table.filter((row) => row.name in figures && worsening(row, figures[row.name]) > WORSE_MAX);
for (const name of missing) console.error(`${name}: not measured in the last run.`);
for (const { name, ratio } of worse) {
  console.error(`${name}: ${ratio.toFixed(2)}, and it was ${figures[name].toFixed(2)}.`);
}
console.log(
  `${table.length} figures, ${worse.length} worse by more than ${WORSE_MAX * 100} %, ${missing.length} missing`,
);
process.exit(worse.length + missing.length === 0 ? 0 : 1);
