import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keepAlive, sendJson } from '../support/booking-client.js';
import { HOUR_MS, NINE } from '../support/orders.js';
import { killServers, runCli, startServer } from '../support/server-process.js';

/* A backup of the embedded store taken while the server takes orders is whole, and can be served. */

const agent = keepAlive();
let folder: string;
let settings: { DATABASE_URL: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roundsman-backup-'));
  settings = { DATABASE_URL: `file:${join(folder, 'live.db')}` };
});
afterAll(async () => {
  agent.destroy();
  await killServers();
  await rm(folder, { recursive: true });
});

test('taken under load, it has every order answered before it, and verify finds nothing', async () => {
  const server = await startServer(settings);
  const answered: string[] = [];
  let next = 0;
  let isLoading = true;
  const client = async () => {
    while (isLoading) {
      const datetime = new Date(NINE + next++ * 4 * HOUR_MS);
      const { status, body } = await sendJson(agent, `${server.url}/orders`, 'POST', {
        datetime,
        totalfee: 5,
      });
      expect(status).toBe(201);
      answered.push(body.data._id);
    }
  };
  const clients = Array.from({ length: 8 }, client);
  while (answered.length < 50) await new Promise((resolve) => setTimeout(resolve, 5));
  const before = [...answered];
  const file = join(folder, 'backup.db');
  expect(await runCli(['backup', file], settings)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(file),
  });
  isLoading = false;
  await Promise.all(clients);
  await server.kill('SIGTERM');

  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const restored = { DATABASE_URL: `file:${file}` };
  expect(await runCli(['verify'], restored)).toMatchObject({ code: 0 });
  const copy = await startServer(restored);
  for (const id of before)
    expect((await sendJson(agent, `${copy.url}/orders/${id}`, 'GET')).status).toBe(200);
});

test('a file that is there is refused and stays as it was; a folder that is not there is one sentence', async () => {
  const file = join(folder, 'letter.txt');
  await writeFile(file, 'a letter');
  await chmod(file, 0o644);
  expect(await runCli(['backup', file], settings)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/is there already/),
  });
  expect((await stat(file)).size).toBe(8);
  const nowhere = await runCli(['backup', join(folder, 'no', 'b.db')], settings);
  expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringMatching(/^.*does not exist.*\n$/) });
});
