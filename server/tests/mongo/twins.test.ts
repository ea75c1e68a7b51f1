import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Storage } from '../../src/storage/storage.js';
import { dropDatabase, freshUrl, openTestStorage } from '../support/mongo.js';
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

const record = (outcome: string) => ({
  caller: 'caller',
  key: 'key',
  fingerprint: 'the same',
  outcome,
  createdAt: NINE,
});

test('a record that a twin saved since a transaction began makes it begin again, and is found then', async () => {
  const found: (string | null)[] = [];
  await storage.transaction({ places: [] }, async (tx) => {
    const first = await tx.idempotency.find('caller', 'key');
    found.push(first && first.outcome);
    if (first !== null) return;
    await other.transaction({ places: [] }, (twin) => twin.idempotency.save(record("the twin's")));
    await tx.idempotency.save(record('late'));
  });
  expect(found).toEqual([null, "the twin's"]);
});
