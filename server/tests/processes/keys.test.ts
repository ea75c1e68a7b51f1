import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { killServers, runCli, runServer, startServer } from '../support/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

/* `roundsman keys`, beside a server that runs. */

let database: TestDatabase;
const roundsman = (...args: string[]) => runCli(args, { DATABASE_URL: database.url });
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await killServers();
  await database.drop();
});
afterAll(killServers);

/** Made and revoked keys take effect within this. */
const EFFECT_MS = 5_000;

test('a key that is made closes servers that run, opens them to its holder, and is revoked in them', async () => {
  const servers = await Promise.all([
    startServer({ DATABASE_URL: database.url }),
    startServer({ DATABASE_URL: database.url }),
  ]);
  const statuses = (token?: string) =>
    Promise.all(
      servers.map(async ({ url }) => {
        const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
        return (await fetch(`${url}/orders`, { headers })).status;
      }),
    );
  const are = (status: number, token?: string) => async () =>
    (await statuses(token)).every((one) => one === status);
  expect(await statuses()).toEqual([200, 200]);

  const made = await roundsman(
    'keys',
    'create',
    '--name',
    'office',
    '--scopes',
    'orders:read,services:read',
    '--expires',
    '90d',
    '--json',
  );
  expect(made).toMatchObject({ code: 0 });
  const { key, id, expiresAt } = JSON.parse(made.stdout);
  expect(key).toMatch(new RegExp(`^rm_${id}_[\\w-]{43}$`));
  expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(89 * 86_400_000);
  await until(are(401), EFFECT_MS);
  await until(are(200, key), EFFECT_MS);

  expect((await roundsman('keys', 'list')).stdout).toMatch(
    new RegExp(`^${id}  office  orders:read,services:read  expires `),
  );
  expect((await roundsman('keys', 'list', '--json')).stdout).not.toContain(key.slice(-43));
  expect(await roundsman('keys', 'revoke', id)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('revoked'),
  });
  await until(are(401, key), EFFECT_MS);
  expect(await statuses()).toEqual([401, 401]);
  expect(
    servers
      .flatMap(({ log }) => log)
      .map((line) => JSON.stringify(line))
      .join(),
  ).not.toContain(key.slice(-43));
}, 60_000);

test('no more keys are made than API_KEYS_MAX lets there be', async () => {
  const few = await createTestDatabase();
  const settings = { DATABASE_URL: few.url, API_KEYS_MAX: '1' };
  const make = () => runCli(['keys', 'create', '--name', 'x', '--scopes', 'admin', '--json'], settings);
  try {
    const { id } = JSON.parse((await make()).stdout);
    expect(await make()).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/API_KEYS_MAX is 1: revoke/),
    });
    await runCli(['keys', 'revoke', id], settings);
    expect(await make()).toMatchObject({ code: 0 });
  } finally {
    await few.drop();
  }
}, 60_000);

test('when a key was last used is stored at the end', async () => {
  const made = await roundsman('keys', 'create', '--name', 'x', '--scopes', 'admin', '--json');
  const { key } = JSON.parse(made.stdout);
  const lastUse = async () => JSON.parse((await roundsman('keys', 'list', '--json')).stdout)[0].lastUsedAt;
  expect(await lastUse()).toBeNull();
  const server = await startServer({ DATABASE_URL: database.url });
  await fetch(`${server.url}/orders`, { headers: { authorization: `Bearer ${key}` } });
  expect(await server.kill('SIGTERM')).toBe(0);
  expect(Date.now() - Date.parse(await lastUse())).toBeLessThan(60_000);
}, 60_000);

test('an address that others can reach needs a key first, or AUTH', async () => {
  const settings = { DATABASE_URL: database.url, HOST: '0.0.0.0', PORT: '0' };
  const refused = await runServer(settings);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/^HOST 0\.0\.0\.0 can be reached .*keys create.*AUTH=required.*\.\n$/);
  const proxied = await runServer({ DATABASE_URL: database.url, TRUST_PROXY: '1', PORT: '0' });
  expect(proxied).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^TRUST_PROXY is set, and there is no API key/),
  });
  for (const AUTH of ['required', 'off']) {
    const server = await startServer({ ...settings, AUTH });
    const port = new URL(server.url).port;
    expect((await fetch(`http://127.0.0.1:${port}/orders`)).status).toBe(AUTH === 'off' ? 200 : 401);
    expect(server.log.some(({ level }) => level === 40)).toBe(AUTH === 'off');
    await server.kill('SIGTERM');
  }
  await roundsman('keys', 'create', '--name', 'x', '--scopes', 'admin');
  const server = await startServer(settings);
  expect((await fetch(`http://127.0.0.1:${new URL(server.url).port}/orders`)).status).toBe(401);
}, 60_000);

test.each([
  [['create', '--name', 'x'], /--scopes/],
  [['create', '--scopes', 'admin'], /--name/],
  [['create', '--name', ' ', '--scopes', 'admin'], /1 to 200/],
  [['create', '--name', 'x', '--scopes', 'orders:all'], /There is no scope orders:all/],
  [['create', '--name', 'x', '--scopes', 'admin', '--expires', '90'], /90d/],
  [['revoke'], /id/],
])('used wrongly, keys %j exits 2 and says what is wrong', async (args, sentence) => {
  expect(await roundsman('keys', ...args)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(sentence),
  });
});

test('a key that was never made cannot be revoked', async () => {
  expect(await roundsman('keys', 'revoke', '0123456789ab')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^There is no key 0123456789ab\.$/m),
  });
  expect((await roundsman('keys', 'list')).stdout).toBe('No keys were made.\n');
});
