import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { dropDatabase, freshUrl, withDatabase } from '../support/mongo.js';
import { HOUR_MS, NINE } from '../support/orders.js';
import { killServers, runServer, type ServerProcess, startServer } from '../support/server-process.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';

/*
 * The password in DATABASE_URL is in no line of the log and in no answer of a server that runs: while
 * the database serves, is away, is back, and takes the password no more.
 */

/** Stands in the password and in each form of it, whatever is percent-encoded or escaped. */
const CORE = 'g3heimnis';
const PASSWORD = `${CORE}/Wört:er @q`;
const FORMS = [CORE, PASSWORD, encodeURIComponent(PASSWORD), Buffer.from(PASSWORD).toString('base64')];

const url = freshUrl();
const database = new URL(url).pathname;
const user = database.slice(1);
let proxy: TcpProxy;
let server: ServerProcess;
let said: string;

const settings = (password = PASSWORD) => ({
  DATABASE_URL: `mongodb://${user}:${encodeURIComponent(password)}@127.0.0.1:${proxy.port}${database}?authSource=admin&directConnection=true`,
  STORE_BUSY_MS: '3000',
  LOG_LEVEL: 'debug',
});

const asAdmin = (command: Record<string, unknown>) =>
  withDatabase(url, (_db, connection) => connection.getClient().db('admin').command(command));

beforeAll(async () => {
  proxy = await startTcpProxy(Number(new URL(url).port));
  await asAdmin({ createUser: user, pwd: PASSWORD, roles: ['root'] });
});
beforeEach(async () => {
  said = '';
  server = await startServer(settings());
  said += server.log.map((line) => JSON.stringify(line)).join('\n');
  for (const stream of [server.child.stdout, server.child.stderr]) {
    stream?.on('data', (text) => {
      said += text;
    });
  }
});
afterAll(async () => {
  await killServers();
  await proxy.close();
  await asAdmin({ dropUser: user });
  await dropDatabase(url);
});

/** One request; its answer, head and body, counts as said. */
async function ask(path: string, body?: unknown): Promise<number> {
  const answer = await fetch(server.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  said += `${JSON.stringify([...answer.headers])}\n${await answer.text()}\n`;
  return answer.status;
}

let day = 0;
const book = () => ask('/orders', { datetime: new Date(NINE + ++day * 24 * HOUR_MS), totalfee: 5 });

async function askEverything(): Promise<Set<number>> {
  const datetime = new Date(NINE);
  return new Set(
    await Promise.all([
      book(),
      ask('/orders', { datetime, totalfee: 5 }),
      ask('/orders', { datetime: 'nonsense' }),
      ask('/orders?limit=2'),
      ask('/orders/0123456789abcdef01234567'),
      ask('/services'),
      ask('/calendars'),
      ask('/health/ready'),
      ask('/openapi.json'),
    ]),
  );
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const latest = performance.now() + 20_000;
  while (!(await isSo())) {
    if (performance.now() > latest) throw new Error(`It did not come to that: ${said.slice(-2_000)}`);
    await sleep(100);
  }
}

async function expectNothingSaid(): Promise<void> {
  await server.kill('SIGTERM');
  expect(said).toMatch(/"msg":"request"/); // the log was read
  for (const form of FORMS) expect(said.includes(form)).toBe(false);
}

test('nothing says it while the database goes away and comes back', async () => {
  expect(await askEverything()).toContain(201);
  for (const mode of ['refuse', 'black hole'] as const) {
    proxy.set(mode);
    expect(await askEverything()).toContain(503);
    proxy.set('pass');
    await until(async () => (await book()) === 201);
  }
  await expectNothingSaid();
});

test('nothing says it where the database takes it no more', async () => {
  expect(await askEverything()).not.toContain(503);
  await asAdmin({ updateUser: user, pwd: 'another' });
  try {
    proxy.cut();
    await until(async () => (await book()) !== 201);
    expect(await askEverything()).not.toContain(500); // it is the store's state, not a fault of the server
    const { code, stdout, stderr } = await runServer(settings());
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(/does not take the user and password in DATABASE_URL: correct them/);
    said += stdout + stderr;
  } finally {
    await asAdmin({ updateUser: user, pwd: PASSWORD });
  }
  await until(async () => (await book()) === 201);
  await expectNothingSaid();
});
