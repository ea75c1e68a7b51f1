import { AppError } from '../../domain/errors.js';
import { nameSortKey, type OfferedService } from '../../domain/offered-service.js';
import type { Page, ServiceListQuery, ServicePresenter, ServiceReads, ServiceWrites } from '../storage.js';
import { type Connection, isSqlFailure, type SqlRow, type Statement } from './connection.js';
import type { MemberScope } from './member-scope.js';
import { type RunQuery, withinScope } from './run-query.js';

const COLUMNS = 'id, name, created_at, version';
const SORT_COLUMN = { createdAt: 'created_at', name: 'sort_name' } as const;

/** The statements for services, prepared once for a connection. */
export class ServiceStatements {
  readonly find: Statement;
  readonly insert: Statement;
  readonly update: Statement;
  readonly remove: Statement;
  readonly #connection: Connection;
  readonly #lists = new Map<string, Statement>();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.find = connection.prepare(`SELECT ${COLUMNS} FROM services WHERE id = ? AND deleted_at IS NULL`);
    this.insert = connection.prepare(`INSERT INTO services (${COLUMNS}, sort_name) VALUES (?, ?, ?, ?, ?)`);
    this.update = connection.prepare(
      `UPDATE services SET (${COLUMNS}, sort_name) = (?, ?, ?, ?, ?) WHERE id = ? AND deleted_at IS NULL`,
    );
    this.remove = connection.prepare(
      'UPDATE services SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL',
    );
  }

  list({ sort, after }: ServiceListQuery): Statement {
    const column = SORT_COLUMN[sort.by];
    const [isBeyond, order] = sort.descending ? ['<', 'DESC'] : ['>', 'ASC'];
    const sql = `SELECT ${COLUMNS}, ${column} FROM services WHERE deleted_at IS NULL
      ${after === null ? '' : `AND (${column}, id) ${isBeyond} (?, ?)`}
      ORDER BY ${column} ${order}, id ${order} LIMIT ?`;
    const statement = this.#lists.get(sql) ?? this.#connection.prepare(sql);
    this.#lists.set(sql, statement);
    return statement;
  }
}

/** Reading the catalog; `runQuery` says how a query gets at the database. */
export class SqliteServiceReads implements ServiceReads {
  readonly #statements: ServiceStatements;
  readonly #present: ServicePresenter;
  readonly #runQuery: RunQuery;

  constructor(statements: ServiceStatements, present: ServicePresenter, runQuery: RunQuery) {
    this.#statements = statements;
    this.#present = present;
    this.#runQuery = runQuery;
  }

  find(id: string): Promise<OfferedService | null> {
    return this.#runQuery(() => {
      const row = this.#statements.find.get([id]);
      return row === undefined ? null : serviceOfRow(row);
    });
  }

  findOffered(ids: readonly string[]): Promise<Set<string>> {
    return this.#runQuery(() => new Set(ids.filter((id) => this.#statements.find.get([id]) !== undefined)));
  }

  list(query: ServiceListQuery): Promise<Page<string>> {
    return this.#runQuery(() => {
      const position = query.after === null ? [] : [query.after.value, query.after.tie];
      const rows = this.#statements.list(query).all([...position, query.limit + 1]);
      const page = rows.slice(0, query.limit);
      const last = rows.length > query.limit ? page.at(-1) : undefined;
      return {
        items: page.map((row) => this.#present(serviceOfRow(row))).join(','),
        next: last === undefined ? null : { value: last[4] as number | string, tie: last[0] as string },
      };
    });
  }
}

/** The catalog inside one transaction. */
export class SqliteServiceWrites extends SqliteServiceReads implements ServiceWrites {
  readonly #statements: ServiceStatements;
  readonly #scope: MemberScope;

  constructor(statements: ServiceStatements, present: ServicePresenter, scope: MemberScope) {
    super(statements, present, withinScope(scope));
    this.#statements = statements;
    this.#scope = scope;
  }

  async insert(service: OfferedService): Promise<void> {
    this.#scope.requireOpenToWrite();
    try {
      this.#statements.insert.run(rowOfService(service));
    } catch (error) {
      if (!isSqlFailure(error, 'constraint')) throw error;
      throw new AppError('already_exists', `There is, or was, a service ${service._id}.`, { cause: error });
    }
  }

  async replace(service: OfferedService): Promise<void> {
    this.#scope.requireOpenToWrite();
    this.#statements.update.run([...rowOfService(service), service._id]);
  }

  async delete(id: string, deletedAt: number): Promise<void> {
    this.#scope.requireOpenToWrite();
    this.#statements.remove.run([deletedAt, id]);
  }
}

function serviceOfRow([_id, name, createdAt, version]: SqlRow): OfferedService {
  return { _id, name, createdAt, version } as OfferedService;
}

function rowOfService({ _id, name, createdAt, version }: OfferedService): SqlRow {
  return [_id, name, createdAt, version, nameSortKey(name)];
}
