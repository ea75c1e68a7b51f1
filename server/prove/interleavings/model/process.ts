import type { Policy } from '../../../src/domain/calendar.js';
import type { Presenters } from '../../../src/storage/storage.js';
import type { ModelDatabase, ModelTransaction } from './database.js';
import type { View } from './reads.js';
import type { StepOptions, Steps } from './steps.js';

/** One process that has the database open. */
export interface Process {
  name: string;
  database: ModelDatabase;
  steps: Steps;
  presenters: Presenters;
}

/** Where a transaction's operations run. */
export interface Scope {
  process: Process;
  transaction: ModelTransaction;
  numbers: Numbers;
  /** For a planted fault: policies as they stood before the transaction. */
  policiesBefore: ReadonlyMap<string, Policy>;
}

/** Reads what a process sees: within a transaction that has its snapshot, this is no one else's affair. */
export function look<T>(process: Process, view: View, [what, query]: [string, () => T]): Promise<T> {
  return operate(process, what, query, { isPrivate: view.hasSnapshot ?? false });
}

/** Makes one operation of a process: waits for its turn, does it at once, and notes what came of it. */
export async function operate<T>(
  { steps }: Process,
  what: string,
  perform: () => T,
  options: StepOptions = {},
): Promise<T> {
  await steps.step(what, options);
  try {
    const seen = perform();
    steps.saw(seen instanceof Set ? [...seen] : seen);
    return seen;
  } catch (error) {
    steps.saw(error instanceof Error ? error.message : 'failed');
    throw error;
  }
}

const COUNTER = 'orders';

/** The order numbers of one request. */
export class Numbers {
  readonly #process: Process;
  readonly #isProvisional: boolean;
  readonly #taken: number[] = [];
  #used = 0;

  constructor(process: Process, isProvisional: boolean) {
    this.#process = process;
    this.#isProvisional = isProvisional;
  }

  /** Those taken, which another attempt uses again. */
  get taken(): readonly number[] {
    return this.#taken;
  }

  restart(): void {
    this.#used = 0;
  }

  /**
   * MongoDB's are counted outside of the transaction, once a request; a dry run takes none.
   * SQLite's are counted in the transaction, and are undone with it.
   */
  async next(transaction: ModelTransaction): Promise<number> {
    const { database } = this.#process;
    if (database.mode === 'sqlite') {
      return operate(this.#process, 'take number', () => {
        const value = (transaction.read('counters', COUNTER)?.value ?? 0) + 1;
        transaction.update('counters', COUNTER, { value });
        return value;
      });
    }
    this.#used += 1;
    if (this.#isProvisional) return -this.#used;
    if (this.#used > this.#taken.length) this.#taken.push(await this.#takeOne());
    return this.#taken[this.#used - 1] as number;
  }

  #takeOne(): Promise<number> {
    const { documents } = this.#process.database;
    return operate(this.#process, 'take number', () => {
      const value = (documents.read('counters', COUNTER)?.value ?? 0) + 1;
      documents.commit([{ collection: 'counters', id: COUNTER, value: { value } }]);
      return value;
    });
  }
}
