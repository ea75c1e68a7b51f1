// The faults of server/prove/mutants: a patch each, headed by a sentence that says what is wrong then and by
// lines `Caught-by: ` that name what is to catch it.
import { readdirSync, readFileSync } from 'node:fs';

/** Reads them all, by name. Error: a sentence that names a patch without its head. */
export function readMutants(folder) {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.patch'))
    .sort()
    .map((file) => readMutant(`${folder}/${file}`, file.replace(/\.patch$/, '')));
}

function readMutant(file, name) {
  const text = readFileSync(file, 'utf8');
  const head = text.slice(0, text.search(/^--- /m)).trim().split('\n');
  const [what] = head;
  const caughtBy = head.flatMap((line) => /^Caught-by: (.+)$/.exec(line)?.[1] ?? []);
  const files = [...text.matchAll(/^\+\+\+ b\/(\S+)/gm)].map(([, path]) => path);
  if (what === '' || caughtBy.length === 0 || files.length === 0) {
    throw new Error(`${file} needs a sentence, a line "Caught-by: " and a unified diff.`);
  }
  return { name, file, what, caughtBy, files };
}
