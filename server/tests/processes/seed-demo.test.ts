import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runCli } from '../support/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/* `roundsman seed --demo`: plausible orders, booked under the rule. */

const today = () => new Date().toISOString().slice(0, 10);
let database: TestDatabase;
let firstDay: string;
beforeAll(async () => {
  database = await createTestDatabase();
  await roundsman('migrate');
});
afterAll(() => database.drop());

const roundsman = (...args: string[]) => runCli(args, { DATABASE_URL: database.url });

async function seeded(count: number) {
  const { code, stdout, stderr } = await roundsman('seed', '--demo', String(count), '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

interface WireOrder {
  datetime: string;
  totalfee: number;
  services: unknown[];
  calendar: string;
  status: string;
  cancelReason: string | null;
}

async function allOrders(): Promise<WireOrder[]> {
  const storage = await database.open();
  const sort = { by: 'datetime', descending: false } as const;
  const { items } = await storage.orders.list({ sort, filter: {}, limit: 1_000, after: null });
  return JSON.parse(`[${items}]`);
}

test('200 orders are booked around today, some cancelled with a reason, and verify finds nothing', async () => {
  firstDay = today();
  const summary = await seeded(200);
  expect(summary).toMatchObject({ added: 200, alreadyThere: 0, refused: 0, calendars: 1, refusals: [] });
  const orders = await allOrders();
  expect(orders).toHaveLength(200);
  const cancelled = orders.filter(({ status }) => status === 'cancelled');
  expect(cancelled).toHaveLength(summary.cancelled);
  expect(cancelled.some(({ cancelReason }) => cancelReason !== null)).toBe(true);
  expect(orders.every(({ services, totalfee }) => services.length > 0 && totalfee > 0)).toBe(true);
  const now = new Date().toISOString();
  expect(orders.some(({ datetime }) => datetime < now)).toBe(true);
  expect(orders.some(({ datetime }) => datetime > now)).toBe(true);
  expect(await roundsman('verify')).toMatchObject({ code: 0 });
}, 60_000);

test('a second time the same day it adds nothing; more orders need more calendars', async () => {
  const before = await allOrders();
  const again = await seeded(200);
  if (today() === firstDay) {
    expect(again).toMatchObject({ added: 0, cancelled: 0, alreadyThere: 200, refused: 0 });
    expect(await allOrders()).toEqual(before);
  }
  const more = await seeded(600);
  expect(more.calendars).toBeGreaterThan(1);
  expect(new Set((await allOrders()).map(({ calendar }) => calendar))).toContain('demo-1');
  expect(await roundsman('verify')).toMatchObject({ code: 0 });
}, 60_000);

test('what is in the way of an order is told, and stays', async () => {
  const other = await createTestDatabase();
  const settings = { DATABASE_URL: other.url };
  await runCli(['seed', '--demo', '40'], settings);
  await runCli(['calendar', 'set', 'default', '--window-minutes', '600'], settings);
  const { code, stdout } = await runCli(['seed', '--demo', '40'], settings);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Refused: .* is within 600 minutes of order \d+ at /m);
  expect(stdout).toMatch(/^Orders on 1 calendar: .* refused\.$/m);
  await other.drop();
}, 60_000);

test.each(['0', '100001', 'many', '1.5', '-1'])('--demo %s is used wrongly', async (count) => {
  expect(await roundsman('seed', '--demo', count)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/whole number from 1 to 100000/),
  });
});
