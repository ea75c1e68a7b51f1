import { randomInt } from 'node:crypto';
import type { Models } from './models/models.js';
import type { RunQuery } from './run-query.js';

const COUNTER = 'orders';

/** Gives out order numbers, outside of any transaction: what is not used stays a gap, and none is given twice. */
export class NumberCounter {
  readonly #counters: Models['Counter'];
  readonly #query: RunQuery;

  constructor(counters: Models['Counter'], query: RunQuery) {
    this.#counters = counters;
    this.#query = query;
  }

  /** The next numbers, in order. */
  async take(count: number): Promise<number[]> {
    if (count === 0) return [];
    const counter = await this.#query.run(() =>
      this.#counters
        .findOneAndUpdate({ _id: COUNTER }, { $inc: { value: count } }, { returnDocument: 'after' })
        .lean(),
    );
    if (counter === null) throw new Error('The counter of order numbers is missing.');
    return Array.from({ length: count }, (_, index) => counter.value - count + 1 + index);
  }
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
