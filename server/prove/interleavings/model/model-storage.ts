import { AppError } from '../../../src/domain/errors.js';
import type {
  Fault,
  Finding,
  Holdings,
  Storage,
  TransactionHints,
  Tx,
} from '../../../src/storage/storage.js';
import { ModelCalendarReads, ModelCalendarWrites } from './calendars.js';
import { Conflict, type ModelTransaction } from './database.js';
import { ModelOrderReads, ModelOrderWrites, ModelScheduleReads } from './orders.js';
import {
  ModelApiKeyReads,
  ModelApiKeyWrites,
  ModelIdempotencyWrites,
  ModelServiceReads,
  ModelServiceWrites,
} from './others.js';
import { Numbers, type Process, type Scope } from './process.js';

interface ModelStorageOptions extends Process {
  /** How often a transaction runs before it is given up. */
  attemptsMax: number;
}

/**
 * The storage port over the model, as one process has it open. Not in it: what commands alone ask of a store
 * (holdings, audit, describe, back up), and the queues of either store, which are for speed.
 */
export class ModelStorage implements Storage {
  readonly orders: ModelOrderReads;
  readonly services: ModelServiceReads;
  readonly calendars: ModelCalendarReads;
  readonly schedules: ModelScheduleReads;
  readonly apiKeys: ModelApiKeyReads;
  readonly #process: Process;
  readonly #attemptsMax: number;
  readonly #underWay = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor({ attemptsMax, ...process }: ModelStorageOptions) {
    this.#process = process;
    this.#attemptsMax = attemptsMax;
    const { steps, database } = process;
    const outside: Process = {
      ...process,
      steps: {
        step: async (what, options) => {
          this.#requireOpen();
          return steps.step(what, options);
        },
        saw: (what) => steps.saw(what),
        begins: (known) => steps.begins(known),
        holds: (transaction) => steps.holds(transaction),
        rest: () => steps.rest(),
      },
    };
    this.orders = new ModelOrderReads(outside, database.documents);
    this.services = new ModelServiceReads(outside, database.documents);
    this.calendars = new ModelCalendarReads(outside, database.documents);
    this.schedules = new ModelScheduleReads(outside, database.documents);
    this.apiKeys = new ModelApiKeyReads(outside, database.documents);
  }

  get holdings(): Holdings {
    return notInTheModel('holdings');
  }

  async transaction<T>(hints: TransactionHints, work: (tx: Tx) => Promise<T>): Promise<T> {
    this.#requireOpen();
    const running = this.#repeat(hints.isDryRun ?? false, work);
    this.#underWay.add(running);
    try {
      return await running;
    } finally {
      this.#underWay.delete(running);
    }
  }

  async sweepIdempotency(before: number): Promise<void> {
    const old = this.#process.database.documents
      .all('idempotency')
      .filter(({ createdAt }) => createdAt < before);
    this.#process.database.documents.commit(
      old.map(({ caller, key }) => ({ collection: 'idempotency', id: `${caller}/${key}`, value: null })),
    );
  }

  async isReady(): Promise<boolean> {
    this.#requireOpen();
    return true;
  }

  async describe(): Promise<Finding[]> {
    return notInTheModel('describe');
  }

  audit(): AsyncIterable<Fault> {
    return notInTheModel('audit');
  }

  async backUp(): Promise<void> {
    notInTheModel('backUp');
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#underWay);
  }

  async #repeat<T>(isDryRun: boolean, work: (tx: Tx) => Promise<T>): Promise<T> {
    const { database, steps } = this.#process;
    const numbers = new Numbers(this.#process, isDryRun);
    const policiesBefore = new Map(database.documents.all('calendars').map((one) => [one._id, one]));
    for (let attempt = 1; ; attempt++) {
      numbers.restart();
      steps.begins({ attempt, numbers: numbers.taken });
      const transaction = await this.#begin();
      steps.holds(transaction);
      try {
        const value = await work(txOf({ process: this.#process, transaction, numbers, policiesBefore }));
        if (isDryRun) return value;
        await this.#commit(transaction);
        return value;
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
        if (attempt === this.#attemptsMax) throw busy();
        await steps.rest();
      } finally {
        transaction.undo();
      }
    }
  }

  /** MongoDB's transaction begins with its first operation; SQLite's waits for the one before it. */
  async #begin(): Promise<ModelTransaction> {
    const { database, name, steps } = this.#process;
    if (database.mode === 'mongodb') return database.begin(name);
    do await steps.step('begin', { isPossible: () => database.canBegin() });
    while (!database.canBegin());
    return database.begin(name);
  }

  /** The way to the store and the way back are two steps: the process may die, or a message be lost, on either. */
  async #commit(transaction: ModelTransaction): Promise<void> {
    const { database, steps } = this.#process;
    const canBeLost = database.mode === 'mongodb';
    if ((await steps.step('commit', { canBeLost })) === 'lost') {
      if (database.plants.has('guess that it is committed')) return;
      throw outcomeUnknown();
    }
    transaction.commit();
    if ((await steps.step('hear of the commit', { canBeLost, isPrivate: true })) === 'lost')
      throw outcomeUnknown();
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new AppError('store_unavailable', 'The store is closed.');
  }
}

function txOf(scope: Scope): Tx {
  return {
    orders: new ModelOrderWrites(scope),
    services: new ModelServiceWrites(scope),
    calendars: new ModelCalendarWrites(scope),
    idempotency: new ModelIdempotencyWrites(scope),
    apiKeys: new ModelApiKeyWrites(scope),
  };
}

function busy(): AppError {
  return new AppError('store_unavailable', 'The store is busy with other writers; nothing was done.');
}

function outcomeUnknown(): AppError {
  return new AppError('outcome_unknown', 'The write may or may not have happened.');
}

function notInTheModel(what: string): never {
  throw new Error(`${what} is not in the model.`);
}
