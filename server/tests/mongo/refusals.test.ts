import { afterAll, describe, expect, test } from '@jest/globals';
import { mongo } from 'mongoose';
import { startMongoServer } from '../../../scripts/mongo-server.mjs';
import { explain, refusalFor } from '../../src/storage/mongo/connect.js';
import { dropDatabase, freshUrl, openTestStorage, withDatabase } from '../support/mongo.js';
import { runCli, runServer } from '../support/server-process.js';

/* What the store refuses at its start, each with a sentence that says what to do. */

const PASSWORD = 'geheim';
const NOBODY = `mongodb://user:${PASSWORD}@127.0.0.1:1/x`;

const refusal = (message: RegExp) =>
  expect.objectContaining({
    name: 'AppError',
    code: 'store_unavailable',
    message: expect.stringMatching(message),
  });

const url = freshUrl();
afterAll(() => dropDatabase(url));

test('a standalone server is refused with how to make it a replica set', async () => {
  const server = await startMongoServer({ args: ['--standalone'] });
  try {
    await expect(openTestStorage(freshUrl(server.url('')))).rejects.toEqual(
      refusal(/^The MongoDB at the test database is a standalone server, .+ --replSet rs0 .+\.$/),
    );
  } finally {
    await server.kill();
  }
});

test('where no server is, the sentence says so in the time allowed', async () => {
  const began = performance.now();
  await expect(openTestStorage(NOBODY, { busyMs: 300 })).rejects.toEqual(
    refusal(/^No MongoDB answers at the test database: start it, or change DATABASE_URL\.$/),
  );
  expect(performance.now() - began).toBeLessThan(3_000);
});

test('serve where no server is says one sentence and exits 1', async () => {
  const { code, stderr } = await runCli(['serve'], {
    DATABASE_URL: 'mongodb://127.0.0.1:1/x',
    STORE_BUSY_MS: '300',
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^No MongoDB answers at [^\n]+: start it, or change DATABASE_URL\.\n$/);
});

test('a database of a newer release is refused and left as it is', async () => {
  await (await openTestStorage(url)).close();
  const meta = () => withDatabase(url, (db) => db.collection('meta').find().toArray());
  await withDatabase(url, (db) => db.collection('meta').updateMany({}, { $set: { number: 2 } }));
  const before = await meta();
  for (const migrates of [false, true]) {
    await expect(openTestStorage(url, { migrates })).rejects.toEqual(
      refusal(/ was written by a newer Roundsman \(schema 2, .+\): install that release\.$/),
    );
  }
  expect(await meta()).toEqual(before);
});

describe('a server is judged by what it says of itself', () => {
  const replicaSet = { setName: 'rs0' };
  test.each([
    [{ version: '7.0.0', ferretdb: { version: 'v2' } }, replicaSet, /^is FerretDB, .+: use MongoDB 6\.0/],
    [{ version: '7.0.42', ferretdbVersion: 'v1.24.0' }, replicaSet, /^is FerretDB, .+: use MongoDB 6\.0/],
    [{ version: '5.0.31' }, replicaSet, /^is version 5\.0\.31: upgrade it to 6\.0 or newer\.$/],
    [{ version: '8.0.4' }, {}, /^is a standalone server, .+ rs\.initiate\(\)/],
  ])('%j with %j is refused', (buildInfo, hello, sentence) => {
    expect(refusalFor({ buildInfo, hello })).toMatch(sentence);
  });

  test.each([
    ['6.0.0', replicaSet],
    ['10.1.0', replicaSet],
    ['8.0.4', { msg: 'isdbgrid' }],
  ])('version %s with %j is taken', (version, hello) => {
    expect(refusalFor({ buildInfo: { version }, hello })).toBeNull();
  });
});

test.each([
  [13, /^The user in DATABASE_URL may not .+ make indexes in DB: give it the role readWrite on .+\.$/],
  [18, /^The MongoDB at DB does not take the user and password in DATABASE_URL: correct them\.$/],
])('failure %i of the server is told with what to do', (code, sentence) => {
  expect(explain('DB', new mongo.MongoServerError({ code, errmsg: '' }))).toEqual(refusal(sentence));
});

test.each([
  NOBODY,
  `mongodb://user:${PASSWORD}@127.0.0.1:1/x?w=1`,
  `mongodb://user:${PASSWORD}@127.0.0.1:1/x?nonsense=1`,
  `mongodb://user:${PASSWORD}@127.0.0.1:nonsense/x`,
  `mongodb://user:${PASSWORD}@@127.0.0.1:1/x`,
  `mongodb://user:${PASSWORD}%@127.0.0.1:1/x`,
])('the server started with %s says nothing of the password', async (DATABASE_URL) => {
  const { code, stdout, stderr } = await runServer({
    DATABASE_URL,
    STORE_BUSY_MS: '300',
    LOG_LEVEL: 'debug',
  });
  expect(code).toBe(1);
  expect((stdout + stderr).slice(0, 300)).toMatch(/DATABASE_URL/); // it is the address that was refused
  expect((stdout + stderr).includes(PASSWORD)).toBe(false);
});
