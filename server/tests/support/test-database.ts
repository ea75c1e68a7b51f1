import type { Storage } from '../../src/storage/storage.js';

/** A database of its own for one test file: opened as often as a test likes, then dropped. */
export interface TestDatabase {
  /** What DATABASE_URL says to a process that is to use it. */
  url: string;
  /** Another opening of the same database, with its own connections, as another process would have. */
  open(options?: { busyMs?: number }): Promise<Storage>;
  /** Closes all that was opened and removes the database. */
  drop(): Promise<void>;
}

/**
 * Makes a database on the store that this run is for: the embedded one, or what the run's configuration
 * names in TEST_STORE_MODULE. Tests do not know which.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { createDatabase } = (await import(process.env.TEST_STORE_MODULE ?? './stores/sqlite.js')) as {
    createDatabase(): Promise<TestDatabase>;
  };
  return createDatabase();
}
