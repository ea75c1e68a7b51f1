import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type MongoServer, startMongoServer } from '../../../scripts/mongo-server.mjs';
import { type Booked, book, expectHonest, expectTrueAnswers } from '../support/booking-answers.js';
import { freshUrl, withDatabase } from '../support/mongo.js';
import { NINE } from '../support/orders.js';
import { killServers, type ServerProcess, startServer } from '../support/server-process.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { until } from '../support/until.js';

/*
 * MongoDB fails at one step of a booking, as its fail points make it: the answer is a 201 or an honest
 * 503, and who repeats the request with its key ends with exactly one order.
 */

const BUSY_MS = 2_000;
let database: MongoServer;
let url: string;
let proxy: TcpProxy;
/** Gives up only long after what a test waits for: asked where a booking is to be done, however slow the machine. */
let patient: ServerProcess;
/** Gives up after BUSY_MS: asked where a booking cannot be done. */
let impatient: ServerProcess;

beforeAll(async () => {
  database = await startMongoServer({ args: ['--enable-test-commands'] });
  url = freshUrl(database.url(''));
  proxy = await startTcpProxy(database.port);
  patient = await start(60_000);
  impatient = await start(BUSY_MS);
  for (const server of [patient, impatient]) await book(server.url, aTime()); // what only a first booking does is done
});
afterEach(async () => {
  proxy.delay(0);
  await failCommand('off');
});
afterAll(async () => {
  await killServers();
  await proxy?.close();
  await database?.kill();
});

/** Starts a server whose connections go through the proxy. */
function start(busyMs: number, options: Record<string, string> = {}): Promise<ServerProcess> {
  const query = new URLSearchParams({ directConnection: 'true', ...options });
  return startServer({
    DATABASE_URL: `mongodb://127.0.0.1:${proxy.port}${new URL(url).pathname}?${query}`,
    STORE_BUSY_MS: String(busyMs),
  });
}

type Mode = 'off' | 'alwaysOn' | { times: number } | { skip: number; times: number };

interface Failure {
  failCommands: string[];
  errorCode?: number;
  errorLabels?: string[];
  closeConnection?: boolean;
  writeConcernError?: { code: number; errmsg: string };
  blockConnection?: boolean;
  blockTimeMS?: number;
}

/** Makes commands of the product fail, and of nobody else. */
function failCommand(mode: Mode, failure: Failure = { failCommands: [] }): Promise<unknown> {
  const data = { ...failure, appName: 'roundsman' };
  return withDatabase(url, (db) => db.admin().command({ configureFailPoint: 'failCommand', mode, data }));
}

let day = 0;
const aTime = () => new Date(NINE + ++day * 86_400_000).toISOString();

/** Both halves of a booking with a key: its order, and the record of its answer. */
function stored(datetime: string): Promise<{ orders: number; records: number }> {
  return withDatabase(url, async (db) => ({
    orders: await db.collection('orders').countDocuments({ datetime: new Date(datetime) }),
    records: await db
      .collection<{ _id: string }>('idempotency')
      .countDocuments({ _id: { $regex: datetime } }),
  }));
}

/** How many sessions a server says are its own, the most of all. */
function mostSessions(): Promise<number> {
  return withDatabase(url, async (db) => {
    const entries = await db.collection<{ sessions: unknown[] }>('processes').find().toArray();
    return Math.max(...entries.map(({ sessions }) => sessions.length));
  });
}

/** Books once under the failure, says what is there then, and repeats without the failure. */
async function bookUnder(
  server: ServerProcess,
  fail: () => unknown,
): Promise<{ first: Booked; last: Booked }> {
  const datetime = aTime();
  await fail();
  const first = await book(server.url, datetime, datetime);
  expectHonest(first);
  if (first.code === 'store_unavailable') expect(await stored(datetime)).toEqual({ orders: 0, records: 0 });
  await failCommand('off');
  proxy.delay(0);
  let last = first;
  for (
    const latest = Date.now() + 20_000;
    last.status !== 201;
    last = await book(server.url, datetime, datetime)
  ) {
    if (Date.now() > latest) throw new Error(`It was not booked: ${last.text}`);
  }
  expect(await stored(datetime)).toEqual({ orders: 1, records: 1 });
  return { first, last };
}

const CONFLICT = { errorCode: 112, errorLabels: ['TransientTransactionError'] };
const COMMIT = ['commitTransaction'];

test.each<[string, Mode, Failure]>([
  ['a write conflict at the order', { times: 1 }, { failCommands: ['insert'], ...CONFLICT }],
  ['several at the order', { times: 5 }, { failCommands: ['insert'], ...CONFLICT }],
  ['several at the commit', { times: 5 }, { failCommands: COMMIT, ...CONFLICT }],
  [
    'the connection closed at the number',
    { times: 1 },
    { failCommands: ['findAndModify'], closeConnection: true },
  ],
  ['the connection closed at the insert', { times: 1 }, { failCommands: ['insert'], closeConnection: true }],
  [
    'the connection closed at three inserts',
    { times: 3 },
    { failCommands: ['insert'], closeConnection: true },
  ],
  ['a commit that fails once with 91, not done', { times: 1 }, { failCommands: COMMIT, errorCode: 91 }],
  [
    'a commit that fails once with 91, done',
    { times: 1 },
    { failCommands: COMMIT, writeConcernError: { code: 91, errmsg: 'shutdown' } },
  ],
  [
    'a commit whose majority is late',
    { times: 1 },
    { failCommands: COMMIT, writeConcernError: { code: 64, errmsg: 'late' } },
  ],
  ['a commit whose connection is closed', { times: 1 }, { failCommands: COMMIT, closeConnection: true }],
  [
    'five commits whose connections are closed',
    { times: 5 },
    { failCommands: COMMIT, closeConnection: true },
  ],
])('%s is answered as if nothing had been', async (_, mode, failure) => {
  const { first } = await bookUnder(patient, () => failCommand(mode, failure));
  expect(first.status).toBe(201);
});

test('a transaction that waits for a connection which another one loses is answered as if nothing had been', async () => {
  const server = await start(60_000, { minPoolSize: '1', maxPoolSize: '1' });
  await book(server.url, aTime());
  const { first } = await bookUnder(server, () =>
    failCommand({ times: 1 }, { failCommands: ['findAndModify'], closeConnection: true }),
  );
  await server.kill('SIGTERM');
  expect(first.status).toBe(201);
});

/* A move takes a lock and no number, so that the first command of that name is the lock's. */
test.each<[string, Mode, Failure]>([
  ['a write conflict', { times: 1 }, { failCommands: ['findAndModify'], ...CONFLICT }],
  ['several write conflicts', { times: 5 }, { failCommands: ['findAndModify'], ...CONFLICT }],
  ['a closed connection', { times: 1 }, { failCommands: ['findAndModify'], closeConnection: true }],
])('%s at the lock is answered as if nothing had been', async (_, mode, failure) => {
  const [before, after] = [aTime(), aTime()];
  const { data } = JSON.parse((await book(patient.url, before)).text);
  await failCommand(mode, failure);
  const moved = await fetch(`${patient.url}/orders/${data._id}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ datetime: after }),
  });
  expect(moved.status).toBe(200);
  expect(await stored(before)).toMatchObject({ orders: 0 });
  expect(await stored(after)).toMatchObject({ orders: 1 });
});

test.each<[string, Failure]>([
  ['conflicts', { failCommands: ['insert'], ...CONFLICT }],
  ['closes connections', { failCommands: ['insert'], closeConnection: true }],
  ['shuts down', { failCommands: ['insert'], errorCode: 91 }],
  ['has no primary', { failCommands: ['insert'], errorCode: 10107 }],
])('a server that %s at each insert is told as store_unavailable', async (_, failure) => {
  const { first } = await bookUnder(impatient, () => failCommand('alwaysOn', failure));
  expect(first.code).toBe('store_unavailable');
});

test.each<[string, Failure]>([
  ['closes connections', { failCommands: COMMIT, closeConnection: true }],
  ['shuts down', { failCommands: COMMIT, errorCode: 91 }],
  ['runs out of time', { failCommands: COMMIT, errorCode: 50 }],
  ['does, and denies it,', { failCommands: COMMIT, writeConcernError: { code: 64, errmsg: 'late' } }],
  ['answers late', { failCommands: COMMIT, blockConnection: true, blockTimeMS: 2 * BUSY_MS }],
])('a server that %s at each commit is told as outcome_unknown', async (_, failure) => {
  const { first } = await bookUnder(impatient, () => failCommand('alwaysOn', failure));
  expect(first.code).toBe('outcome_unknown');
});

test('a commit that is done and whose answer is lost is answered as if nothing had been', async () => {
  const { first } = await bookUnder(patient, () => proxy.cutAfter('commitTransaction'));
  expect(first.status).toBe(201);
});

test('such a commit that cannot be repeated is told as outcome_unknown, and is there', async () => {
  const datetime = aTime();
  await failCommand({ skip: 1, times: 10_000 }, { failCommands: COMMIT, errorCode: 91 });
  proxy.cutAfter('commitTransaction');
  expect((await book(impatient.url, datetime, datetime)).code).toBe('outcome_unknown');
  expect(await stored(datetime)).toEqual({ orders: 1, records: 1 });
});

test('a network that makes each answer late, but not too late, is answered as if nothing had been', async () => {
  const { first } = await bookUnder(patient, () => proxy.delay(100));
  expect(first.status).toBe(201);
});

test('a network that is too slow for a booking is told honestly', async () => {
  const { first } = await bookUnder(impatient, () => proxy.delay(BUSY_MS / 5));
  expect(first.status).toBe(503);
});

test('writes that fail one after another leave no sessions behind', async () => {
  const taken = aTime();
  await book(impatient.url, taken);
  for (let clash = 0; clash < 40; clash++) expect((await book(impatient.url, taken)).status).toBe(409);
  await failCommand('alwaysOn', { failCommands: ['insert'], errorCode: 50 });
  for (let failed = 0; failed < 40; failed++) {
    expect((await book(impatient.url, aTime())).code).toBe('store_unavailable');
  }
  await failCommand('off');
  expect((await book(impatient.url, aTime())).status).toBe(201);
  await until(async () => (await mostSessions()) <= 32);
});

test('after all of it every order is whole and nothing clashes', async () => {
  await expectTrueAnswers(url, []);
});
