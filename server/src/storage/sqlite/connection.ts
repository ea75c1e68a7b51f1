import Database from 'libsql';
import { isWellFormedText } from '../../utils/text.js';

/*
 * The thin wrapper around libsql that closes its traps: wrong types abort the process, missing
 * parameters take the previous call's values, large integers are rounded, text is cut at U+0000,
 * a statement that was not read to its end keeps its lock, and closing does not roll back. Rows come as arrays.
 */

export type SqlValue = string | number | null;
export type SqlRow = SqlValue[];

/** What SQLite's primary result codes mean (sqlite.org/rescode.html); `rawCode & 0xff` of an error. */
const RESULT = {
  busy: 5,
  readOnly: 8,
  ioError: 10,
  damaged: 11,
  full: 13,
  cannotOpen: 14,
  constraint: 19,
  notADatabase: 26,
} as const;
export type SqlFailure = keyof typeof RESULT;

/** Whether an error is SQLite's, and of the kind named. */
export function isSqlFailure(error: unknown, kind: SqlFailure): boolean {
  const rawCode = (error as { rawCode?: unknown } | null)?.rawCode;
  return typeof rawCode === 'number' && (rawCode & 0xff) === RESULT[kind];
}

/** One connection to one database file. It never waits for a lock: on `busy` the caller waits and repeats. */
export class Connection {
  readonly #path: string;
  #database: Database.Database;
  #generation = 0;
  readonly #prepared = new Map<string, Statement>();

  /** Errors: libsql's, as they are (a missing folder, no permission, no database). */
  constructor(path: string, pragmas: readonly string[] = []) {
    this.#path = path;
    this.#pragmas = pragmas;
    this.#database = this.#open();
  }

  readonly #pragmas: readonly string[];

  #open(): Database.Database {
    const database = new Database(this.#path, { timeout: 0 });
    try {
      for (const pragma of this.#pragmas) database.pragma(pragma);
    } catch (error) {
      database.close();
      throw error;
    }
    return database;
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  /** The native database, and a number that changes when it was opened again. */
  get native(): { database: Database.Database; generation: number } {
    return { database: this.#database, generation: this.#generation };
  }

  /** A statement with `?` for parameters, and no `?` anywhere else. It outlives `reopen`. */
  prepare(sql: string): Statement {
    return new Statement(this, sql);
  }

  /** Runs statements without parameters and results. */
  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** The same for one statement that is run again and again: it is prepared once. */
  execPrepared(sql: string): void {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = this.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    statement.run([]);
  }

  /** The value of a pragma that gives one. */
  pragma(name: string): SqlValue {
    return this.prepare(`PRAGMA ${name}`).get([])?.[0] ?? null;
  }

  /** After an I/O error the connection's state is not to be relied on: close it and open it anew. */
  reopen(): void {
    this.close();
    this.#database = this.#open();
    this.#generation += 1;
  }

  /** Rolls back first: libsql keeps a closed connection, and its lock, as long as a statement of it lives. */
  close(): void {
    if (!this.#database.open) return;
    if (this.inTransaction) this.exec('ROLLBACK');
    this.#database.close();
  }
}

/** A prepared statement; each call checks what it binds and reads to the end. */
export class Statement {
  readonly #connection: Connection;
  readonly #sql: string;
  readonly #parameterCount: number;
  #native: Database.Statement;
  #generation: number;
  #isReader: boolean;

  constructor(connection: Connection, sql: string) {
    this.#connection = connection;
    this.#sql = sql;
    this.#parameterCount = sql.split('?').length - 1;
    const { database, generation } = connection.native;
    this.#native = database.prepare(sql);
    this.#generation = generation;
    this.#isReader = this.#native.reader;
    if (this.#isReader) this.#native.raw();
  }

  /** Runs a statement that gives no rows; answers how many rows it changed. */
  run(values: readonly SqlValue[]): number {
    if (this.#isReader) throw new TypeError('This statement gives rows: use get or all.');
    return this.#ready(values).run(values).changes;
  }

  /** The first row. */
  get(values: readonly SqlValue[]): SqlRow | undefined {
    return this.#ready(values).get(values) as SqlRow | undefined;
  }

  /** All rows; the statement says itself how many those can be. */
  all(values: readonly SqlValue[]): SqlRow[] {
    return this.#ready(values).all(values) as SqlRow[];
  }

  #ready(values: readonly SqlValue[]): Database.Statement {
    if (values.length !== this.#parameterCount) {
      throw new TypeError(`This statement takes ${this.#parameterCount} values, not ${values.length}.`);
    }
    for (const value of values) requireBindable(value);
    const { database, generation } = this.#connection.native;
    if (generation !== this.#generation) {
      this.#native = database.prepare(this.#sql);
      if (this.#isReader) this.#native.raw();
      this.#generation = generation;
    }
    return this.#native;
  }
}

/** Only what libsql writes as it is: text without U+0000 and lone surrogates, safe integers, null. */
function requireBindable(value: unknown): void {
  if (value === null) return;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return;
  if (typeof value === 'string' && isWellFormedText(value)) return;
  throw new TypeError(`A value of type ${typeof value} cannot be stored as it is.`);
}
