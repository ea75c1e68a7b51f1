import type { ClientSession } from 'mongoose';
import { AppError } from '../../domain/errors.js';
import {
  isPassingFailure,
  isServerFailure,
  isTransient,
  markNetworkFailure,
  outcomeUnknown,
  unavailable,
} from './failures.js';
import type { SessionPool } from './session-pool.js';
import { StripeQueue } from './stripe-queue.js';

/** The most transactions that may be under way or wait; more are refused as overloaded. */
const TRANSACTIONS_MAX = 10_000;

/** How every transaction of ours runs; said out loud, whatever the connection's defaults are. */
const TRANSACTION_OPTIONS = {
  readConcern: { level: 'snapshot' },
  writeConcern: { w: 'majority', j: true },
  readPreference: 'primary',
} as const;

/** One run of a transaction's work. */
export interface Attempt {
  readonly session: ClientSession;
  /** Error: a plain one where the attempt has ended; a write after it would commit by itself. */
  requireOpen(): void;
  /** Says that this lock is written, so that another attempt stands in its queue. */
  noteStripe(lockId: string): void;
  /** Says how long a calendar's window is, for the hints of later transactions. */
  noteWindow(calendar: string, windowMs: number): void;
}

/** Told of each conflict with another writer, and since when this writer has met them, in milliseconds. */
export type OnConflict = (sinceMs: number) => Promise<void>;

interface TransactionsOptions {
  sessions: SessionPool;
  /** How long a transaction may take with all its attempts, in milliseconds. */
  busyMs: number;
  monotonicNow: () => number;
  /** Done before each transaction. */
  beforeEach: () => Promise<void>;
  onConflict: OnConflict;
  noteWindow: Attempt['noteWindow'];
}

interface Plan<T> {
  /** Locks that the work will probably write. */
  lockIds: readonly string[];
  /** Undoes all of it when the work has ended. */
  isUndone?: boolean;
  work: (attempt: Attempt) => Promise<T>;
}

/** Where a transaction stands: what a failure, or the end of its time, means depends on it. */
interface Progress {
  wanted: Set<string>;
  held: ReadonlySet<string>;
  leaveQueue: () => void;
  isCommitting: boolean;
  isOver: boolean;
  conflictsSince: number | null;
}

/** Thrown where the work has ended and all of it is to be undone. */
class Undone extends Error {
  readonly value: unknown;

  constructor(value: unknown) {
    super('A dry run is undone.');
    this.value = value;
  }
}

/** Runs transactions: queued by stripe, repeated after conflicts, bounded in time. */
export class Transactions {
  readonly #options: TransactionsOptions;
  readonly #queue = new StripeQueue();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(options: TransactionsOptions) {
    this.#options = options;
  }

  /** Errors: what the work throws, and AppError `overloaded`, `store_unavailable`, `outcome_unknown`. */
  run<T>(plan: Plan<T>): Promise<T> {
    if (this.#underWay.size >= TRANSACTIONS_MAX) {
      return Promise.reject(
        new AppError('overloaded', 'Too many writes are waiting: try again in a moment.'),
      );
    }
    const progress: Progress = {
      wanted: new Set(plan.lockIds),
      held: new Set(),
      leaveQueue: () => {},
      isCommitting: false,
      isOver: false,
      conflictsSince: null,
    };
    const running = this.#repeat(plan, progress).catch((error: unknown) => {
      throw explain(error, progress);
    });
    this.#underWay.add(running);
    const forget = () => this.#underWay.delete(running);
    running.then(forget, forget);
    return this.#withinTime(running, progress);
  }

  /** Waits for those under way, the ones given up included. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  /** At the end of its time a transaction is answered; what was not sent to be committed never will be. */
  #withinTime<T>(running: Promise<T>, progress: Progress): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        progress.isOver = true;
        progress.leaveQueue();
        reject(progress.isCommitting ? outcomeUnknown() : busy());
      }, this.#options.busyMs);
      running.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  async #repeat<T>(plan: Plan<T>, progress: Progress): Promise<T> {
    await this.#options.beforeEach();
    const session = await this.#options.sessions.take();
    let isDoubtful = false;
    try {
      return await session.withTransaction(() => this.#attempt(plan, progress, session), TRANSACTION_OPTIONS);
    } catch (error) {
      if (error instanceof Undone) return error.value as T;
      isDoubtful = !(error instanceof AppError) || progress.isOver; // its end may not have reached the server
      throw error;
    } finally {
      progress.leaveQueue();
      this.#options.sessions.giveBack(session, isDoubtful);
    }
  }

  async #attempt<T>(plan: Plan<T>, progress: Progress, session: ClientSession): Promise<T> {
    progress.isCommitting = false;
    let isOpen = true;
    try {
      await this.#standInLine(progress);
      requireTime(progress);
      const value = await plan.work({
        session,
        requireOpen: () => {
          if (!isOpen) throw new Error('This transaction has ended.');
        },
        noteStripe: (lockId) => progress.wanted.add(lockId),
        noteWindow: this.#options.noteWindow,
      });
      requireTime(progress);
      if (plan.isUndone === true) throw new Undone(value);
      progress.isCommitting = true;
      return value;
    } catch (error) {
      markNetworkFailure(error);
      if (isServerFailure(error, 'writeConflict')) await this.#noteConflict(progress);
      throw error;
    } finally {
      isOpen = false;
    }
  }

  /** Stands in the queue of every stripe that is wanted, those included that the attempt before found it takes. */
  async #standInLine(progress: Progress): Promise<void> {
    if ([...progress.wanted].every((lockId) => progress.held.has(lockId))) return;
    progress.leaveQueue();
    progress.held = new Set(progress.wanted);
    progress.leaveQueue = await this.#queue.enter([...progress.held]);
    if (progress.isOver) progress.leaveQueue();
  }

  async #noteConflict(progress: Progress): Promise<void> {
    const now = this.#options.monotonicNow();
    progress.conflictsSince ??= now;
    await this.#options.onConflict(now - progress.conflictsSince);
  }
}

function requireTime({ isOver }: Progress): void {
  if (isOver) throw busy();
}

function busy(): AppError {
  return unavailable('The store is busy with other writers, or does not answer; nothing was done.');
}

/** What an error of the driver means to the caller. */
function explain(error: unknown, { isCommitting }: Progress): unknown {
  if (error instanceof AppError) return error;
  if (isCommitting && !isTransient(error)) return outcomeUnknown(error);
  if (isPassingFailure(error))
    return unavailable('The store cannot write at the moment; nothing was done.', error);
  return error;
}
