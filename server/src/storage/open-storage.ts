import type { DatabaseLocation } from '../config/database.js';
import type { Presenters, Storage, StorageLog } from './storage.js';

export interface OpenOptions {
  database: DatabaseLocation;
  /** How long an operation may wait for a store that is busy, in milliseconds. */
  busyMs: number;
  presenters: Presenters;
  log: StorageLog;
}

/**
 * Opens the store that the settings name; only its adapter is loaded.
 * Error: AppError `store_unavailable` with a sentence that says what to do.
 */
export async function openStorage({ database, ...options }: OpenOptions): Promise<Storage> {
  const { openSqliteStorage } = await import('./sqlite/sqlite-storage.js');
  return openSqliteStorage({
    ...options,
    file: database.file,
    durability: 'full',
    monotonicNow: () => performance.now(),
    random: Math.random,
  });
}
