import { readConfig } from '../environment.js';
import { withStorage } from './with-storage.js';

/** Brings the database to this release; opening the embedded store does it. */
export async function migrate(): Promise<void> {
  await withStorage(async () => {});
  console.log(`${readConfig().database.file} is up to date.`);
}
