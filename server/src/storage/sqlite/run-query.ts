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

interface WaitOptions {
  busyMs: number;
  monotonicNow: () => number;
  random: () => number;
}

/**
 * Outside a transaction readers do not meet writers' locks (WAL), but for the moments in which
 * another process opens or closes the file: those are waited out without stopping the event loop.
 */
export function waitingOut({ busyMs, monotonicNow, random }: WaitOptions): RunQuery {
  return async (query) => {
    const latest = monotonicNow() + busyMs;
    for (;;) {
      try {
        return query();
      } catch (error) {
        if (!isSqlFailure(error, 'busy')) throw error;
        if (monotonicNow() >= latest) throw unavailable('The store is busy; nothing was read.', error);
        await sleep(1 + random() * 4);
      }
    }
  };
}
