import { resolve } from 'node:path';
import { withStorage } from './with-storage.js';

/** Writes a copy of the database to a new file, while the server serves; a relative path counts from the working folder. */
export async function backup(file: string): Promise<void> {
  const target = resolve(file);
  await withStorage((storage) => storage.backUp(target));
  console.log(
    `Backed up to ${target}. To restore it, stop the server and put the file in place of the database.`,
  );
}
