import type { ApiKey } from '../../domain/api-key.js';
import type { Scope } from '../../domain/scopes.js';
import type { ApiKeyReads, ApiKeyWrites } from '../storage.js';
import type { Connection, SqlRow, Statement } from './connection.js';
import type { MemberScope } from './member-scope.js';
import { type RunQuery, withinScope } from './run-query.js';

const COLUMNS = 'id, name, scopes, secret_hash, created_at, expires_at, revoked_at, last_used_at';

/** The statements for API keys, prepared once for a connection. */
export class ApiKeyStatements {
  readonly list: Statement;
  readonly put: Statement;
  readonly noteUse: Statement;

  constructor(connection: Connection) {
    this.list = connection.prepare(`SELECT ${COLUMNS} FROM api_keys WHERE id > ? ORDER BY id LIMIT ?`);
    this.put = connection.prepare(
      `INSERT OR REPLACE INTO api_keys (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.noteUse = connection.prepare('UPDATE api_keys SET last_used_at = ? WHERE id = ?');
  }
}

/** Reading API keys; `runQuery` says how a query gets at the database. */
export class SqliteApiKeyReads implements ApiKeyReads {
  readonly #statements: ApiKeyStatements;
  readonly #runQuery: RunQuery;

  constructor(statements: ApiKeyStatements, runQuery: RunQuery) {
    this.#statements = statements;
    this.#runQuery = runQuery;
  }

  list(after: string | null, limit: number): Promise<ApiKey[]> {
    return this.#runQuery(() => this.#statements.list.all([after ?? '', limit]).map(keyOfRow));
  }
}

/** API keys inside one transaction. */
export class SqliteApiKeyWrites extends SqliteApiKeyReads implements ApiKeyWrites {
  readonly #statements: ApiKeyStatements;
  readonly #scope: MemberScope;

  constructor(statements: ApiKeyStatements, scope: MemberScope) {
    super(statements, withinScope(scope));
    this.#statements = statements;
    this.#scope = scope;
  }

  async put(key: ApiKey): Promise<void> {
    this.#scope.requireOpenToWrite();
    this.#statements.put.run(rowOfKey(key));
  }

  async noteUse(id: string, at: number): Promise<void> {
    this.#scope.requireOpenToWrite();
    this.#statements.noteUse.run([at, id]);
  }
}

function keyOfRow(row: SqlRow): ApiKey {
  const [_id, name, scopes, secretHash, createdAt, expiresAt, revokedAt, lastUsedAt] = row;
  return {
    ...({ _id, name, secretHash, createdAt, expiresAt, revokedAt, lastUsedAt } as Omit<ApiKey, 'scopes'>),
    scopes: JSON.parse(scopes as string) as Scope[],
  };
}

function rowOfKey(key: ApiKey): SqlRow {
  return [
    key._id,
    key.name,
    JSON.stringify(key.scopes),
    key.secretHash,
    key.createdAt,
    key.expiresAt,
    key.revokedAt,
    key.lastUsedAt,
  ];
}
