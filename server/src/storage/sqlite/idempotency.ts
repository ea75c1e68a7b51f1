import type { IdempotencyRecord, IdempotencyWrites } from '../storage.js';
import type { Connection, Statement } from './connection.js';
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
      `DELETE FROM idempotency WHERE (caller, key) IN
        (SELECT caller, key FROM idempotency WHERE created_at < ? ORDER BY created_at LIMIT ?)`,
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
    const [, , fingerprint, outcome, createdAt] = row as [string, string, string, string, number];
    return { caller, key, fingerprint, outcome, createdAt };
  }

  async save({ caller, key, fingerprint, outcome, createdAt }: IdempotencyRecord): Promise<void> {
    this.#scope.requireOpen();
    this.#statements.save.run([caller, key, fingerprint, outcome, createdAt]);
  }
}
