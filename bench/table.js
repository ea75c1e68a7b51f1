// The table of a run: medians of the rounds' ratios, with their spread.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function row(name, ratios, goal, note = '') {
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
  return { name, ratio: median(ratios), least, most, goal, note };
}

export function printTable(table) {
  for (const { name, ratio, least, most, goal, note } of table) {
    console.log(
      `${name.padEnd(34)} ${ratio.toFixed(2)}  (${least.toFixed(2)}–${most.toFixed(2)})  ${goal}  ${note}`,
    );
  }
}

/** Keeps what a run found in bench/results. */
export function writeResults(name, found) {
  const folder = fileURLToPath(new URL('results', import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${name}.json`, `${JSON.stringify(found, null, 2)}\n`);
}
