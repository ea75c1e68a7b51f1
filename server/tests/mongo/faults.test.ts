import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { dropDatabase, freshUrl, withDatabase } from '../support/mongo.js';
import { HOUR_MS, NINE } from '../support/orders.js';
import { killServers, runCli, type ServerProcess, startServer } from '../support/server-process.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';

/* The network between the server and MongoDB fails while clients book: no answer promises too much or is a 500. */

const CLIENTS = 8;
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
    DATABASE_URL: `mongodb://127.0.0.1:${proxy.port}${pathname}?directConnection=true`,
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

interface Booked {
  datetime: string;
  status: number;
  code: string | undefined;
  retryAfter: string | null;
}

async function book(datetime: string): Promise<Booked> {
  const answer = await fetch(`${server.url}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ datetime, totalfee: 5 }),
  });
  const text = await answer.text();
  const code = answer.status === 201 ? undefined : /store_unavailable|outcome_unknown/.exec(text)?.[0];
  return { datetime, status: answer.status, code, retryAfter: answer.headers.get('retry-after') };
}

/** Books with eight clients, each at times of its own, while the faults happen and until books go through after them. */
async function bookDuring(faults: () => Promise<void>): Promise<Booked[]> {
  const all: Booked[] = [];
  let next = 0;
  let isLoading = true;
  const client = async () => {
    while (isLoading) all.push(await book(new Date(NINE + next++ * 8 * HOUR_MS).toISOString()));
  };
  const clients = Array.from({ length: CLIENTS }, client);
  await until(() => successes(all) >= 2 * CLIENTS);
  await faults();
  await untilReady(200);
  const before = successes(all);
  await until(() => successes(all) >= before + 2 * CLIENTS);
  isLoading = false;
  await Promise.all(clients);
  return all;
}

const successes = (all: readonly Booked[]) => all.filter(({ status }) => status === 201).length;

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const latest = Date.now() + 20_000;
  while (!(await isSo())) {
    if (Date.now() > latest) throw new Error('What was waited for did not come.');
    await sleep(20);
  }
}

function untilReady(status: 200 | 503): Promise<void> {
  return until(async () => (await fetch(`${server.url}/health/ready`)).status === status);
}

/** What was answered is what is there: each 201 once, nothing of what was refused, and no clash. */
async function expectTrueAnswers(all: readonly Booked[]): Promise<void> {
  for (const { status, code, retryAfter } of all) {
    if (status === 201) continue;
    expect({ status, code }).toEqual({
      status: 503,
      code: expect.stringMatching(/^(store_unavailable|outcome_unknown)$/),
    });
    if (code === 'store_unavailable') expect(retryAfter).toMatch(/^\d+$/);
  }
  const stored = await withDatabase(url, (db) => db.collection('orders').find().toArray());
  const times = stored.map(({ datetime }) => (datetime as Date).toISOString());
  expect(new Set(times).size).toBe(times.length);
  expect(new Set(stored.map(({ number }) => number)).size).toBe(stored.length);
  const here = new Set(times);
  const lost = all.filter(({ status, datetime }) => status === 201 && !here.has(datetime));
  const unasked = all.filter(({ code, datetime }) => code === 'store_unavailable' && here.has(datetime));
  expect({ lost, unasked }).toEqual({ lost: [], unasked: [] });
  expect(await runCli(['verify'], { DATABASE_URL: url })).toMatchObject({ code: 0 });
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
  await expectTrueAnswers(all);
}, 60_000);

test('a network that swallows everything for a while, then is back', async () => {
  const all = await bookDuring(async () => {
    proxy.set('black hole');
    await untilReady(503);
    await sleep(BUSY_MS);
    proxy.set('pass');
  });
  expect(all.some(({ status }) => status === 503)).toBe(true);
  await expectTrueAnswers(all);
}, 60_000);

test('a database that is away and back: ready says so by itself', async () => {
  const all = await bookDuring(async () => {
    proxy.set('refuse');
    await untilReady(503);
    await sleep(BUSY_MS);
    proxy.set('pass');
  });
  expect(all.some(({ code }) => code === 'store_unavailable')).toBe(true);
  await expectTrueAnswers(all);
}, 60_000);
