import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Storage } from '../../src/storage/storage.js';
import { anId, anOrder, HOUR_MS, NINE } from '../support/orders.js';
import { killServers, ROOT, runCli, runServer } from '../support/server-process.js';
import { createDatabase as createEmbedded } from '../support/stores/sqlite.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/* `roundsman copy`: from the embedded store to the store that this run is for, and back. */

const ORDERS = 1_200;
let first: TestDatabase;
let middle: TestDatabase;
let last: TestDatabase;

beforeEach(async () => {
  [first, middle, last] = [await createEmbedded(), await createTestDatabase(), await createEmbedded()];
});
afterEach(async () => {
  for (const database of [first, middle, last]) await database.drop();
});
afterAll(killServers);

/** Two calendars, one with another rule; services, one deleted; orders of both, some near, cancelled or gone. */
async function fill(storage: Storage): Promise<void> {
  const [kept, gone] = [anId(), anId()];
  await storage.transaction({ places: [] }, async (tx) => {
    await tx.calendars.insert({
      _id: 'north',
      windowMs: 4 * HOUR_MS,
      boundary: 'exclusive',
      version: 2,
      createdAt: NINE,
    });
    for (const _id of [kept, gone]) {
      await tx.services.insert({ _id, name: 'Prüfung 検査', createdAt: NINE, version: 3 });
    }
    await tx.services.delete(gone, NINE + 1);
    for (let index = 0; index < ORDERS; index++) {
      const isCancelled = index % 7 === 0;
      await tx.orders.insert(
        anOrder({
          number: await tx.orders.takeNumber(),
          datetime: NINE + (index - 600) * HOUR_MS, // nearer than the rule of today allows
          totalfeeMinor: index * 3,
          services: index % 3 === 0 ? [gone, kept] : [],
          calendar: index % 2 === 0 ? 'default' : 'north',
          version: 1 + (index % 5),
          ...(isCancelled ? { status: 'cancelled', cancelledAt: NINE, cancelReason: '"Rain"' } : {}),
        }),
      );
    }
    for (const [caller, key] of [
      ['open', 'a/b'],
      ['open', '"x"'],
      ['0123456789ab', 'a/b'],
    ] as const) {
      const record = { caller, key, fingerprint: 'f', outcome: '{"a":1}', createdAt: Date.now() };
      await tx.idempotency.save(record);
    }
    await tx.apiKeys.put({
      _id: '0123456789ab',
      name: 'office',
      scopes: ['orders:read'],
      secretHash: 'a'.repeat(64),
      createdAt: NINE,
      expiresAt: NINE + 5,
      revokedAt: null,
      lastUsedAt: NINE + 1,
    });
    const ofLast = anOrder({ number: await tx.orders.takeNumber() });
    await tx.orders.insert(ofLast);
    await tx.orders.delete(ofLast._id);
  });
}

/** Everything that a store holds, as it leaves, and the next number. */
async function contentOf(storage: Storage) {
  const { holdings } = storage;
  return {
    calendars: await holdings.calendars.read(null, 10),
    services: await holdings.services.read(null, 10),
    orders: await holdings.orders.read(null, 2 * ORDERS),
    apiKeys: await holdings.apiKeys.read(null, 10),
    idempotency: await holdings.idempotency.read(null, 10),
    lastNumber: await holdings.lastNumber(),
    json: (
      await storage.orders.list({
        sort: { by: 'number', descending: false },
        filter: {},
        limit: 2 * ORDERS,
        after: null,
      })
    ).items.replaceAll(',\n', ','), // what stands between the orders is each store's own
  };
}

async function contentAt(database: TestDatabase) {
  return contentOf(await database.open());
}

test('there and back again, with every order byte for byte', async () => {
  const source = await first.open();
  await fill(source);
  const content = await contentOf(source);
  expect(content.orders).toHaveLength(ORDERS);
  expect([content.apiKeys.length, content.idempotency.length]).toEqual([1, 3]);
  await source.close();

  const there = await runCli(['copy', first.url, middle.url]);
  expect(there).toMatchObject({ code: 0, stdout: expect.stringContaining('Set DATABASE_URL to it') });
  expect(there.stderr).toContain(`Copied ${ORDERS} orders.`);
  expect(there.stderr).toContain(`Compared ${ORDERS} orders.`);
  expect(await runCli(['copy', middle.url, last.url])).toMatchObject({ code: 0 });
  const back = await contentAt(last);
  expect(back).toEqual(content);
  expect(await contentAt(middle)).toEqual(content);

  const again = await runCli(['copy', first.url, middle.url]);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(/is in use already: copy to/) });
}, 120_000);

test('a copy that was killed is opened by nothing, and goes on when it is repeated', async () => {
  const source = await first.open();
  await fill(source);
  await killInTheMiddle(['copy', first.url, middle.url]);
  const refused = { code: 1, stderr: expect.stringContaining('is an unfinished copy of') };
  expect(await runServer({ DATABASE_URL: middle.url, PORT: '0' })).toMatchObject(refused);
  expect(await runCli(['copy', middle.url, last.url])).toMatchObject(refused);
  expect(await runCli(['copy', last.url.replace('test.db', 'none.db'), middle.url])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is no database at'),
  });

  // what changed meanwhile is found when it is repeated
  const orders = await source.holdings.orders.read(null, ORDERS);
  const [changed, deleted] = [orders[3], orders[5]] as [(typeof orders)[0], (typeof orders)[0]];
  await source.transaction({ places: [] }, async (tx) => {
    await tx.orders.replace(changed, { ...changed, totalfeeMinor: 77, version: 9 });
    await tx.orders.delete(deleted._id);
  });
  const content = await contentOf(source);
  expect(await runCli(['copy', first.url, middle.url])).toMatchObject({ code: 0 });
  expect(await contentAt(middle)).toEqual(content);
}, 120_000);

/** Runs a command until it says that it has copied orders, and kills it there. */
async function killInTheMiddle(args: string[]): Promise<void> {
  const { NODE_OPTIONS, ...env } = process.env;
  const child = spawn(process.execPath, [`${ROOT}server/bin/roundsman.js`, ...args], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
    if (/Copied \d+ orders/.test(said)) child.kill('SIGKILL');
  });
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGKILL');
}

test('addresses that are none are refused, with the place named', async () => {
  const wrong = await runCli(['copy', 'nowhere', middle.url]);
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringMatching(/^FROM must begin with file:/) });
  expect(await runCli(['copy', first.url])).toMatchObject({ code: 2 });
});
