import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openSqlite } from '../../../tests/support/open-sqlite.js';
import { Connection } from './connection.js';
import { describeFile, spaceFinding } from './describe-file.js';

/* What the embedded store says of its file, and that looking at it makes and migrates nothing. */

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'roundsman-describe-'));
  file = join(folder, 'test.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(isLookOnly: boolean) {
  return openSqlite({ file, isLookOnly });
}

async function findings() {
  const storage = await open(true);
  const found = await storage.describe();
  await storage.close();
  return found;
}

const wrong = async () => (await findings()).filter(({ isWell }) => !isWell);

test('a file that this release made is well, and its schema, rights, journal and space are told', async () => {
  await (await open(false)).close();
  const found = await findings();
  expect(found.filter(({ check }) => check !== 'space').every(({ isWell }) => isWell)).toBe(true);
  expect(new Set(found.map(({ check }) => check))).toEqual(
    new Set(['store', 'schema', 'rights', 'journal', 'space']),
  );
  expect(found[0]?.sentence).toMatch(/SQLite 3\.\d+.* at /);
});

test('rights that let others in are named, with the command that mends them', async () => {
  await (await open(false)).close();
  chmodSync(folder, 0o755);
  chmodSync(file, 0o640);
  const sentences = (await wrong()).map(({ sentence }) => sentence);
  expect(sentences).toContain(
    `Others than its owner can get at ${folder} (0755): run \`chmod 700 ${folder}\`.`,
  );
  expect(sentences).toContain(`Others than its owner can get at ${file} (0640): run \`chmod 600 ${file}\`.`);
});

test('a journal mode other than WAL, and migrations that have not run, are told', async () => {
  const connection = new Connection(file);
  expect(describeFile(connection, file).filter(({ isWell }) => !isWell)).toEqual([
    expect.objectContaining({ check: 'schema' }),
    expect.objectContaining({ check: 'rights' }),
    expect.objectContaining({ check: 'journal', sentence: expect.stringContaining('delete, not WAL') }),
  ]);
  connection.close();
});

test.each([
  [256, true],
  [255, false],
])('%d MiB of free space is enough: %p', (free, isWell) => {
  expect(spaceFinding('/x.db', free)).toMatchObject({
    isWell,
    sentence: expect.stringContaining(`${free} MiB`),
  });
});

test('a file that is not there, or is empty, is not made', async () => {
  await expect(open(true)).rejects.toThrow(/There is no database at .* yet/);
  expect(existsSync(file)).toBe(false);
  writeFileSync(file, '');
  await expect(open(true)).rejects.toThrow(/There is no database at .* yet/);
});

test('a file of an older release is not migrated', async () => {
  await (await open(false)).close();
  const older = new Connection(file);
  older.exec('PRAGMA user_version = 1');
  await expect(open(true)).rejects.toThrow(/of an older release: run `npx roundsman migrate`/);
  expect(older.pragma('user_version')).toBe(1);
  older.close();
});
