import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../domain/errors.js';
import type { Connection } from './connection.js';
import { beginCopy } from './holdings.js';
import type { RunQuery } from './run-query.js';

/** Marks a file as ours ("RNDM" in ASCII), so that another program's database is never written to. */
const APPLICATION_ID = 0x524e444d;
const MIGRATIONS = fileURLToPath(new URL('./migrations/', import.meta.url));

/**
 * Brings the file to this release's schema under the write lock, so that of several processes which
 * start at once only one migrates. It writes in any case: a file or disk that cannot be written to
 * is found at the start. `copyOf` names the store whose copy the file is to become. With `isLookOnly` it
 * refuses what it would have to migrate. Answers the names of the migrations that ran.
 * Errors: AppError `store_unavailable` for an unfinished copy, a newer or a foreign file and for a lock held too long; libsql's.
 */
export async function migrate(
  connection: Connection,
  { file, copyOf, isLookOnly }: { file: string; copyOf: string | null; isLookOnly: boolean },
  waitOut: RunQuery,
): Promise<string[]> {
  const names = migrationNames();
  await waitOut(() => connection.exec('BEGIN IMMEDIATE'));
  try {
    const pending = pendingMigrations(connection, file, names);
    if (isLookOnly && pending.length > 0) throw refusal(olderRelease(file, pending.length === names.length));
    for (const name of pending) connection.exec(readFileSync(`${MIGRATIONS}${name}`, 'utf8'));
    connection.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${names.length}`);
    beginCopy(connection, { file, copyOf, isNew: pending.length === names.length });
    connection.exec('COMMIT');
    return pending;
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}

/** How many migrations this release knows, and how many the file has had. */
export function schemaOf(connection: Connection): { known: number; found: number } {
  return { known: migrationNames().length, found: connection.pragma('user_version') as number };
}

function migrationNames(): string[] {
  return readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith('.sql'))
    .sort();
}

function pendingMigrations(connection: Connection, file: string, names: readonly string[]): string[] {
  const found = connection.pragma('user_version') as number;
  const owner = connection.pragma('application_id') as number;
  const tables = connection.prepare("SELECT count(*) FROM sqlite_master WHERE type = 'table'").get([])?.[0];
  if (owner !== APPLICATION_ID && (owner !== 0 || tables !== 0)) {
    throw refusal(
      `${file} is the database of another program: set DATABASE_URL to a file of Roundsman's own.`,
    );
  }
  if (found > names.length) {
    throw refusal(
      `${file} was written by a newer Roundsman (schema ${found}, this release knows ${names.length}): install that release.`,
    );
  }
  return names.slice(found);
}

/** The sentence for a database that nobody has made yet. */
export function notThereYet(file: string): string {
  return `There is no database at ${file} yet: \`npx roundsman migrate\` makes it, and so does the server when it starts.`;
}

function olderRelease(file: string, isEmpty: boolean): string {
  return isEmpty
    ? notThereYet(file)
    : `${file} is of an older release: run \`npx roundsman migrate\`, or start the server, which does so too.`;
}

function refusal(message: string): AppError {
  return new AppError('store_unavailable', message);
}
