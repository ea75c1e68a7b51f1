import { afterAll, beforeAll } from '@jest/globals';
import type { Storage, Tx } from '../../src/storage/storage.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

export interface TestStorages {
  storage: Storage;
  /** Another opening of the same database, as another process would have. */
  other: Storage;
  /** One more opening. */
  open(): Promise<Storage>;
  /** Runs one transaction on the first. */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

/** Two openings of one database, for all tests of a file. */
export function useStorages(): TestStorages {
  const storages = {
    open: () => database.open(),
    write: (work) => storages.storage.transaction({ places: [] }, work),
  } as TestStorages;
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    storages.storage = await database.open();
    storages.other = await database.open();
  });
  afterAll(() => database.drop());
  return storages;
}
