import { setTimeout as sleep } from 'node:timers/promises';
import { isSqlFailure } from './connection.js';
import { unavailable } from './failures.js';
import type { MemberScope } from './member-scope.js';

/** Runs one query, which reads to its end before it returns. */
export type RunQuery = <T>(query: () => T) => Promise<T>;

/** Inside a transaction a query runs at once, as long as the transaction lives. */
export function withinScope(scope: MemberScope): RunQuery {
  return async (query) => {
    scope.requireOpen();
    return query();
  };
}

export interface WaitOptions {
  /** How long another process's lock is waited out, in milliseconds. */
  busyMs: number;
  /** Milliseconds on a clock that never goes back. */
  monotonicNow: () => number;
  /** A number from 0 to 1, for the jitter of waiting. */
  random: () => number;
}

/** Waits out the locks of other processes without stopping the event loop. Error: AppError `store_unavailable`. */
export function waitingOut({ busyMs, monotonicNow, random }: WaitOptions): RunQuery {
  return async (query) => {
    const latest = monotonicNow() + busyMs;
    for (;;) {
      try {
        return query();
      } catch (error) {
        if (!isSqlFailure(error, 'busy')) throw error;
        if (monotonicNow() >= latest) throw unavailable('The store is busy; nothing was done.', error);
        await sleep(1 + random() * 4);
      }
    }
  };
}
