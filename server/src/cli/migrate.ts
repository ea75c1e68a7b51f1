import { readConfig } from '../environment.js';
import { nearPairSentences } from './near-pair-sentences.js';
import { withStorage } from './with-storage.js';

/** Brings the database to this release; lists the orders that stand too near each other, which it leaves as they are. */
export async function migrate(): Promise<void> {
  let count = 0;
  await withStorage(
    async (storage) => {
      for await (const { where, problem } of nearPairSentences(storage)) {
        count += 1;
        console.log(`${where}: ${problem}`);
      }
    },
    { migrates: true },
  );
  if (count > 0) console.log(`${count} near pairs were found; they stay as they are.`);
  console.log(`${readConfig().database.display} is up to date.`);
}
