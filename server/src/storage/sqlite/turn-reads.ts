import { type Connection, isSqlFailure } from './connection.js';
import { type RunQuery, type WaitOptions, waitingOut } from './run-query.js';

interface Waiting {
  query: () => unknown;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/**
 * Runs the reads that came in one turn of the event loop together, at its end, in one read transaction:
 * entering and leaving one costs more than a small read itself, and the answers go out together (GET:
 * twice the throughput). A read runs after it was asked for, so it sees all that was committed before.
 * Other processes' locks, met only while one opens or closes the file, are waited out.
 */
export class TurnReads {
  readonly #connection: Connection;
  readonly #waitOut: RunQuery;
  #waiting: Waiting[] = [];

  constructor(connection: Connection, options: WaitOptions) {
    this.#connection = connection;
    this.#waitOut = waitingOut(options);
  }

  /** Errors: what the query throws, and AppError `store_unavailable`. */
  readonly run: RunQuery = <T>(query: () => T) =>
    new Promise<T>((resolve, reject) => {
      this.#waiting.push({ query, resolve: resolve as (value: unknown) => void, reject });
      if (this.#waiting.length === 1) setImmediate(() => this.#runAll());
    });

  #runAll(): void {
    const turn = this.#waiting;
    this.#waiting = [];
    try {
      if (turn.length > 1) this.#connection.execPrepared('BEGIN');
      for (const waiting of turn) this.#runOne(waiting);
    } catch (error) {
      for (const { reject } of turn) reject(error); // answers that were given stay
    }
    if (this.#connection.inTransaction) this.#connection.execPrepared('COMMIT');
  }

  #runOne(waiting: Waiting): void {
    try {
      waiting.resolve(waiting.query());
    } catch (error) {
      if (isSqlFailure(error, 'busy')) this.#waitOut(waiting.query).then(waiting.resolve, waiting.reject);
      else waiting.reject(error);
    }
  }
}
