import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openSqlite } from '../../../tests/support/open-sqlite.js';
import { AppError } from '../../domain/errors.js';
import { Connection } from './connection.js';
import { explain, openFile } from './open-file.js';

/* Files that cannot be used, each with the sentence that says what to do; and the rights of those that can. */

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'roundsman-file-'));
  file = join(folder, 'data', 'test.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(path = file, busyMs = 200) {
  return openSqlite({ file: path, busyMs });
}

/** The sentence with which the opening is refused. */
async function refusal(path?: string, busyMs?: number): Promise<string> {
  const error = await open(path, busyMs).then(
    async (storage) => storage.close(),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  return (error as AppError).message;
}

const rightsOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

test('makes the folder 0700 and all files 0600, whatever the umask', async () => {
  const umask = process.umask(0);
  const storage = await open();
  await storage.transaction({ places: [] }, (tx) => tx.orders.takeNumber());
  process.umask(umask);
  expect(rightsOf(join(folder, 'data'))).toBe('700');
  expect([rightsOf(file), rightsOf(`${file}-wal`), rightsOf(`${file}-shm`)]).toEqual(['600', '600', '600']);
  await storage.close();
});

test('writes with full durability in WAL, and leaves an empty log behind when it closes', async () => {
  const storage = await open();
  await storage.transaction({ places: [] }, (tx) => tx.orders.takeNumber());
  expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
  await storage.close();
  expect(statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
});

test('full durability is what SQLite calls FULL: a sync at every commit', () => {
  const connection = openFile(join(folder, 'full.db'), 'full');
  expect(connection.pragma('synchronous')).toBe(2);
  expect(connection.pragma('journal_mode')).toBe('wal');
  connection.close();
});

describe('is refused with a sentence', () => {
  test('where the folder’s parent does not exist', async () => {
    expect(await refusal(join(folder, 'a', 'b', 'test.db'))).toBe(
      `The folder ${join(folder, 'a')} does not exist: make it, or change DATABASE_URL.`,
    );
  });

  test('where it is a folder', async () => {
    expect(await refusal(folder)).toBe(`${folder} is a folder: set DATABASE_URL to a file.`);
  });

  test('where its folder is a file', async () => {
    writeFileSync(join(folder, 'data'), '');
    expect(await refusal()).toMatch(/is not a folder: change DATABASE_URL/);
  });

  test('where it is no database', async () => {
    const path = join(folder, 'text.db');
    writeFileSync(path, 'This is a letter, and by no means a database. '.repeat(50));
    expect(await refusal(path)).toBe(`${path} is not a database: move it away or change DATABASE_URL.`);
  });

  test('where it is another program’s database, which stays as it was', async () => {
    const path = join(folder, 'other.db');
    const other = new Connection(path);
    other.exec('CREATE TABLE theirs (x); PRAGMA user_version = 0');
    expect(await refusal(path)).toMatch(/database of another program/);
    expect(other.prepare('SELECT name FROM sqlite_master').all([])).toEqual([['theirs']]);
    other.close();
  });

  test('where a newer release wrote it', async () => {
    await (await open()).close();
    const newer = new Connection(file);
    newer.exec('PRAGMA user_version = 999');
    newer.close();
    expect(await refusal()).toMatch(/written by a newer Roundsman \(schema 999, this release knows \d+\)/);
  });

  test('where another process holds its lock for too long', async () => {
    await (await open()).close();
    const other = new Connection(file);
    other.exec('BEGIN IMMEDIATE');
    expect(await refusal(file, 50)).toMatch(/busy/);
    other.close();
  });

  test('where this user may not write to it', async () => {
    await (await open()).close();
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'data'), 0o755);
    chmodSync(file, 0o444);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534); // root may write anything; nobody may not
    const sentence = await refusal();
    if (isRoot) process.seteuid?.(0);
    expect(sentence).toMatch(/cannot be opened for writing: give this user the right/);
  });

  test('where the disk is full', () => {
    const small = new Connection(join(folder, 'small.db'), ['max_page_count = 2']);
    let error: unknown;
    try {
      small.exec(`CREATE TABLE t (a); INSERT INTO t VALUES ('${'x'.repeat(20_000)}')`);
    } catch (thrown) {
      error = thrown;
    }
    small.close();
    expect(explain(file, error)).toMatchObject({
      message: `The disk that holds ${file} is full: make room on it.`,
    });
  });
});

test('two openings at once migrate once', async () => {
  const opened = await Promise.all([open(file, 5_000), open(file, 5_000), open(file, 5_000)]);
  for (const storage of opened) expect(await storage.isReady()).toBe(true);
  for (const storage of opened) await storage.close();
});
