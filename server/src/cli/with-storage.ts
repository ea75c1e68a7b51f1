import { openConfiguredStorage, readConfig, type StorageOptions } from '../environment.js';
import type { Storage } from '../storage/storage.js';

/** Opens the store that the settings or the options name, for one command; what the store says goes to standard error. */
export async function withStorage<T>(
  command: (storage: Storage) => Promise<T>,
  options: StorageOptions = {},
): Promise<T> {
  const log = { info: console.error, warn: console.error };
  const storage = await openConfiguredStorage(readConfig(), log, options);
  try {
    return await command(storage);
  } finally {
    await storage.close();
  }
}
