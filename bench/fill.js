import { existsSync, renameSync, rmSync } from 'node:fs';
import { orderPresenter } from '../server/dist/features/orders/order.presenter.js';
import { openStorage } from '../server/dist/storage/open-storage.js';
import { objectIdMaker } from '../server/dist/utils/object-id.js';
import { fillStorage } from './orders.js';

const HOUR_MS = 3_600_000;
/** Orders stand four hours apart from here on: 1970. The load writes from the year 3000 on. */
const START = 0;

/** Makes a database file with so many orders, through the store itself; keeps one that is there. */
export async function fill(file, count) {
  if (existsSync(file)) return;
  const unfinished = `${file}.unfinished`;
  rmSync(unfinished, { force: true });
  const storage = await openStorage({
    database: { kind: 'sqlite', file: unfinished },
    busyMs: 60_000,
    migrates: false,
    copyOf: null,
    presenters: { order: orderPresenter, service: JSON.stringify },
    log: { info() {}, warn() {} },
  });
  const datetimeOf = (index) => START + index * 4 * HOUR_MS;
  await fillStorage(storage, { count, datetimeOf, newId: objectIdMaker(Date.now) });
  await storage.close();
  renameSync(unfinished, file);
}
