import { type Boundary, MS_PER_MINUTE, type Policy } from './calendar.js';
import { INSTANT_MAX_MS, INSTANT_MIN_MS } from './instant.js';

/*
 * The booking rule, and the only code that compares two times:
 * two active orders of one calendar clash if they stand no further apart than the window
 * (boundary `inclusive`), or nearer than it (`exclusive`), to the millisecond, on both sides.
 * Instants only: time zones, daylight saving and the server's clock play no part.
 */

/** A start on a calendar, in milliseconds since 1970 (UTC). */
export interface Start {
  _id: string;
  datetime: number;
}

/** Two instants, both included; empty where `from` is later than `to`. */
export interface TimeRange {
  from: number;
  to: number;
}

/** Whether two starts of one calendar are too near each other. */
export function clashes(a: number, b: number, policy: Policy): boolean {
  const distanceMs = Math.abs(a - b);
  return policy.boundary === 'inclusive' ? distanceMs <= policy.windowMs : distanceMs < policy.windowMs;
}

/** The range that holds exactly the starts which clash with this one. */
export function reach(datetime: number, policy: Policy): TimeRange {
  const reachMs = policy.boundary === 'inclusive' ? policy.windowMs : policy.windowMs - 1;
  return { from: datetime - reachMs, to: datetime + reachMs };
}

/** Of the starts given, those in the way of an order; an order is never in its own way. */
export function findClashes<S extends Start>(order: Start, others: readonly S[], policy: Policy): S[] {
  return others.filter((other) => other._id !== order._id && clashes(order.datetime, other.datetime, policy));
}

/** Of starts in the order of their time, each one with the next that stands too near it. */
export function findNearPairs<S extends Start>(sorted: readonly S[], policy: Policy): [S, S][] {
  const pairs: [S, S][] = [];
  for (let i = 1; i < sorted.length; i++) {
    const [earlier, later] = [sorted[i - 1] as S, sorted[i] as S];
    if (clashes(earlier.datetime, later.datetime, policy)) pairs.push([earlier, later]);
  }
  return pairs;
}

export type Direction = 'before' | 'after';

/** Which way time runs in a search for a free start. */
const SIGN = { before: -1, after: 1 } as const;

/**
 * Walks from a start that is taken to the closest free whole minute before or after it.
 * Give it the active starts one by one in the direction of the walk (`taken`), beginning with the
 * furthest that can clash with the start asked for; it says when it has seen enough.
 */
export class FreeStartSearch {
  readonly #direction: Direction;
  readonly #policy: Policy;
  #candidate: number;

  constructor(asked: number, direction: Direction, policy: Policy) {
    this.#direction = direction;
    this.#policy = policy;
    this.#candidate = wholeMinute(asked, direction);
  }

  /** Takes the next start into account. True where no later one can matter: the candidate is free. */
  passes(taken: number): boolean {
    if (clashes(this.#candidate, taken, this.#policy)) {
      const clearMs = clearDistanceMs(this.#policy.windowMs, this.#policy.boundary);
      this.#candidate = wholeMinute(taken + SIGN[this.#direction] * clearMs, this.#direction);
      return false;
    }
    return SIGN[this.#direction] * (taken - this.#candidate) > 0;
  }

  /** The free start found, or null where it would lie outside the years 0001 to 9999. */
  get found(): number | null {
    return this.#candidate < INSTANT_MIN_MS || this.#candidate > INSTANT_MAX_MS ? null : this.#candidate;
  }
}

/** The least distance at which two starts do not clash. */
function clearDistanceMs(windowMs: number, boundary: Boundary): number {
  return boundary === 'inclusive' ? windowMs + 1 : windowMs;
}

/** The closest whole minute at or beyond an instant, in the direction given. */
function wholeMinute(ms: number, direction: Direction): number {
  const minutes = ms / MS_PER_MINUTE;
  return (direction === 'after' ? Math.ceil(minutes) : Math.floor(minutes)) * MS_PER_MINUTE;
}
