import type { Connection } from 'mongoose';
import { AppError } from '../../domain/errors.js';
import type { Finding, Place, Presenters, Storage, StorageLog, TransactionHints, Tx } from '../storage.js';
import { MongoApiKeyReads, MongoApiKeyWrites } from './api-keys.js';
import { auditDocuments } from './audit.js';
import { MongoCalendarReads, MongoCalendarWrites } from './calendars.js';
import { connect, type DriverTimes, explain } from './connect.js';
import { describeDatabase } from './describe-database.js';
import { unavailable } from './failures.js';
import { MongoHoldings } from './holdings.js';
import { MongoIdempotencyWrites } from './idempotency.js';
import { migrate } from './migrate.js';
import { type Models, modelsOn } from './models/models.js';
import { NumberCounter, type Numbers, NumbersOfRequest, ProvisionalNumbers } from './numbers.js';
import { MongoOrderReads, MongoOrderWrites } from './orders.js';
import { ProcessRegister } from './process-register.js';
import { type RunQuery, waitingAtMost, withinTime } from './run-query.js';
import { MongoScheduleReads } from './schedules.js';
import { MongoServiceReads, MongoServiceWrites } from './services.js';
import { SessionPool } from './session-pool.js';
import { lockId, stripesOf } from './stripes.js';
import { type Attempt, Transactions } from './transactions.js';

export interface MongoOptions {
  url: string;
  /** The address without user, password and options, for sentences. */
  display: string;
  busyMs: number;
  /** Whether a database of the original or of an older release is brought to this one, or refused. */
  migrates: boolean;
  /** The store whose unfinished copy this is to be; null for everything else (open-storage.ts). */
  copyOf?: string | null;
  /** Opens only a database that is there and of this release. */
  isLookOnly?: boolean;
  times?: Partial<DriverTimes>;
  presenters: Presenters;
  log: StorageLog;
  monotonicNow: () => number;
  now: () => number;
}

/**
 * Opens the store on MongoDB, with one pool of connections.
 * Error: AppError `store_unavailable` with a sentence that says what to do.
 */
export async function openMongoStorage(options: MongoOptions): Promise<Storage> {
  const { url, display, busyMs } = options;
  const times = {
    serverSelectionMs: busyMs,
    connectMs: busyMs,
    socketMs: busyMs,
    waitQueueMs: busyMs,
    ...options.times,
  };
  const connection = await connect({ url, display, times });
  try {
    const models = modelsOn(connection);
    await migrate(models, options);
    const { log, monotonicNow } = options;
    const register = new ProcessRegister({ connection, processes: models.Process, log, monotonicNow });
    await register.start();
    return new MongoStorage({ connection, models, register }, options);
  } catch (error) {
    await connection.destroy(true);
    throw error instanceof AppError ? error : explain(display, error);
  }
}

interface Parts {
  connection: Connection;
  models: Models;
  register: ProcessRegister;
}

class MongoStorage implements Storage {
  readonly orders: MongoOrderReads;
  readonly services: MongoServiceReads;
  readonly calendars: MongoCalendarReads;
  readonly schedules: MongoScheduleReads;
  readonly apiKeys: MongoApiKeyReads;
  readonly holdings: MongoHoldings;
  readonly #connection: Connection;
  readonly #models: Models;
  readonly #busyMs: number;
  readonly #display: string;
  readonly #query: RunQuery;
  readonly #numbers: NumberCounter;
  readonly #sessions: SessionPool;
  readonly #register: ProcessRegister;
  readonly #transactions: Transactions;
  readonly #begin: (attempt: Attempt, numbers: Numbers) => Tx;
  /** How long each calendar's window was when it was last met: hints for the queue, and nothing more. */
  readonly #windows = new Map<string, number>();
  #isClosed = false;

  constructor({ connection, models, register }: Parts, options: MongoOptions) {
    const { busyMs, monotonicNow, presenters } = options;
    this.#connection = connection;
    this.#models = models;
    this.#busyMs = busyMs;
    this.#display = options.display;
    this.#query = waitingAtMost(busyMs, () => this.#requireOpen());
    this.orders = new MongoOrderReads(models.Order, presenters.order, this.#query);
    this.services = new MongoServiceReads(models.Service, presenters.service, this.#query);
    this.calendars = new MongoCalendarReads(models, this.#query);
    this.schedules = new MongoScheduleReads(models, this.#query);
    this.apiKeys = new MongoApiKeyReads(models.ApiKey, this.#query);
    this.holdings = new MongoHoldings(models, this.#query, this);
    this.#numbers = new NumberCounter(models.Counter, this.#query);
    this.#sessions = new SessionPool(connection, (sessions) => register.add(sessions));
    this.#register = register;
    this.#transactions = new Transactions({
      sessions: this.#sessions,
      busyMs,
      monotonicNow,
      beforeEach: () => register.requireEntry(),
      onConflict: (sinceMs) => register.onConflict(sinceMs),
      noteWindow: (calendar, windowMs) => this.#windows.set(calendar, windowMs),
    });
    this.#begin = (attempt, numbers) => ({
      orders: new MongoOrderWrites(models.Order, presenters.order, { numbers, attempt }),
      services: new MongoServiceWrites(models.Service, presenters.service, attempt),
      calendars: new MongoCalendarWrites(models, attempt),
      idempotency: new MongoIdempotencyWrites(models.Idempotency, attempt),
      apiKeys: new MongoApiKeyWrites(models.ApiKey, attempt),
    });
  }

  async transaction<T>(hints: TransactionHints, work: (tx: Tx) => Promise<T>): Promise<T> {
    this.#requireOpen();
    const { isDryRun = false } = hints;
    const numbers = isDryRun ? new ProvisionalNumbers() : new NumbersOfRequest(this.#numbers);
    numbers.begin(hints.numbers ?? 0);
    return this.#transactions.run({
      lockIds: hints.places.flatMap((place) => this.#lockIdsOf(place)),
      isUndone: isDryRun,
      work: (attempt) => {
        numbers.restart();
        return work(this.#begin(attempt, numbers));
      },
    });
  }

  /** MongoDB forgets them by itself (models/idempotency.model.ts). */
  async sweepIdempotency(): Promise<void> {}

  async isReady(): Promise<boolean> {
    await this.#query.run(() => this.#connection.getClient().db('admin').command({ ping: 1 }));
    return true;
  }

  describe(): Promise<Finding[]> {
    const client = this.#connection.getClient();
    return this.#query.run(() => describeDatabase(client, this.#models, this.#display));
  }

  audit() {
    return auditDocuments(this.#models, this.#query);
  }

  async backUp(): Promise<void> {
    throw unavailable(
      'MongoDB has tools of its own for this: use mongodump with --oplog, as the README says.',
    );
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await withinTime(this.#transactions.close(), this.#busyMs).catch(() => {});
    for (const end of [this.#sessions, this.#register]) {
      await withinTime(end.close(), this.#busyMs).catch(() => {}); // a server that is away keeps nobody from closing
    }
    await this.#connection.close(true);
  }

  #lockIdsOf({ calendar, datetime }: Place): string[] {
    return stripesOf(datetime, this.#windows.get(calendar) ?? 0).map((stripe) => lockId(calendar, stripe));
  }

  #requireOpen(): void {
    if (this.#isClosed) throw unavailable('The store is closed.');
  }
}
