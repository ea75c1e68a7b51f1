import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { dropDatabase, freshUrl, withDatabase } from '../support/mongo.js';
import { NINE } from '../support/orders.js';
import { runCli } from '../support/server-process.js';
import { createDatabase } from '../support/stores/sqlite.js';
import type { TestDatabase } from '../support/test-database.js';

/* What the original let through and the embedded store cannot hold is named before anything is copied. */

const url = freshUrl();
let embedded: TestDatabase;

beforeAll(async () => {
  embedded = await createDatabase();
  await withDatabase(url, async (db) => {
    await db.collection('services').insertOne({ name: '' });
    await db.collection('orders').insertMany([
      { datetime: new Date(NINE), totalfee: 100, services: [] },
      { totalfee: 100, services: [] },
      { datetime: new Date(NINE), totalfee: -5, services: [] },
    ]);
  });
  expect(await runCli(['migrate'], { DATABASE_URL: url })).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await embedded.drop();
  await dropDatabase(url);
});

test('every record that cannot be kept is listed; with them mended the copy is made', async () => {
  const refused = await runCli(['copy', url, embedded.url]);
  expect(refused.code).toBe(1);
  expect(refused.stderr.split('\n').slice(1, -1)).toEqual([
    expect.stringMatching(/^service [0-9a-f]{24}: its name has not 1 to 200 characters\.$/),
    'order 2: it has no datetime, so that it is not active.',
    expect.stringMatching(
      /^order 3: its totalfee is not between 0 and 1000000000 with at most two decimals\.$/,
    ),
    '3 records cannot be kept there: mend those above with PUT, or delete them.',
  ]);

  await withDatabase(url, async (db) => {
    await db.collection('services').updateMany({}, { $set: { name: 'Inspection' } });
    await db
      .collection('orders')
      .updateOne({ number: 2 }, { $set: { datetime: new Date(NINE), active: true } });
    await db.collection('orders').updateOne({ number: 3 }, { $set: { totalfee: 5 } });
  });
  expect(await runCli(['copy', url, embedded.url])).toMatchObject({ code: 0 });
  expect(existsSync(embedded.url.replace('file:', ''))).toBe(true);
  const near = await runCli(['verify'], { DATABASE_URL: embedded.url });
  expect(near.stdout).toContain('order 1 at'); // near pairs come along, and stay listed
});
