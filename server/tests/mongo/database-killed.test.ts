import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type MongoServer, startMongoServer } from '../../../scripts/mongo-server.mjs';
import { expectTrueAnswers, startBooking, successes, untilReady } from '../support/booking-answers.js';
import { freshUrl } from '../support/mongo.js';
import { killServers, type ServerProcess, startServer } from '../support/server-process.js';
import { until } from '../support/until.js';

/* The database dies under load and comes back: every process goes on by itself, and nothing that was answered is lost. */

const SERVERS = 4;
const CLIENTS_EACH = 4;
const KILLS = 3;
/** How many orders each server books before the database dies again. */
const BOOKED_BETWEEN = 10;
const BUSY_MS = 5_000;
const BACK_MS = 60_000;

let storage: string;
let database: MongoServer;
let url: string;
let servers: ServerProcess[];
let stderr = '';

const startDatabase = (port?: number) =>
  startMongoServer({ storage, args: ['--sync-on-commit'], ...(port === undefined ? {} : { port }) });

beforeAll(async () => {
  storage = await mkdtemp(join(tmpdir(), 'roundsman-database-killed-'));
  database = await startDatabase();
  url = freshUrl(database.url(''));
  servers = [];
  while (servers.length < SERVERS) {
    const server = await startServer({ DATABASE_URL: url, STORE_BUSY_MS: String(BUSY_MS) });
    server.child.stderr?.on('data', (chunk) => {
      stderr += chunk;
    });
    servers.push(server);
  }
}, 60_000);
afterAll(async () => {
  await killServers();
  await database?.kill();
  await rm(storage, { recursive: true, force: true });
});

test('a database that is killed three times under load', async () => {
  const urls = servers.map((server) => server.url);
  const { all, byServer: told, stop } = startBooking(urls, CLIENTS_EACH);
  const bookedSince = (before: readonly number[]) =>
    told.every((answers, index) => successes(answers) >= (before[index] as number) + BOOKED_BETWEEN);
  /** Every server books again and again, by itself. */
  const allGoOn = async () => {
    await Promise.all(servers.map((server) => untilReady(server.url, 200, BACK_MS)));
    const before = told.map(successes);
    await until(() => bookedSince(before), BACK_MS);
  };
  await allGoOn();
  for (let kill = 0; kill < KILLS; kill++) {
    await database.kill('SIGKILL');
    await Promise.all(servers.map((server) => untilReady(server.url, 503, BACK_MS)));
    const refused = () => told.every((answers) => answers.at(-1)?.status === 503);
    await until(refused, BACK_MS);
    database = await startDatabase(database.port);
    await allGoOn();
  }
  await stop();
  await expectTrueAnswers(url, all);
  expect(servers.map(({ child }) => child.exitCode)).toEqual(servers.map(() => null));
  expect(stderr + JSON.stringify(servers.map(({ log }) => log))).not.toMatch(/unhandled/i);
}, 300_000);
