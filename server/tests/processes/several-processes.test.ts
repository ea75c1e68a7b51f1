import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keepAlive, sendJson } from '../support/booking-client.js';
import { HOUR_MS, MINUTE_MS, NINE } from '../support/orders.js';
import { killServers, runCli, type ServerProcess, startServer } from '../support/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/* Several processes on one database, as a firm runs them: the promise holds between processes too. */

const PROCESSES = 4;
const CLIENTS_EACH = 8;
const agent = keepAlive();
let database: TestDatabase;
let servers: ServerProcess[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const settings = { DATABASE_URL: database.url, STORE_BUSY_MS: '20000' }; // machines that run tests are slow
  servers = await Promise.all(Array.from({ length: PROCESSES }, () => startServer(settings)));
});
afterAll(async () => {
  agent.destroy();
  await killServers();
  await database.drop();
});

function book(server: number, datetime: number) {
  const url = `${servers[server % PROCESSES]?.url}/orders`;
  return sendJson(agent, url, 'POST', { datetime: new Date(datetime).toISOString(), totalfee: 10 });
}

test('32 clients of 4 processes that want one window: exactly one is booked', async () => {
  for (let round = 0; round < 5; round++) {
    const start = NINE + round * 24 * HOUR_MS;
    const answers = await Promise.all(
      Array.from({ length: PROCESSES * CLIENTS_EACH }, (_, i) => book(i, start + i * MINUTE_MS)),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(PROCESSES * CLIENTS_EACH - 1);
  }
});

test('bookings in many windows at once: none is refused as busy, numbers are unique, verify finds nothing', async () => {
  const start = NINE + 365 * 24 * HOUR_MS;
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) => book(i, start + Math.floor(i / 2) * 4 * HOUR_MS)),
  );
  const booked = answers.filter(({ status }) => status === 201);
  expect(booked).toHaveLength(100);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(100);
  expect(new Set(booked.map(({ body }) => body.data.number)).size).toBe(100);

  const verified = await runCli(['verify', '--json'], { DATABASE_URL: database.url });
  expect(verified).toMatchObject({ code: 0, stdout: '' });
});
