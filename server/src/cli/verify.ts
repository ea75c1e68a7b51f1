import type { Storage } from '../storage/storage.js';
import { nearPairSentences } from './near-pair-sentences.js';
import { withStorage } from './with-storage.js';

interface Finding {
  kind: 'near_pair' | 'damaged_row';
  where: string;
  problem: string;
}

/** Reads the whole store and prints every near pair and every damaged row; exit code 1 if there is any. */
export async function verify({ json = false }: { json?: boolean }): Promise<void> {
  let count = 0;
  await withStorage(async (storage) => {
    for await (const finding of findings(storage)) {
      count += 1;
      console.log(json ? JSON.stringify(finding) : `${finding.where}: ${finding.problem}`);
    }
  });
  if (!json) console.log(count === 0 ? 'No near pairs, no damaged rows.' : `${count} found.`);
  if (count > 0) process.exitCode = 1;
}

async function* findings(storage: Storage): AsyncGenerator<Finding> {
  for await (const pair of nearPairSentences(storage)) yield { kind: 'near_pair', ...pair };
  for await (const { row, problem } of storage.audit()) yield { kind: 'damaged_row', where: row, problem };
}
