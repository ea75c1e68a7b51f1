import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type MongoServer, startMongoServer } from '../../../scripts/mongo-server.mjs';
import { expectTrueAnswers, startBooking, successes, untilReady } from '../support/booking-answers.js';
import { freshUrl, withDatabase } from '../support/mongo.js';
import {
  killServers,
  runCli,
  runServer,
  type ServerProcess,
  startServer,
} from '../support/server-process.js';
import { until } from '../support/until.js';

/* The database is away: at the start, which ends with a sentence, and for longer than a silent process is taken for dead. */

const SERVERS = 2;
const CLIENTS_EACH = 4;
const BUSY_MS = 1_500;
/** Longer than the 5 s after which another process takes a silent one for dead. */
const AWAY_MS = 10_000;
const BACK_MS = 60_000;

let storage: string;
let database: MongoServer;
let url: string;
const servers: ServerProcess[] = [];

beforeAll(async () => {
  storage = await mkdtemp(join(tmpdir(), 'roundsman-database-away-'));
  database = await startMongoServer({ storage, args: ['--sync-on-commit'] });
  url = freshUrl(database.url(''));
  while (servers.length < SERVERS) {
    servers.push(await startServer({ DATABASE_URL: url, STORE_BUSY_MS: String(BUSY_MS) }));
  }
}, 60_000);
afterAll(async () => {
  await killServers();
  await database?.kill();
  await rm(storage, { recursive: true, force: true });
});

test('for ten seconds: 503 meanwhile, not ready, and every server goes on by itself', async () => {
  const urls = servers.map((server) => server.url);
  const { all: told, stop } = startBooking(urls, CLIENTS_EACH);
  const bookMore = async () => {
    const enough = successes(told) + 4 * CLIENTS_EACH * SERVERS;
    await until(() => successes(told) >= enough, BACK_MS);
  };
  await bookMore();

  await database.kill('SIGKILL');
  const goneAt = performance.now();
  await Promise.all(servers.map((server) => untilReady(server.url, 503)));
  const underWay = CLIENTS_EACH * SERVERS;
  const sentAt = told.length + underWay; // those before may have been sent while it was there
  await until(() => performance.now() - goneAt > AWAY_MS && told.length > sentAt + underWay);
  const meanwhile = told.slice(sentAt);
  database = await startMongoServer({ storage, port: database.port, args: ['--sync-on-commit'] });

  await Promise.all(servers.map((server) => untilReady(server.url, 200, BACK_MS)));
  await bookMore();
  await stop();
  expect([...new Set(meanwhile.map(({ code }) => code))]).toEqual(['store_unavailable']);
  await expectTrueAnswers(url, told);
  expect(servers.map(({ child }) => child.exitCode)).toEqual(servers.map(() => null));
  const entries = () => withDatabase(url, (db) => db.collection('processes').countDocuments());
  await until(async () => (await entries()) === SERVERS);
}, 120_000);

test('at the start: one sentence, and the end', async () => {
  const settings = { DATABASE_URL: 'mongodb://127.0.0.1:1/rounds', STORE_BUSY_MS: '500' };
  const said = {
    stdout: '',
    stderr: 'No MongoDB answers at mongodb://127.0.0.1:1/rounds: start it, or change DATABASE_URL.\n',
  };
  expect(await runServer(settings)).toEqual({ code: 1, ...said });
  expect(await runCli(['verify'], settings)).toEqual({ code: 1, ...said });
});
