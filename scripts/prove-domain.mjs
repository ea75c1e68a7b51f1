// Changes the pure rules of server/src/domain in every small way that Stryker knows, and sees that a test
// fails each time. What may survive stands in server/prove/domain-survivors.json, each with its reason.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const report = `${root}.cache/prove/domain.json`;
const listed = JSON.parse(readFileSync(`${root}server/prove/domain-survivors.json`, 'utf8'));

/** The mutants of the last run, each as it is listed. */
function readMutants() {
  const { files } = JSON.parse(readFileSync(report, 'utf8'));
  return Object.entries(files).flatMap(([path, { source, mutants }]) => {
    const lines = source.split('\n');
    return mutants.map(({ status, replacement, location: { start, end } }) => {
      const first = lines[start.line - 1];
      const original =
        start.line === end.line
          ? first.slice(start.column - 1, end.column - 1)
          : first.slice(start.column - 1);
      return { status, line: start.line, file: path.replace(/^.*src\//, 'src/'), original, replacement };
    });
  });
}

const isSame = (one, other) =>
  ['file', 'original', 'replacement'].every((member) => one[member] === other[member]);

rmSync(report, { force: true });
const args = ['stryker', 'run', 'stryker.config.js', ...process.argv.slice(2)];
const { status } = spawnSync('npx', args, { cwd: `${root}server`, stdio: 'inherit' });
if (status !== 0) process.exit(1);

const mutants = readMutants();
const survivors = mutants.filter((mutant) => ['Survived', 'NoCoverage'].includes(mutant.status));
const unlisted = survivors.filter((mutant) => !listed.some((one) => isSame(one, mutant)));
const stale = listed.filter(
  (one) => mutants.some(({ file }) => file === one.file) && !survivors.some((mutant) => isSame(one, mutant)),
);
for (const { file, line, original, replacement } of unlisted) {
  console.log(`SURVIVED: ${file}:${line}: ${original} → ${replacement}`);
}
for (const { file, original } of stale) console.log(`Listed, and caught or not there: ${file}: ${original}`);
console.log(
  `${mutants.length} mutants, ${survivors.length} survived, ${survivors.length - unlisted.length} of them with a reason`,
);
process.exit(unlisted.length + stale.length === 0 ? 0 : 1);
