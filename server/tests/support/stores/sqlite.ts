import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceJson } from '../../../src/features/catalog/catalog.presenter.js';
import { orderPresenter } from '../../../src/features/orders/order.presenter.js';
import type { Storage } from '../../../src/storage/storage.js';
import { openSqlite } from '../open-sqlite.js';
import type { TestDatabase } from '../test-database.js';

/** A temporary file, with one connection that writes and one that reads at each opening, as in production. */
export async function createDatabase(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'roundsman-test-'));
  const file = join(folder, 'test.db');
  const opened: Storage[] = [];
  return {
    url: `file:${file}`,
    async open({ busyMs = 5_000 } = {}) {
      const storage = await openSqlite({
        file,
        busyMs,
        durability: 'off', // nothing is killed where this is used; processes run with full durability
        presenters: { order: orderPresenter, service: serviceJson },
      });
      opened.push(storage);
      return storage;
    },
    async drop() {
      for (const storage of opened) await storage.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
