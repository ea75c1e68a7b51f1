import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { killServers, ROOT, type ServerProcess, startServer } from '../support/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/* The README's blocks for bash, run as they stand, but for the server's address. They need bash and curl. */

let database: TestDatabase;
let server: ServerProcess;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await startServer({ DATABASE_URL: database.url });
});
afterAll(async () => {
  await killServers();
  await database.drop();
});

test('every line gets the status that stands beside it', async () => {
  const readme = await readFile(`${ROOT}README.md`, 'utf8');
  const blocks = [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block as string);
  const script = blocks.filter((block) => block.includes('localhost:7000')).join('\n');
  const expected = [...script.matchAll(/# (\d{3})$/gm)].map(([, status]) => status);
  expect(expected.length).toBeGreaterThan(15);
  // what a line would print is left out, and its status printed instead
  const told = script
    .replaceAll('localhost:7000', new URL(server.url).host)
    .replace(/^curl -s (.*?)# \d{3}$/gms, "curl -s -o /dev/null -w '%{http_code}\\n' $1");
  const { NODE_OPTIONS, ...env } = process.env;
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', told], {
    cwd: ROOT,
    env: { ...env, DATABASE_URL: database.url },
  });
  expect(stdout.trim().split('\n')).toEqual(expected);
}, 60_000);
