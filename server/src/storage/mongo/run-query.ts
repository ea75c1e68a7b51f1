import type { ClientSession } from 'mongoose';
import { isPassingFailure, unavailable } from './failures.js';

/** How a query gets at the database: with which session, and how its failures and its time are handled. */
export interface RunQuery {
  readonly session: ClientSession | null;
  run<T>(query: () => Promise<T>): Promise<T>;
}

/** Inside a transaction failures reach the transaction as they are: it knows which of them to repeat. */
export function withinSession(session: ClientSession): RunQuery {
  return { session, run: (query) => query() };
}

/** Outside a transaction a query that the network swallows is given up in time, and says so. */
export function waitingAtMost(busyMs: number, requireOpen: () => void): RunQuery {
  return {
    session: null,
    async run(query) {
      requireOpen();
      try {
        return await withinTime(query(), busyMs);
      } catch (error) {
        if (isPassingFailure(error)) throw unavailable('The store does not answer; nothing was done.', error);
        throw error;
      }
    },
  };
}

/** What a promise gives, or AppError `store_unavailable` after some milliseconds; the promise's own end is then nobody's. */
export async function withinTime<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable('The store does not answer; nothing was done.')), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => {}); // when it was given up, its failure has been told already
  }
}
