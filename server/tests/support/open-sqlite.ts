import { openSqliteStorage, type SqliteOptions } from '../../src/storage/sqlite/sqlite-storage.js';
import type { Storage } from '../../src/storage/storage.js';

const DEFAULTS = {
  busyMs: 200,
  durability: 'full',
  presenters: { order: { shape: 1, present: () => '' }, service: () => '' },
  log: { info: () => {}, warn: () => {} },
  monotonicNow: () => performance.now(),
  random: Math.random,
} as const;

/** The embedded store on a file; what a test does not say is as little as will do. */
export function openSqlite(options: Pick<SqliteOptions, 'file'> & Partial<SqliteOptions>): Promise<Storage> {
  return openSqliteStorage({ ...DEFAULTS, ...options });
}
