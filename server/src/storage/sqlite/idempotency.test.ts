import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDatabase } from '../../../tests/support/stores/sqlite.js';
import type { TestDatabase } from '../../../tests/support/test-database.js';
import type { Storage } from '../storage.js';

/* The embedded store forgets old records when it is told to; MongoDB does so by itself. */

const RECORDS = 1_201;
let database: TestDatabase;
let storage: Storage;
beforeAll(async () => {
  database = await createDatabase();
  storage = await database.open();
});
afterAll(() => database.drop());

test('a sweep removes all that is older, however much it is, and nothing else', async () => {
  await storage.transaction({ places: [] }, async (tx) => {
    for (let createdAt = 0; createdAt < RECORDS; createdAt++) {
      await tx.idempotency.save({
        caller: 'open',
        key: `k${createdAt}`,
        fingerprint: 'f',
        outcome: '{}',
        createdAt,
      });
    }
  });
  await storage.sweepIdempotency(RECORDS - 1);
  const left = await storage.holdings.idempotency.read(null, RECORDS);
  expect(left.map(({ createdAt }) => createdAt)).toEqual([RECORDS - 1]);
});
