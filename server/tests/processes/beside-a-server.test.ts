import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { killServers, runCli, startServer } from '../support/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/*
 * Commands that open and close the store beside a server that runs. A process that closes a file of its
 * own making can undo the locks of its SQLite connections (sqlite.org/howtocorrupt.html, 2.2): the next
 * process to end then takes the log of the server's writes away with it.
 */

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await killServers();
  await database.drop();
});
afterAll(killServers);

test('what a server answers after a command has ended is there when the server is killed', async () => {
  const server = await startServer({ DATABASE_URL: database.url });
  const book = async (day: number) => {
    const answer = await fetch(`${server.url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ datetime: `2027-01-0${day}T09:00:00Z`, totalfee: day }),
    });
    expect(answer.status).toBe(201);
  };
  await book(1);
  for (const args of [['calendar', 'list'], ['verify'], ['calendar', 'create', 'north']]) {
    expect(await runCli(args, { DATABASE_URL: database.url })).toMatchObject({ code: 0 });
  }
  await book(2);
  expect((await (await fetch(`${server.url}/calendars`)).json()) as object).toMatchObject({
    data: [{ _id: 'default' }, { _id: 'north' }],
  });
  await server.kill('SIGKILL');
  const storage = await database.open();
  const orders = await storage.holdings.orders.read(null, 10);
  expect(orders.map(({ totalfeeMinor }) => totalfeeMinor).sort()).toEqual([100, 200]);
}, 60_000);
