import { randomInt } from 'node:crypto';
import type { Models } from './models/models.js';
import type { RunQuery } from './run-query.js';

const COUNTER = 'orders';

/**
 * Gives out order numbers, outside of any transaction: what is not used stays a gap, and none is given twice.
 * Those who ask while the counter is being written share its next write.
 */
export class NumberCounter {
  readonly #counters: Models['Counter'];
  readonly #query: RunQuery;
  #asking: Asking[] = [];
  #isWriting = false;

  constructor(counters: Models['Counter'], query: RunQuery) {
    this.#counters = counters;
    this.#query = query;
  }

  /** The next numbers, in order. */
  take(count: number): Promise<number[]> {
    if (count === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      this.#asking.push({ count, resolve, reject });
      if (!this.#isWriting) void this.#serve();
    });
  }

  async #serve(): Promise<void> {
    this.#isWriting = true;
    while (this.#asking.length > 0) await this.#serveTogether(this.#asking.splice(0));
    this.#isWriting = false;
  }

  async #serveTogether(asking: readonly Asking[]): Promise<void> {
    const total = asking.reduce((sum, { count }) => sum + count, 0);
    try {
      let next = (await this.#raise(total)) - total + 1;
      for (const { count, resolve } of asking) {
        const first = next;
        resolve(Array.from({ length: count }, (_, index) => first + index));
        next += count;
      }
    } catch (error) {
      for (const { reject } of asking) reject(error);
    }
  }

  /** The counter after it was raised. */
  async #raise(count: number): Promise<number> {
    const counter = await this.#query.run(() =>
      this.#counters
        .findOneAndUpdate({ _id: COUNTER }, { $inc: { value: count } }, { returnDocument: 'after' })
        .lean(),
    );
    if (counter === null) throw new Error('The counter of order numbers is missing.');
    return counter.value;
  }
}

/** A request that waits for numbers. */
interface Asking {
  count: number;
  resolve: (numbers: number[]) => void;
  reject: (error: unknown) => void;
}

/** The numbers of one transaction. */
export interface Numbers {
  /** Asks for numbers that will be wanted; nobody waits for them before they are. */
  begin(count: number): void;
  restart(): void;
  next(): Promise<number>;
}

/** For a transaction that is undone: numbers that no order has, and that are not missed. */
export class ProvisionalNumbers implements Numbers {
  begin(): void {}

  restart(): void {}

  async next(): Promise<number> {
    return -randomInt(1, 2 ** 47);
  }
}

/** The numbers of one request: taken once, and used again where its transaction is repeated. */
export class NumbersOfRequest implements Numbers {
  readonly #counter: NumberCounter;
  #taken: Promise<number[]> = Promise.resolve([]);
  #used = 0;

  constructor(counter: NumberCounter) {
    this.#counter = counter;
  }

  begin(count: number): void {
    this.#taken = this.#counter.take(count);
    this.#taken.catch(() => {}); // told to whoever wants a number, if anybody does
  }

  /** Begins again with the first number, for another attempt. */
  restart(): void {
    this.#used = 0;
  }

  async next(): Promise<number> {
    const taken = await this.#taken;
    if (this.#used === taken.length) taken.push(...(await this.#counter.take(1)));
    this.#used += 1;
    return taken[this.#used - 1] as number;
  }
}
