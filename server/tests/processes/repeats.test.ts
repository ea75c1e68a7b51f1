import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { anId } from '../support/orders.js';
import { killServers, runCli, type ServerProcess, startServer } from '../support/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/* Repeats with one Idempotency-Key over several processes, whatever is killed meanwhile. */

const PROCESSES = 4;
const REPEATS = 100;
let database: TestDatabase;
let servers: ServerProcess[];
const start = () => startServer({ DATABASE_URL: database.url, STORE_BUSY_MS: '20000' });

beforeEach(async () => {
  database = await createTestDatabase();
  servers = await Promise.all(Array.from({ length: PROCESSES }, start));
}, 60_000);
afterEach(async () => {
  await killServers();
  await database.drop();
});
afterAll(killServers);

interface Told {
  status: number;
  text: string;
  isReplayed: boolean;
}

/** Sends a booking to a process until it is answered with anything but "ask again", as a client does. */
async function bookUntilTold(turn: number, key: string, body: object): Promise<Told> {
  const latest = Date.now() + 60_000;
  for (let attempt = 0; Date.now() < latest; attempt++) {
    try {
      const answer = await fetch(`${servers[(turn + attempt) % PROCESSES]?.url}/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(body),
      });
      const text = await answer.text();
      const isLater = answer.status === 503 || text.includes('idempotency_in_progress');
      if (!isLater)
        return { status: answer.status, text, isReplayed: answer.headers.has('idempotent-replayed') };
    } catch {
      // the process was killed: another is asked
    }
  }
  throw new Error('No answer came.');
}

async function countOrders(): Promise<number> {
  const answer = await fetch(`${servers[0]?.url}/orders?limit=1&count=true`);
  return ((await answer.json()) as { page: { count: number } }).page.count;
}

test('100 at once make one order, and all are told of it', async () => {
  const body = { datetime: '2027-05-01T09:00:00Z', totalfee: 1 };
  const key = anId();
  const told = await Promise.all(Array.from({ length: REPEATS }, (_, i) => bookUntilTold(i, key, body)));
  expect(new Set(told.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  expect(told[0]?.status).toBe(201);
  expect(told.filter(({ isReplayed }) => !isReplayed)).toHaveLength(1);
  expect(await countOrders()).toBe(1);
}, 90_000);

test('while processes are killed and started again, a key makes one order', async () => {
  const keys = Array.from({ length: 10 }, anId);
  let isOver = false;
  let kills = 0;
  const killing = (async () => {
    for (let turn = 0; !isOver; turn++) {
      const index = turn % PROCESSES;
      await servers[index]?.kill('SIGKILL');
      if (!isOver) kills += 1;
      servers[index] = await start();
    }
  })();
  const told = await Promise.all(
    keys.flatMap((key, k) =>
      Array.from({ length: REPEATS / 10 }, (_, i) =>
        bookUntilTold(i, key, {
          datetime: `2027-06-${String(k + 1).padStart(2, '0')}T09:00:00Z`,
          totalfee: k,
        }),
      ),
    ),
  );
  isOver = true;
  await killing;
  expect(kills).toBeGreaterThan(0);
  expect(told.map(({ status }) => status)).toEqual(told.map(() => 201));
  expect(new Set(told.map(({ text }) => text)).size).toBe(keys.length);
  expect(await countOrders()).toBe(keys.length);
  expect(await runCli(['verify'], { DATABASE_URL: database.url })).toMatchObject({ code: 0 });
}, 150_000);
