import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openSqlite } from '../../../tests/support/open-sqlite.js';
import { Connection } from './connection.js';

/* A file that an older release wrote keeps what is in it. */

const MIGRATIONS = fileURLToPath(new URL('./migrations/', import.meta.url));
const SCHEMA_3 = ['001-orders-services-calendars.sql', '002-idempotency-and-status.sql', '003-api-keys.sql'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'roundsman-migrate-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A file as the release with schema 3 left it, with records of two keys. */
function fileOfSchema3(): string {
  const file = join(folder, 'data', 'test.db');
  mkdirSync(join(folder, 'data'));
  const older = new Connection(file, ['journal_mode=WAL']);
  for (const name of SCHEMA_3) older.exec(readFileSync(`${MIGRATIONS}${name}`, 'utf8'));
  older.exec(`PRAGMA application_id = ${0x524e444d}; PRAGMA user_version = ${SCHEMA_3.length}`);
  older.exec(
    `INSERT INTO idempotency VALUES ('open', 'young', 'f2', '{"n":2}', 2000), ('open', 'old', 'f1', '{"n":1}', 1000)`,
  );
  older.close();
  return file;
}

test('the records of keys that schema 3 held are found, and swept by their age', async () => {
  const storage = await openSqlite({ file: fileOfSchema3() });
  const find = (key: string) => storage.transaction({ places: [] }, (tx) => tx.idempotency.find('open', key));
  expect(await find('old')).toEqual({
    caller: 'open',
    key: 'old',
    fingerprint: 'f1',
    outcome: '{"n":1}',
    createdAt: 1000,
  });
  await storage.sweepIdempotency(2000);
  expect(await find('old')).toBeNull();
  expect(await find('young')).toMatchObject({ fingerprint: 'f2', createdAt: 2000 });
  await storage.close();
});
