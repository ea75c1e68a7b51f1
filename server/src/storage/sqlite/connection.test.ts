import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Connection, isSqlFailure, type SqlValue } from './connection.js';

/* Each trap of libsql that our code could meet, and that the wrapper closes it. */

let folder: string;
let connection: Connection;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'roundsman-connection-'));
  connection = new Connection(join(folder, 'test.db'), ['journal_mode = WAL']);
  connection.exec('CREATE TABLE t (a INTEGER, b TEXT) STRICT');
});
afterEach(() => {
  connection.close();
  rmSync(folder, { recursive: true });
});

const insert = (...values: unknown[]) =>
  connection.prepare('INSERT INTO t VALUES (?, ?)').run(values as SqlValue[]);
const rows = () => connection.prepare('SELECT a, b FROM t').all([]);

describe('binding', () => {
  test.each([
    ['a boolean', true],
    ['a Date', new Date(0)],
    ['a Buffer', Buffer.from('x')],
    ['a Uint8Array', new Uint8Array(1)],
    ['undefined', undefined],
    ['NaN', Number.NaN],
    ['a fraction', 1.5],
    ['an integer above 2^53', 2 ** 53 + 2],
    ['an object', {}],
  ])('refuses %s, which libsql would abort on or change', (_name, value) => {
    expect(() => insert(value, 'x')).toThrow(TypeError);
    expect(rows()).toEqual([]);
  });

  test.each([
    ['U+0000', 'a\0b'],
    ['a lone surrogate', 'a\ud800'],
  ])('refuses text with %s, which libsql would cut or replace', (_name, text) => {
    expect(() => insert(1, text)).toThrow(TypeError);
  });

  test('refuses fewer values than parameters, for which libsql would write the previous call’s', () => {
    const statement = connection.prepare('INSERT INTO t VALUES (?, ?)');
    statement.run([1, 'first']);
    expect(() => statement.run([2])).toThrow('takes 2 values, not 1');
    expect(() => statement.run([2, 'x', 'y'])).toThrow('takes 2 values, not 3');
    expect(rows()).toEqual([[1, 'first']]);
  });

  test('keeps integers up to 2^53 and any well-formed text as they are', () => {
    insert(-Number.MAX_SAFE_INTEGER, 'naïve 日本 👩‍🔧 \n "quotes"');
    insert(null, null);
    expect(rows()).toEqual([
      [-Number.MAX_SAFE_INTEGER, 'naïve 日本 👩‍🔧 \n "quotes"'],
      [null, null],
    ]);
  });
});

describe('statements', () => {
  test('that give rows are refused by run, which would leave them open with their lock', () => {
    expect(() => connection.prepare('SELECT 1').run([])).toThrow('use get or all');
    expect(() => connection.prepare("INSERT INTO t VALUES (1, 'x') RETURNING a").run([])).toThrow(
      'use get or all',
    );
    expect(rows()).toEqual([]);
  });

  test('read by get leave no lock and no snapshot behind', () => {
    for (let i = 0; i < 5; i++) insert(i, 'x');
    expect(connection.prepare('SELECT a FROM t').get([])).toEqual([0]);
    expect(connection.prepare("INSERT INTO t VALUES (9, 'r') RETURNING a").get([])).toEqual([9]);
    expect(connection.inTransaction).toBe(false);
    const other = new Connection(join(folder, 'test.db'));
    other.exec("INSERT INTO t VALUES (10, 'other')"); // would be busy
    expect(other.pragma('wal_checkpoint(TRUNCATE)')).toBe(0); // 1 would say: blocked by a reader
    other.close();
    expect(rows()).toHaveLength(7);
  });

  test('outlive a reopening of their connection', () => {
    const statement = connection.prepare('SELECT count(*) FROM t');
    insert(1, 'x');
    connection.reopen();
    expect(statement.get([])).toEqual([1]);
    expect(connection.pragma('journal_mode')).toBe('wal');
  });
});

test('closing gives the lock back, though statements of the connection live on', () => {
  const statement = connection.prepare('INSERT INTO t VALUES (?, ?)');
  connection.exec('BEGIN IMMEDIATE');
  statement.run([1, 'x']);
  connection.reopen();
  const other = new Connection(join(folder, 'test.db'));
  other.exec("BEGIN IMMEDIATE; INSERT INTO t VALUES (2, 'y'); COMMIT"); // would be busy
  other.close();
  expect(rows()).toEqual([[2, 'y']]);
});

describe('errors', () => {
  test('are told apart by SQLite’s result codes', () => {
    connection.exec('CREATE UNIQUE INDEX u ON t (a)');
    insert(1, 'x');
    let caught: unknown;
    try {
      insert(1, 'y');
    } catch (error) {
      caught = error;
    }
    expect(isSqlFailure(caught, 'constraint')).toBe(true);
    expect(isSqlFailure(caught, 'busy')).toBe(false);
    expect(isSqlFailure(new Error('x'), 'constraint')).toBe(false);
    expect(isSqlFailure(null, 'constraint')).toBe(false);
  });

  test('of a lock come at once: libsql never waits, which would stop the event loop', () => {
    const other = new Connection(join(folder, 'test.db'));
    other.exec('BEGIN IMMEDIATE');
    let caught: unknown;
    try {
      connection.exec('BEGIN IMMEDIATE');
    } catch (error) {
      caught = error;
    }
    other.close();
    expect(isSqlFailure(caught, 'busy')).toBe(true);
    expect(connection.pragma('busy_timeout')).toBe(0);
  });
});
