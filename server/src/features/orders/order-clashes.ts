import type { Calendar } from '../../domain/calendar.js';
import { toWireInstant } from '../../domain/instant.js';
import { findNearPairs } from '../../domain/schedule.js';
import type { NumberedStart, Storage, WalkPosition } from '../../storage/storage.js';
import { allCalendars } from './near-pairs.js';

/** The most orders that are looked at for one page; a page may then be short, and others follow it. */
const LOOKED_AT_MAX = 20_000;
const WALK_PAGE = 1_000;

/** Where a list of clashes goes on: on this calendar, after this order; from its first where `order` is null. */
export interface ClashPosition {
  calendar: string;
  order: WalkPosition | null;
}

export interface ClashQuery {
  /** Only this calendar; null for all. */
  calendar: string | null;
  limit: number;
  after: ClashPosition | null;
}

export interface ClashPage {
  /** Finished JSON, joined by commas. */
  items: string;
  next: ClashPosition | null;
}

type Found = { calendar: string; pair: [NumberedStart, NumberedStart] };
type Reads = Pick<Storage, 'orders' | 'calendars'>;

/** Active orders that stand too near, each with the next of its calendar, by calendar and time. */
export async function listClashes(store: Reads, { calendar, limit, after }: ClashQuery): Promise<ClashPage> {
  const found: Found[] = [];
  let lookedAt = 0;
  for await (const each of calendarsFrom(store.calendars, calendar, after)) {
    let last = after?.calendar === each._id ? after.order : null;
    for (;;) {
      const starts = await store.orders.walkActive(each._id, last, WALK_PAGE);
      for (const pair of findNearPairs(starts, each)) {
        if (found.length === limit) return pageOf(found, lastOf(found));
        found.push({ calendar: each._id, pair });
      }
      lookedAt += 1 + starts.length;
      const isEnd = starts.length < WALK_PAGE;
      last = starts.at(isEnd ? -1 : -2) ?? last; // a full page's last order has its pair yet to come
      if (lookedAt >= LOOKED_AT_MAX) return pageOf(found, { calendar: each._id, order: last });
      if (isEnd) break;
    }
  }
  return pageOf(found, null);
}

async function* calendarsFrom(
  calendars: Storage['calendars'],
  only: string | null,
  after: ClashPosition | null,
): AsyncGenerator<Calendar> {
  const first = only ?? after?.calendar;
  if (first !== undefined) {
    const calendar = await calendars.find(first);
    if (calendar !== null) yield calendar;
  }
  if (only === null) yield* allCalendars(calendars, after?.calendar ?? null);
}

function lastOf(found: readonly Found[]): ClashPosition {
  const { calendar, pair } = found.at(-1) as Found;
  return { calendar, order: pair[0] };
}

function pageOf(found: readonly Found[], next: ClashPosition | null): ClashPage {
  const items = found.map(({ calendar, pair }) =>
    JSON.stringify({ calendar, orders: pair.map(startOnWire) }),
  );
  return { items: items.join(','), next };
}

function startOnWire({ _id, number, datetime }: NumberedStart) {
  return { _id, number, datetime: toWireInstant(datetime) };
}
