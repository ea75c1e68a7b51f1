import type { Calendar } from '../../domain/calendar.js';
import { findNearPairs } from '../../domain/schedule.js';
import type { NumberedStart, OrderReads } from '../../storage/storage.js';

const PAGE = 1_000;

/** Walks the active orders of a calendar and gives each with the next that stands too near it. */
export async function* walkNearPairs(
  orders: OrderReads,
  calendar: Calendar,
): AsyncGenerator<[NumberedStart, NumberedStart]> {
  let last: NumberedStart | null = null;
  for (;;) {
    const page: NumberedStart[] = await orders.walkActive(calendar._id, last, PAGE);
    yield* findNearPairs(last === null ? page : [last, ...page], calendar);
    last = page.at(-1) ?? null;
    if (page.length < PAGE) return;
  }
}
