import type { Calendar } from '../../domain/calendar.js';
import { findNearPairs } from '../../domain/schedule.js';
import type { CalendarReads, NumberedStart, OrderReads } from '../../storage/storage.js';

const PAGE = 1_000;

/** Every calendar, by id, beyond the one named. */
export async function* allCalendars(
  calendars: CalendarReads,
  beyond: string | null = null,
): AsyncGenerator<Calendar> {
  for (let after = beyond; ; ) {
    const page: Calendar[] = await calendars.list(after, PAGE);
    yield* page;
    if (page.length < PAGE) return;
    after = page.at(-1)?._id ?? null;
  }
}

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
