import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  type Booked,
  expectTrueAnswers,
  startBooking,
  successes,
  untilReady,
} from '../support/booking-answers.js';
import { dropDatabase, freshUrl } from '../support/mongo.js';
import { killServers, type ServerProcess, startServer } from '../support/server-process.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { until } from '../support/until.js';

/* The network between the server and MongoDB fails while clients book: no answer promises too much or is a 500. */

const CLIENTS = 8;
/** What the address lets the driver hold at once: less than the bookings of a fault would need if each kept its own. */
const POOL_MAX = 24;
/** With those by which the driver watches the server. */
const CONNECTIONS_MAX = POOL_MAX + 3;
const BUSY_MS = 1_500;
let url: string;
let proxy: TcpProxy;
let server: ServerProcess;
let stderr: string;

beforeEach(async () => {
  url = freshUrl();
  const { port, pathname } = new URL(url);
  proxy = await startTcpProxy(Number(port));
  stderr = '';
  server = await startServer({
    DATABASE_URL: `mongodb://127.0.0.1:${proxy.port}${pathname}?directConnection=true&maxPoolSize=${POOL_MAX}`,
    STORE_BUSY_MS: String(BUSY_MS),
  });
  server.child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
});
afterEach(async () => {
  await killServers();
  await proxy.close();
  await dropDatabase(url);
});
afterAll(killServers);

/** Books with eight clients, each at times of its own, while the faults happen and until books go through after them. */
async function bookDuring(faults: () => Promise<void>): Promise<Booked[]> {
  const { all, stop } = startBooking([server.url], CLIENTS);
  await until(() => successes(all) >= 2 * CLIENTS);
  await faults();
  await untilReady(server.url, 200);
  const before = successes(all);
  await until(() => successes(all) >= before + 2 * CLIENTS);
  await stop();
  return all;
}

async function expectAllIsWell(all: readonly Booked[]): Promise<void> {
  await expectTrueAnswers(url, all);
  await until(() => proxy.connections() <= CONNECTIONS_MAX);
  expect(server.child.exitCode).toBeNull();
  expect(stderr + JSON.stringify(server.log)).not.toMatch(/unhandled/i);
}

test('connections that are cut again and again', async () => {
  const all = await bookDuring(async () => {
    for (let cut = 0; cut < 10; cut++) {
      proxy.cut();
      await sleep(100);
    }
  });
  await expectAllIsWell(all);
}, 60_000);

test('a network that swallows everything for a while, then is back', async () => {
  const all = await bookDuring(async () => {
    proxy.set('black hole');
    await untilReady(server.url, 503);
    await sleep(BUSY_MS);
    proxy.set('pass');
  });
  expect(all.some(({ status }) => status === 503)).toBe(true);
  await expectAllIsWell(all);
}, 60_000);

test('a database that is away and back: ready says so by itself', async () => {
  const all = await bookDuring(async () => {
    proxy.set('refuse');
    await untilReady(server.url, 503);
    await sleep(BUSY_MS);
    proxy.set('pass');
  });
  expect(all.some(({ code }) => code === 'store_unavailable')).toBe(true);
  await expectAllIsWell(all);
}, 60_000);
