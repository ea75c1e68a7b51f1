import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runCli } from '../support/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/* `roundsman doctor`: what is well, and what must be done. */

interface Finding {
  check: string;
  isWell: boolean;
  sentence: string;
}

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

async function doctor(settings: Record<string, string> = {}) {
  const { code, stdout } = await runCli(['doctor', '--json'], { DATABASE_URL: database.url, ...settings });
  const findings: Finding[] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { code, findings, wrong: findings.filter(({ isWell }) => !isWell) };
}

const roundsman = (...args: string[]) => runCli(args, { DATABASE_URL: database.url });

test('all is well on a new database: every line says ok, and it exits 0', async () => {
  await roundsman('migrate');
  const { code, findings, wrong } = await doctor();
  expect(wrong).toEqual([]);
  expect(code).toBe(0);
  expect(findings.map(({ check }) => check)).toEqual(
    expect.arrayContaining(['node', 'settings', 'store', 'schema', 'keys', 'exposure']),
  );
  const { stdout, stderr } = await roundsman('doctor');
  expect(stdout.trim().split('\n')).toHaveLength(findings.length);
  for (const line of stdout.trim().split('\n')) expect(line).toMatch(/^ok {5}\w+: .+\.$/);
  expect(stderr).toBe('');
});

test('a database that is not there is told, and not made', async () => {
  for (let turn = 0; turn < 2; turn++) {
    const { code, wrong } = await doctor();
    expect(code).toBe(1);
    expect(wrong).toEqual([
      {
        check: 'store',
        isWell: false,
        sentence: expect.stringMatching(/^There is no database at .*migrate/),
      },
    ]);
  }
});

test('HOST=0.0.0.0 with AUTH=off must be mended', async () => {
  await roundsman('migrate');
  const { code, wrong } = await doctor({ HOST: '0.0.0.0', AUTH: 'off' });
  expect(code).toBe(1);
  expect(wrong).toEqual([
    { check: 'exposure', isWell: false, sentence: expect.stringMatching(/0\.0\.0\.0.*set AUTH=required/) },
  ]);
});

test('a key that expired must be revoked, one that soon expires be replaced; a revoked one is done with', async () => {
  const ids: string[] = [];
  for (const expires of ['1s', '13d', '90d', '1s']) {
    const made = await roundsman(
      'keys',
      'create',
      '--name',
      'x',
      '--scopes',
      'admin',
      '--expires',
      expires,
      '--json',
    );
    ids.push(JSON.parse(made.stdout).id);
  }
  await roundsman('keys', 'revoke', ids[3] as string);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const { code, wrong } = await doctor();
  expect(code).toBe(1);
  expect(wrong.every(({ check }) => check === 'keys')).toBe(true);
  const sentenceOn = (id?: string) => wrong.find(({ sentence }) => sentence.includes(`key ${id}`))?.sentence;
  expect(sentenceOn(ids[0])).toMatch(new RegExp(`"x" expired .*keys revoke ${ids[0]}`));
  expect(sentenceOn(ids[1])).toMatch(/"x" expires .*make another/);
  expect(wrong).toHaveLength(2);
}, 60_000);

test.each(['mongodb://user:geheim@127.0.0.1:1/x', 'file:/nowhere/at/all/x.db'])(
  'a database that cannot be reached, %s, is told in one sentence without its password',
  async (DATABASE_URL) => {
    const { code, findings, wrong } = await doctor({ DATABASE_URL, STORE_BUSY_MS: '300' });
    expect(code).toBe(1);
    expect(wrong).toEqual([{ check: 'store', isWell: false, sentence: expect.stringMatching(/^[^\n]+\.$/) }]);
    expect(findings.map(({ check }) => check)).toEqual(['node', 'settings', 'store', 'exposure']);
    expect(JSON.stringify(findings)).not.toContain('geheim');
  },
);

test('every setting that is wrong is a line', async () => {
  const { code, wrong } = await doctor({ PORT: 'x', AUTH: 'maybe' });
  expect(code).toBe(1);
  expect(wrong.map(({ sentence }) => sentence.split(' ')[0]).sort()).toEqual(['AUTH', 'PORT']);
});
