import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AppError } from '../../src/domain/errors.js';
import type { Storage } from '../../src/storage/storage.js';
import { dropDatabase, freshUrl, openTestStorage, withDatabase } from '../support/mongo.js';
import { NINE } from '../support/orders.js';
import { ROOT } from '../support/server-process.js';
import { ordersOn } from '../support/services.js';

/* A process that dies between taking a place and committing leaves its transaction open on the server. */

const url = freshUrl();
let storage: Storage;
beforeAll(async () => {
  storage = await openTestStorage(url);
});
afterAll(async () => {
  await storage.close();
  await dropDatabase(url);
});

/** Opens the store on its own, takes a place inside a transaction, says so and never goes on. */
const BOOKS_AND_HANGS = `
  const { openMongoStorage } = await import(process.argv[1] + 'server/dist/storage/mongo/mongo-storage.js');
  const presenters = { order: { shape: 1, present: () => '{}' }, service: () => '{}' };
  const storage = await openMongoStorage({
    url: process.argv[2], display: '', busyMs: 60_000, migrates: false, presenters,
    log: { info() {}, warn() {} }, monotonicNow: () => performance.now(), now: Date.now,
  });
  await storage.transaction({ places: [] }, async (tx) => {
    await tx.calendars.take('default', Number(process.argv[3]));
    console.log('taken');
    await new Promise((resolve) => process.stdin.on('end', resolve).resume());
  });
`;

async function dieInTheMiddleOfABooking(): Promise<void> {
  const args = ['--input-type=module', '-e', BOOKS_AND_HANGS, ROOT, url, String(NINE)];
  const { NODE_OPTIONS, ...env } = process.env;
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'close');
}

/** Books as a client does that sends its request again when it gets 503. */
async function bookUntilDone(datetime: number): Promise<number> {
  const orders = ordersOn(storage);
  const began = performance.now();
  for (;;) {
    try {
      await orders.create({ datetime, totalfeeMinor: 100 });
      return performance.now() - began;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'store_unavailable') throw error;
    }
  }
}

test('holds up nobody for longer than 8 s', async () => {
  await dieInTheMiddleOfABooking();
  const waitedMs = await bookUntilDone(NINE);
  expect(waitedMs).toBeGreaterThan(1_000); // it was in the way
  expect(waitedMs).toBeLessThan(8_000);
});

test('a process that lives keeps its entry, and one that closes takes it away', async () => {
  const entries = () => withDatabase(url, (db) => db.collection('processes').countDocuments());
  const before = await entries();
  const other = await openTestStorage(url);
  expect(await entries()).toBe(before + 1);
  await other.close();
  expect(await entries()).toBe(before);
});

test('an entry that was removed is written again, and its process books on', async () => {
  await withDatabase(url, (db) => db.collection('processes').deleteMany({}));
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(await withDatabase(url, (db) => db.collection('processes').countDocuments())).toBe(1);
  await bookUntilDone(NINE + 30 * 86_400_000);
});
