/*
 * Which lock documents a booking writes. Time is cut into chunks, and every chunk has one of a
 * calendar's 64 locks. An order at t writes the lock of its own chunk and, where the window after it
 * reaches into the next chunk, that one's too. Of two orders that clash, a <= b <= a + window, the
 * writer of `a` thus writes every chunk of [a, a + window], and the writer of `b` writes chunk(b),
 * which is one of them. That needs a window which is no longer than a chunk.
 */

/** Seven days: no window may be longer (domain/calendar.ts, WINDOW_MINUTES_MAX; a test holds them together). */
export const CHUNK_MS = 7 * 24 * 3_600_000;

/** The locks of a calendar. */
export const STRIPES = 64;

/** The one or two stripes that an order at an instant (milliseconds since 1970) takes. */
export function stripesOf(datetime: number, windowMs: number): number[] {
  const first = Math.floor(datetime / CHUNK_MS);
  const last = Math.floor((datetime + windowMs) / CHUNK_MS);
  return first === last ? [stripeOf(first)] : [stripeOf(first), stripeOf(last)];
}

/** Floored, since `%` is negative before 1970. */
function stripeOf(chunk: number): number {
  return chunk - Math.floor(chunk / STRIPES) * STRIPES;
}

/** The id of a stripe's lock document. */
export function lockId(calendar: string, stripe: number): string {
  return `${calendar}/${stripe}`;
}

/** The ids of all locks of a calendar. */
export function allLockIds(calendar: string): string[] {
  return Array.from({ length: STRIPES }, (_, stripe) => lockId(calendar, stripe));
}
