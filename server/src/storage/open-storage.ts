import type { DatabaseLocation } from '../config/database.js';
import type { Presenters, Storage, StorageLog } from './storage.js';

export interface OpenOptions {
  database: DatabaseLocation;
  /** How long an operation may wait for a store that is busy, in milliseconds. */
  busyMs: number;
  /** Whether a database that another release, or the original, wrote is brought to this one; the embedded store always is. */
  migrates: boolean;
  /**
   * Opens an empty store, or the unfinished copy of that same store, to be filled; `copyOf` names the
   * store that is copied. Null for everything else, which refuses an unfinished copy.
   */
  copyOf: string | null;
  /** Opens only a store that is there and of this release: nothing is made or brought up to date. */
  isLookOnly: boolean;
  presenters: Presenters;
  log: StorageLog;
}

/**
 * Opens the store that the settings name; only its adapter is loaded.
 * Error: AppError `store_unavailable` with a sentence that says what to do.
 */
export async function openStorage({ database, migrates, ...options }: OpenOptions): Promise<Storage> {
  const monotonicNow = () => performance.now();
  if (database.kind === 'mongodb') {
    const { openMongoStorage } = await import('./mongo/mongo-storage.js');
    const { url, display } = database;
    return openMongoStorage({ ...options, url, display, migrates, monotonicNow, now: Date.now });
  }
  const { openSqliteStorage } = await import('./sqlite/sqlite-storage.js');
  return openSqliteStorage({
    ...options,
    file: database.file,
    durability: 'full',
    monotonicNow,
    random: Math.random,
  });
}
