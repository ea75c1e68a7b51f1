import { randomBytes } from 'node:crypto';
import { type Connection, createConnection } from 'mongoose';
import { serviceJson } from '../../src/features/catalog/catalog.presenter.js';
import { orderPresenter } from '../../src/features/orders/order.presenter.js';
import { openMongoStorage } from '../../src/storage/mongo/mongo-storage.js';
import type { Storage } from '../../src/storage/storage.js';

const silent = { info: () => {}, warn: () => {} };

/** The address of a database that nobody has, on the server that the run is for, or on another. */
export function freshUrl(server = process.env.TEST_MONGODB_URL): string {
  if (server === undefined) throw new Error('TEST_MONGODB_URL is not set: run `npm run test:mongo`.');
  const [address, options] = server.split('?');
  const url = `${(address as string).replace(/(:\/\/[^/]+).*$/, '$1')}/roundsman_test_${randomBytes(6).toString('hex')}`;
  return options === undefined ? url : `${url}?${options}`;
}

type StorageOptions = Partial<Parameters<typeof openMongoStorage>[0]>;

/** Opens the store on an address as the product does. */
export function openTestStorage(url: string, options: StorageOptions = {}): Promise<Storage> {
  return openMongoStorage({
    url,
    display: 'the test database',
    busyMs: 5_000,
    migrates: false,
    presenters: { order: orderPresenter, service: serviceJson },
    log: silent,
    monotonicNow: () => performance.now(),
    now: Date.now,
    ...options,
  });
}

/** Runs something with the driver itself, beside the store. */
export async function withDatabase<T>(
  url: string,
  use: (db: NonNullable<Connection['db']>, connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await createConnection(url).asPromise();
  try {
    return await use(connection.db as NonNullable<Connection['db']>, connection);
  } finally {
    await connection.close(true);
  }
}

/** Removes a database; what processes that were killed left open would hold that up for a minute. */
export function dropDatabase(url: string): Promise<unknown> {
  return withDatabase(url, async (db) => {
    const entries = await db.collection<{ sessions: unknown[] }>('processes').find().toArray();
    const killSessions = entries.flatMap(({ sessions }) => sessions.map((id) => ({ id })));
    if (killSessions.length > 0) await db.admin().command({ killSessions });
    return db.dropDatabase();
  });
}
