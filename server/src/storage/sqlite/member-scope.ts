import type { Connection } from './connection.js';

/** Lives as long as its transaction runs; afterwards, or when SQLite ended the transaction, its use is refused. */
export class MemberScope {
  readonly #connection: Connection;
  #hasEnded = false;
  #mayHaveWritten = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Whether something may be there to be undone. */
  get mayHaveWritten(): boolean {
    return this.#mayHaveWritten;
  }

  /** Before each read. Error: a plain one where the transaction has ended. */
  requireOpen(): void {
    if (this.#hasEnded || !this.#connection.inTransaction) throw new Error('This transaction has ended.');
  }

  /** Before each write, which outside the transaction would commit by itself. Error: as of requireOpen. */
  requireOpenToWrite(): void {
    this.requireOpen();
    this.#mayHaveWritten = true;
  }

  end(): void {
    this.#hasEnded = true;
  }
}

/**
 * Refuses a work that awaits anything but its transaction: whatever awaits only SQLite is done within
 * the turn, and what waits for a timer or the network would hold the lock of every other writer.
 */
export function withinTurn<T>(work: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const beaten = setImmediate(() =>
      reject(new Error('The work of a transaction waited for something other than its transaction.')),
    );
    work.then(resolve, reject).finally(() => clearImmediate(beaten));
  });
}
