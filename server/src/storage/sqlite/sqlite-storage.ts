import { existsSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  Finding,
  OrderPresenter,
  Presenters,
  Storage,
  StorageLog,
  TransactionHints,
  Tx,
} from '../storage.js';
import { ApiKeyStatements, SqliteApiKeyReads, SqliteApiKeyWrites } from './api-keys.js';
import { auditRows } from './audit.js';
import { backUp } from './backup.js';
import { CalendarStatements, SqliteCalendarReads, SqliteCalendarWrites } from './calendars.js';
import type { Connection } from './connection.js';
import { describeFile } from './describe-file.js';
import { unavailable } from './failures.js';
import { GroupCommit } from './group-commit.js';
import { GroupMemory } from './group-memory.js';
import { SqliteHoldings } from './holdings.js';
import { IdempotencyStatements, SqliteIdempotencyWrites } from './idempotency.js';
import type { MemberScope } from './member-scope.js';
import { migrate, notThereYet } from './migrate.js';
import { type Durability, explain, openFile } from './open-file.js';
import { OrderReadStatements, OrderWriteStatements } from './order-statements.js';
import { SqliteOrderReads, SqliteOrderWrites } from './orders.js';
import { type RunQuery, type WaitOptions, waitingOut } from './run-query.js';
import { SqliteScheduleReads } from './schedules.js';
import { ServiceStatements, SqliteServiceReads, SqliteServiceWrites } from './services.js';
import { TurnReads } from './turn-reads.js';

export interface SqliteOptions extends WaitOptions {
  /** The absolute path of the database file. */
  file: string;
  durability: Durability;
  /** The store whose unfinished copy this is to be; null for everything else (open-storage.ts). */
  copyOf?: string | null;
  /** Opens only a file that is there and of this release. */
  isLookOnly?: boolean;
  presenters: Presenters;
  log: StorageLog;
}

/**
 * Opens the embedded store: one connection that writes and one that reads, on one file.
 * Error: AppError `store_unavailable` with a sentence that says what to do.
 */
export async function openSqliteStorage(options: SqliteOptions): Promise<Storage> {
  const { file, durability, log, isLookOnly = false } = options;
  if (isLookOnly && !existsSync(file)) throw unavailable(notThereYet(file));
  const waitOut = waitingOut(options);
  const writer = await waitOut(() => openFile(file, durability));
  try {
    const ran = await migrate(writer, { file, copyOf: options.copyOf ?? null, isLookOnly }, waitOut);
    if (ran.length > 0) log.info(`Migrated ${file}: ${ran.join(', ')}.`);
    return new SqliteStorage(writer, await waitOut(() => openFile(file, durability)), options);
  } catch (error) {
    writer.close();
    throw explain(file, error);
  }
}

/** The most idempotency records that are forgotten in one transaction. */
const SWEEP_MAX = 500;

class SqliteStorage implements Storage {
  readonly orders: SqliteOrderReads;
  readonly services: SqliteServiceReads;
  readonly calendars: SqliteCalendarReads;
  readonly schedules: SqliteScheduleReads;
  readonly apiKeys: SqliteApiKeyReads;
  readonly holdings: SqliteHoldings;
  readonly #writer: Connection;
  readonly #reader: Connection;
  readonly #commits: GroupCommit;
  readonly #read: RunQuery;
  readonly #waitOptions: WaitOptions;
  readonly #presenter: OrderPresenter;
  readonly #begin: (scope: MemberScope) => Tx;
  readonly #idempotency: IdempotencyStatements;
  readonly #file: string;
  #isClosed = false;

  constructor(writer: Connection, reader: Connection, options: SqliteOptions) {
    const { order, service } = options.presenters;
    this.#waitOptions = options;
    this.#file = options.file;
    this.#writer = writer;
    this.#presenter = order;
    this.#reader = reader;
    const memory = new GroupMemory(writer);
    this.#commits = new GroupCommit(writer, memory, options);
    const reads = new TurnReads(reader, options);
    this.#read = (query) =>
      this.#isClosed ? Promise.reject(unavailable('The store is closed.')) : reads.run(query);
    this.orders = new SqliteOrderReads(new OrderReadStatements(reader), order, this.#read);
    this.services = new SqliteServiceReads(new ServiceStatements(reader), service, this.#read);
    this.calendars = new SqliteCalendarReads(new CalendarStatements(reader), this.#read);
    this.schedules = new SqliteScheduleReads(reader, this.#read);
    this.apiKeys = new SqliteApiKeyReads(new ApiKeyStatements(reader), this.#read);

    const orders = { read: new OrderReadStatements(writer), write: new OrderWriteStatements(writer) };
    const services = new ServiceStatements(writer);
    const calendars = new CalendarStatements(writer);
    const idempotency = new IdempotencyStatements(writer);
    const apiKeys = new ApiKeyStatements(writer);
    this.#idempotency = idempotency;
    this.#begin = (scope) => ({
      orders: new SqliteOrderWrites(orders, order, { scope, memory }),
      services: new SqliteServiceWrites(services, service, scope),
      calendars: new SqliteCalendarWrites(calendars, { scope, memory }),
      idempotency: new SqliteIdempotencyWrites(idempotency, scope),
      apiKeys: new SqliteApiKeyWrites(apiKeys, scope),
    });
    this.holdings = new SqliteHoldings({
      reader,
      writer,
      read: this.#read,
      calendars: this.calendars,
      apiKeys: this.apiKeys,
      write: (work) => this.#commits.run((scope) => work(this.#begin(scope), scope)),
    });
  }

  /** The places are not needed here: one writer at a time has every place. */
  transaction<T>({ isDryRun = false }: TransactionHints, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#commits.run((scope) => work(this.#begin(scope)), { isUndone: isDryRun });
  }

  /** A few at a time, so that no other writer waits for long. */
  async sweepIdempotency(before: number): Promise<void> {
    const sweep = async (scope: MemberScope) => {
      scope.requireOpenToWrite();
      return this.#idempotency.sweep.run([before, SWEEP_MAX]);
    };
    while ((await this.#commits.run(sweep)) === SWEEP_MAX);
  }

  async isReady(): Promise<boolean> {
    return (await this.calendars.list(null, 1)).length > 0;
  }

  describe(): Promise<Finding[]> {
    return this.#read(() => describeFile(this.#reader, this.#file));
  }

  audit() {
    return auditRows(this.#reader, this.#presenter, this.#read);
  }

  async backUp(file: string): Promise<void> {
    try {
      await waitingOut(this.#waitOptions)(() => backUp(this.#reader, file));
    } catch (error) {
      throw explain(file, error);
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    await this.#commits.close();
    this.#isClosed = true;
    await nextTurn(); // reads that were asked for before have run by then
    this.#reader.close();
    this.#writer.pragma('wal_checkpoint(TRUNCATE)');
    this.#writer.close();
  }
}
