import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { mongo } from 'mongoose';
import { dropDatabase, freshUrl, withDatabase } from '../support/mongo.js';
import { NINE } from '../support/orders.js';
import { ROOT, runCli } from '../support/server-process.js';
import { until } from '../support/until.js';

/* `roundsman migrate` that dies in the middle, on a database as the original wrote it. */

const ORDERS = 3_000;
const url = freshUrl();
const isNumbered = { number: { $exists: true } };
let before: mongo.Document[];

const read = () => withDatabase(url, (db) => db.collection('orders').find().sort({ _id: 1 }).toArray());

beforeAll(async () => {
  await withDatabase(url, async (db) => {
    const { insertedId } = await db.collection('services').insertOne({ name: 'Inspection', __v: 0 });
    await db.collection('orders').insertMany(
      Array.from({ length: ORDERS }, (_, day) => ({
        datetime: new Date(NINE + day * 86_400_000),
        totalfee: 100 + day,
        services: [insertedId],
        note: `the original's ${day}`,
        __v: 0,
      })),
    );
  });
  before = await read();
});
afterAll(() => dropDatabase(url));

function startMigrate(): ChildProcess {
  const { NODE_OPTIONS, ...env } = process.env;
  const command = [`${ROOT}server/bin/roundsman.js`, 'migrate'];
  return spawn(process.execPath, command, { env: { ...env, DATABASE_URL: url }, stdio: 'ignore' });
}

test('is finished by another run: numbers in the order of ids, and no member of the original changed', async () => {
  const migrating = startMigrate();
  const ended = once(migrating, 'close');
  await withDatabase(url, (db) =>
    until(async () => (await db.collection('orders').findOne(isNumbered)) !== null),
  );
  migrating.kill('SIGKILL');
  expect(await ended).toEqual([null, 'SIGKILL']);
  const done = (await read()).filter(({ number }) => number !== undefined).length;
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(ORDERS);

  const again = await runCli(['migrate'], { DATABASE_URL: url });
  expect(again).toMatchObject({ code: 0 });
  const after = await read();
  const numbers = after.map(({ number }) => number);
  expect(numbers[0]).toBe(1);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b)); // a batch that died may leave a gap
  expect(after).toEqual(before.map((original) => expect.objectContaining(original)));
  expect(await runCli(['verify'], { DATABASE_URL: url })).toMatchObject({ code: 0 });
}, 120_000);
