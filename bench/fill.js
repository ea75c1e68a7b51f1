import { existsSync, rmSync } from 'node:fs';
import { orderPresenter } from '../server/dist/features/orders/order.presenter.js';
import { openStorage } from '../server/dist/storage/open-storage.js';
import { objectIdMaker } from '../server/dist/utils/object-id.js';

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
  const newId = objectIdMaker(Date.now);
  for (let i = 0; i < count; i += 1_000) {
    await storage.transaction({ places: [] }, async (tx) => {
      for (let j = i; j < Math.min(count, i + 1_000); j++)
        await tx.orders.insert(await order(tx, newId(), j));
    });
  }
  await storage.close();
  const { renameSync } = await import('node:fs');
  renameSync(unfinished, file);
}

async function order(tx, _id, index) {
  return {
    _id,
    number: await tx.orders.takeNumber(),
    datetime: START + index * 4 * HOUR_MS,
    totalfeeMinor: 34_950,
    services: [],
    calendar: 'default',
    status: 'scheduled',
    version: 1,
    createdAt: Date.now(),
    updatedAt: Date.now(),
    cancelledAt: null,
    cancelReason: null,
  };
}
