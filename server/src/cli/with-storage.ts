import type { Config } from '../config/config.js';
import { openConfiguredStorage, readConfig, type StorageOptions } from '../environment.js';
import type { Storage } from '../storage/storage.js';
import { createRunWrite, type RunWrite } from '../writes/run-write.js';

/** Opens the store that the settings or the options name, for one command; what the store says goes to standard error. */
export async function withStorage<T>(
  command: (storage: Storage, config: Config) => Promise<T>,
  options: StorageOptions = {},
): Promise<T> {
  const log = { info: console.error, warn: console.error };
  const config = readConfig();
  const storage = await openConfiguredStorage(config, log, options);
  try {
    return await command(storage, config);
  } finally {
    await storage.close();
  }
}

/** What services are made of; a command's ids are its own. */
export interface ServiceParts {
  storage: Storage;
  now: () => number;
  runWrite: RunWrite;
}

export function servicePartsOn(storage: Storage): ServiceParts {
  return { storage, now: Date.now, runWrite: createRunWrite({ storage, now: Date.now }) };
}
