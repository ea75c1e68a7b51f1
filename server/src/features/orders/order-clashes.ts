import type { Calendar } from '../../domain/calendar.js';
import { toWireInstant } from '../../domain/instant.js';
import type { NumberedStart, Storage, WalkPosition } from '../../storage/storage.js';
import { allCalendars, walkStretches } from './near-pairs.js';

/** The most orders that are looked at for one page; a page may then be short, and others follow it. */
const LOOKED_AT_MAX = 20_000;

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
    const first = after?.calendar === each._id ? after.order : null;
    for await (const { pairs, last, ...stretch } of walkStretches(store.orders, each, first)) {
      for (const pair of pairs) {
        if (found.length === limit) return pageOf(found, lastOf(found));
        found.push({ calendar: each._id, pair });
      }
      lookedAt += 1 + stretch.lookedAt;
      if (lookedAt >= LOOKED_AT_MAX) return pageOf(found, { calendar: each._id, order: last });
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
