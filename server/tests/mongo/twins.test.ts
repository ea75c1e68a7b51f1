import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Storage } from '../../src/storage/storage.js';
import { dropDatabase, freshUrl, openTestStorage, withDatabase } from '../support/mongo.js';
import { NINE } from '../support/orders.js';

/* Two processes write under one key: on MongoDB, unlike on SQLite, they may be in the middle of it at once. */

const url = freshUrl();
let storage: Storage;
let other: Storage;

beforeAll(async () => {
  storage = await openTestStorage(url, { migrates: true });
  other = await openTestStorage(url);
});
afterAll(async () => {
  await storage.close();
  await other.close();
  await dropDatabase(url);
});

const record = (outcome: string, key = 'key') => ({
  caller: 'caller',
  key,
  fingerprint: 'the same',
  outcome,
  createdAt: NINE,
});

test('a record that a twin saved since a transaction began makes it begin again, and is found then', async () => {
  const found: (string | null)[] = [];
  await storage.transaction({ places: [] }, async (tx) => {
    const first = await tx.idempotency.find('caller', 'key');
    found.push(first?.outcome ?? null);
    if (first !== null) return;
    await other.transaction({ places: [] }, (twin) => twin.idempotency.save(record("the twin's")));
    await tx.idempotency.save(record('late'));
  });
  expect(found).toEqual([null, "the twin's"]);
});

/* This server tells of such a twin as a conflict. A duplicate key is made by an index that the product has not got. */
test('a duplicate key at the record makes the transaction begin again', async () => {
  await withDatabase(url, (db) =>
    db.collection('idempotency').createIndex({ fingerprint: 1 }, { unique: true }),
  );
  await other.transaction({ places: [] }, (twin) => twin.idempotency.save(record("the twin's")));
  let attempts = 0;
  await storage.transaction({ places: [] }, async (tx) => {
    attempts += 1;
    await tx.idempotency.find('caller', 'key');
    if (attempts === 1) await tx.idempotency.save(record('late', 'another key'));
  });
  expect(attempts).toBe(2);
});
