// The two databases of a run: equal orders for Roundsman and for the plain service.
import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';
import { orderPresenter } from '../../server/dist/features/orders/order.presenter.js';
import { openStorage } from '../../server/dist/storage/open-storage.js';
import { objectIdMaker } from '../../server/dist/utils/object-id.js';
import { fillStorage } from '../orders.js';

const HOUR_MS = 3_600_000;
const BATCH = 1_000;

/** Three orders a day from 1970 on, at 8, 12 and 16 o'clock; what the load books stands after the year 3000. */
export const datetimeOf = (index) => (Math.floor(index / 3) * 24 + 8 + (index % 3) * 4) * HOUR_MS;

/** The address of a database of this run's own on a server, whatever database the address names. */
export function databaseUrl(server, name) {
  const [address, options] = server.split('?');
  const url = `${address.replace(/(:\/\/[^/]+).*$/, '$1')}/roundsman_bench_${name}_${randomBytes(4).toString('hex')}`;
  return options === undefined ? url : `${url}?${options}`;
}

/** Fills Roundsman's database through the store itself. */
export async function fillOurs(url, count) {
  const storage = await openStorage({
    database: { kind: 'mongodb', url, display: 'the benchmark database' },
    busyMs: 60_000,
    migrates: false,
    copyOf: null,
    presenters: { order: orderPresenter, service: JSON.stringify },
    log: { info() {}, warn() {} },
  });
  await fillStorage(storage, { count, datetimeOf, newId: objectIdMaker(Date.now) });
  await storage.close();
}

/** Runs something with the driver itself. */
async function withDatabase(url, use) {
  const connection = await mongoose.createConnection(url).asPromise();
  try {
    return await use(connection.db);
  } finally {
    await connection.close(true);
  }
}

/** Fills the plain service's database, as its documents are. */
export function fillPlain(url, count) {
  const now = new Date();
  const orderAt = (index) => ({
    datetime: new Date(datetimeOf(index)),
    totalfee: 349.5,
    services: [],
    createdAt: now,
    updatedAt: now,
    __v: 0,
  });
  return withDatabase(url, async (db) => {
    for (let first = 0; first < count; first += BATCH) {
      const length = Math.min(BATCH, count - first);
      await db.collection('orders').insertMany(Array.from({ length }, (_, index) => orderAt(first + index)));
    }
  });
}

export function drop(url) {
  return withDatabase(url, (db) => db.dropDatabase());
}

/** What the server says that it is (buildInfo), for the head of the results. */
export function serverName(url) {
  return withDatabase(url, async (db) => {
    const { version, secantusVersion } = await db.admin().command({ buildInfo: 1 });
    return secantusVersion === undefined
      ? `MongoDB ${version}`
      : `SecantusDB ${secantusVersion}, which speaks as MongoDB ${version}`;
  });
}
