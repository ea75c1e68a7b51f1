import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runCli } from '../support/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/* The commands as they are typed, each a process of its own. */

let database: TestDatabase;
let elsewhere: string;

beforeAll(async () => {
  database = await createTestDatabase();
  elsewhere = await mkdtemp(join(tmpdir(), 'roundsman-cwd-'));
});
afterAll(async () => {
  await database.drop();
  await rm(elsewhere, { recursive: true });
});

function roundsman(...args: string[]) {
  return runCli(args, { DATABASE_URL: database.url }, elsewhere);
}

test('migrate makes the database and can be repeated', async () => {
  expect(await roundsman('migrate')).toMatchObject({ code: 0 });
  expect(await roundsman('migrate')).toMatchObject({ code: 0, stdout: expect.stringMatching(/up to date/) });
});

test('seed loads what the rule allows and names the rest, with the order in the way and the next free time', async () => {
  const first = await roundsman('seed', '--json');
  expect(first.code).toBe(0);
  const lines = first.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ outcome }) => outcome)).toEqual([
    'added',
    'added',
    'added',
    'added',
    'refused',
    'refused',
  ]);
  for (const { message } of lines.slice(4)) {
    expect(message).toContain('order 1 at 2022-11-01T11:11:11.111Z');
    expect(message).toContain('2022-11-01T14:12:00.000Z');
  }
});

test('seed a second time adds nothing', async () => {
  const second = await roundsman('seed', '--json');
  const outcomes = second.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).outcome);
  expect(outcomes).toEqual([...Array(4).fill('already there'), 'refused', 'refused']);
});

test('seed names a service that was deleted here, and the orders that want it, and goes on', async () => {
  const other = await createTestDatabase();
  const settings = { DATABASE_URL: other.url };
  await runCli(['seed'], settings);
  const storage = await other.open();
  const { items } = await storage.services.list({
    sort: { by: 'name', descending: false },
    limit: 9,
    after: null,
  });
  const services = JSON.parse(`[${items}]`) as { _id: string; name: string }[];
  const testing = services.find(({ name }) => name === 'Testing')?._id ?? '';
  await storage.transaction({ places: [] }, (tx) => tx.services.delete(testing, 0));
  const again = await runCli(['seed'], settings);
  expect(again.code).toBe(0);
  expect(again.stdout).toMatch(/service 789 .*refused: There is, or was, a service/);
  expect(again.stdout).toMatch(/order 224 .*refused: There is no service/);
  await other.drop();
});

test('calendar lists, makes and changes calendars', async () => {
  expect((await roundsman('calendar', 'list')).stdout).toBe('default: 180 minutes, inclusive\n');
  expect(await roundsman('calendar', 'create', 'north', '--window-minutes', '30')).toMatchObject({ code: 0 });
  expect(await roundsman('calendar', 'create', 'north')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/already/),
  });
  await roundsman('calendar', 'set', 'default', '--window-minutes', '240', '--boundary', 'exclusive');
  const listed = await roundsman('calendar', 'list', '--json');
  expect(JSON.parse(listed.stdout)).toEqual([
    { _id: 'default', windowMinutes: 240, boundary: 'exclusive', version: 2 },
    { _id: 'north', windowMinutes: 30, boundary: 'inclusive', version: 1 },
  ]);
  expect(await roundsman('calendar', 'set', 'nowhere')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/nowhere/),
  });
  expect(await roundsman('calendar', 'set', 'default', '--window-minutes', '99999')).toMatchObject({
    code: 1,
  });
});

test('verify finds a near pair that a wider window made, and exits 1', async () => {
  expect(await roundsman('verify')).toMatchObject({ code: 0, stdout: 'No near pairs, no damaged rows.\n' });
  const storage = await database.open();
  const { ordersOn } = await import('../support/services.js');
  const orders = ordersOn(storage);
  for (const datetime of [0, 3_600_000])
    await orders.create({ calendar: 'north', datetime, totalfeeMinor: 0 });
  await roundsman('calendar', 'set', 'north', '--window-minutes', '60');
  const found = await roundsman('verify', '--json');
  expect(found.code).toBe(1);
  expect(
    found.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    {
      kind: 'near_pair',
      where: 'calendar/north',
      problem: expect.stringContaining('1970-01-01T01:00:00.000Z'),
    },
  ]);
});

test('openapi prints the contract', async () => {
  expect(JSON.parse((await roundsman('openapi')).stdout)).toMatchObject({ openapi: '3.1.0' });
});

test('used wrongly: exit code 2 and what is wrong; --help: exit code 0', async () => {
  for (const args of [
    ['nonsense'],
    ['calendar', 'set'],
    ['calendar', 'set', 'x', '--window-minutes', 'wide'],
    [],
  ]) {
    expect(await roundsman(...args)).toMatchObject({ code: 2, stderr: expect.stringMatching(/\w/) });
  }
  for (const args of [['--help'], ['seed', '--help'], ['calendar', 'set', '--help']]) {
    expect(await roundsman(...args)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Usage: roundsman/),
    });
  }
});
