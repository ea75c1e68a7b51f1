import type { Calendar } from '../../domain/calendar.js';
import { findNearPairs } from '../../domain/schedule.js';
import type { CalendarReads, NumberedStart, OrderReads, WalkPosition } from '../../storage/storage.js';
import { rowsById } from '../../utils/walk-by-id.js';

const PAGE = 1_000;

/** Every calendar, by id, beyond the one named. */
export function allCalendars(
  calendars: CalendarReads,
  beyond: string | null = null,
): AsyncGenerator<Calendar> {
  return rowsById((after, limit) => calendars.list(after, limit), PAGE, beyond);
}

/** What one read of a walk over a calendar's active orders gave. */
interface Stretch {
  /** Each order with the next that stands too near it. */
  pairs: [NumberedStart, NumberedStart][];
  lookedAt: number;
  /** After which order the walk goes on. */
  last: WalkPosition | null;
}

/** Walks the active orders of a calendar, from after a position or from the first. */
export async function* walkStretches(
  orders: OrderReads,
  calendar: Calendar,
  after: WalkPosition | null,
): AsyncGenerator<Stretch> {
  for (let last = after; ; ) {
    const starts = await orders.walkActive(calendar._id, last, PAGE);
    const isEnd = starts.length < PAGE;
    last = starts.at(isEnd ? -1 : -2) ?? last; // a full page's last order has its pair yet to come
    yield { pairs: findNearPairs(starts, calendar), lookedAt: starts.length, last };
    if (isEnd) return;
  }
}

/** Every near pair of a calendar. */
export async function* walkNearPairs(
  orders: OrderReads,
  calendar: Calendar,
): AsyncGenerator<[NumberedStart, NumberedStart]> {
  for await (const { pairs } of walkStretches(orders, calendar, null)) yield* pairs;
}
