import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createConnection, Schema, Types } from 'mongoose';
import { dropDatabase, freshUrl, openTestStorage, withDatabase } from '../support/mongo.js';
import { NINE } from '../support/orders.js';
import { runCli, runServer } from '../support/server-process.js';

/* A database as the original wrote it: its schemas, a thousand orders, and what it let through. */

const ORDERS = 1_000;
const url = freshUrl();
const settings = { DATABASE_URL: url };
const missingService = new Types.ObjectId();
let before: Record<string, unknown>[];

const read = () =>
  withDatabase(url, (db) =>
    db.collection<Record<string, unknown>>('orders').find().sort({ _id: 1 }).toArray(),
  );

beforeAll(async () => {
  const connection = await createConnection(url).asPromise();
  const Service = connection.model(
    'Service',
    new Schema({ name: String, createdAt: { type: Date, default: Date.now } }),
  );
  const Order = connection.model(
    'Order',
    new Schema({
      datetime: Date,
      totalfee: Number,
      services: [{ type: Schema.Types.ObjectId, ref: 'Service' }],
    }),
  );
  const services = await Service.create([{ name: 'Inspection' }, { name: '' }]);
  await Order.insertMany(
    Array.from({ length: ORDERS }, (_, i) => ({
      ...(i % 100 === 7 ? {} : { datetime: new Date(NINE + Math.floor(i / 2) * 86_400_000) }), // two at one instant
      totalfee: [100, -5, 100 / 3, 19.999][i % 4],
      services: i % 10 === 0 ? [missingService] : [services[0]?._id],
    })),
  );
  await connection.collection('services').updateMany({}, { $unset: { createdAt: 1 } });
  await connection.close();
  before = await read();
});
afterAll(() => dropDatabase(url));

test('serve refuses it and says what to run', async () => {
  const ended = await runServer(settings);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain('run `npx roundsman migrate` once');
  expect(await read()).toEqual(before);
});

test('migrate fills what is missing, changes nothing that is there, and lists the near pairs; twice is once', async () => {
  const first = await runCli(['migrate'], settings);
  expect(first).toMatchObject({ code: 0 });
  expect(first.stderr).toContain('Took over 500 of 1000 orders.');
  expect(first.stdout).toContain('near pairs were found');
  const after = await read();
  expect(
    after.map(({ _id, datetime, totalfee, services, __v }) => ({ _id, datetime, totalfee, services, __v })),
  ).toEqual(
    before.map(({ _id, datetime, totalfee, services, __v }) => ({ _id, datetime, totalfee, services, __v })),
  );
  expect(after.map(({ number }) => number)).toEqual(after.map((_, index) => index + 1));
  expect(after.every(({ active, datetime }) => active === datetime instanceof Date)).toBe(true);
  const second = await runCli(['migrate'], settings);
  expect(second).toMatchObject({ code: 0 });
  expect(await read()).toEqual(after);
});

test('a list shows every order as it was', async () => {
  const storage = await openTestStorage(url);
  const shown: { datetime: string | null; totalfee: number }[] = [];
  for (let after: { value: number | string | null; tie: number } | null = null; ; ) {
    const page = await storage.orders.list({
      sort: { by: 'datetime', descending: true },
      filter: {},
      limit: 100,
      after,
    });
    shown.push(...JSON.parse(`[${page.items}]`));
    after = page.next;
    if (after === null) break;
  }
  await storage.close();
  const asText = (value: unknown) => (value instanceof Date ? value.toISOString() : null);
  const plain = (rows: { datetime: unknown; totalfee: unknown }[]) =>
    rows.map(({ datetime, totalfee }) => `${datetime} ${totalfee}`).sort();
  expect(plain(shown)).toEqual(
    plain(before.map(({ datetime, totalfee }) => ({ datetime: asText(datetime), totalfee }))),
  );
});

test('verify flags what would be refused today', async () => {
  const { code, stdout } = await runCli(['verify'], settings);
  expect(code).toBe(1);
  for (const problem of [
    'it has no datetime',
    'its totalfee is not between',
    'services that never were',
    'its name has not',
    'stand within the window',
  ]) {
    expect(stdout).toContain(problem);
  }
});
