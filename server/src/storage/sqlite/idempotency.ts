import type { IdempotencyRecord, IdempotencyWrites, StoredRecord } from '../storage.js';
import type { Connection, SqlRow, Statement } from './connection.js';
import type { MemberScope } from './member-scope.js';

const COLUMNS = 'caller, key, fingerprint, outcome, created_at';

/** The statements for idempotency records, prepared once for a connection. */
export class IdempotencyStatements {
  readonly find: Statement;
  readonly save: Statement;
  readonly sweep: Statement;

  constructor(connection: Connection) {
    this.find = connection.prepare(`SELECT ${COLUMNS} FROM idempotency WHERE caller = ? AND key = ?`);
    this.save = connection.prepare(`INSERT OR REPLACE INTO idempotency (${COLUMNS}) VALUES (?, ?, ?, ?, ?)`);
    this.sweep = connection.prepare(
      `DELETE FROM idempotency WHERE rowid IN
        (SELECT rowid FROM idempotency WHERE created_at < ? ORDER BY created_at LIMIT ?)`,
    );
  }
}

/** Idempotency records inside one transaction. */
export class SqliteIdempotencyWrites implements IdempotencyWrites {
  readonly #statements: IdempotencyStatements;
  readonly #scope: MemberScope;

  constructor(statements: IdempotencyStatements, scope: MemberScope) {
    this.#statements = statements;
    this.#scope = scope;
  }

  async find(caller: string, key: string): Promise<IdempotencyRecord | null> {
    this.#scope.requireOpen();
    const row = this.#statements.find.get([caller, key]);
    if (row === undefined) return null;
    return recordOfRow(row);
  }

  async save({ caller, key, fingerprint, outcome, createdAt }: IdempotencyRecord): Promise<void> {
    this.#scope.requireOpenToWrite();
    this.#statements.save.run([caller, key, fingerprint, outcome, createdAt]);
  }
}

function recordOfRow(row: SqlRow): IdempotencyRecord {
  const [caller, key, fingerprint, outcome, createdAt] = row as [string, string, string, string, number];
  return { caller, key, fingerprint, outcome, createdAt };
}

/** The next records, by caller and key. */
export function readRecords(connection: Connection, after: string | null, limit: number): StoredRecord[] {
  const statement = connection.prepare(
    `SELECT ${COLUMNS} FROM idempotency WHERE (caller, key) > (?, ?) ORDER BY caller, key LIMIT ?`,
  );
  return statement.all([...partsOf(after ?? '/'), limit]).map((row) => {
    const record = recordOfRow(row);
    return { _id: `${record.caller}/${record.key}`, ...record };
  });
}

/** The caller and the key of a record's id. */
export function partsOf(id: string): [string, string] {
  const slash = id.indexOf('/');
  return [id.slice(0, slash), id.slice(slash + 1)];
}
