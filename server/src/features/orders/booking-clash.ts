import { MS_PER_MINUTE, type Policy } from '../../domain/calendar.js';
import { AppError } from '../../domain/errors.js';
import { INSTANT_MAX_MS, INSTANT_MIN_MS, toWireInstant } from '../../domain/instant.js';
import type { Order } from '../../domain/order.js';
import {
  type Direction,
  FreeStartSearch,
  findClashes,
  reach,
  type TimeRange,
} from '../../domain/schedule.js';
import type { NumberedStart, OrderReads } from '../../storage/storage.js';

/** The most orders in the way that a refusal names. */
const CONFLICTS_MAX = 100;
/** The most orders looked at on either side for a free time, and how many at first. */
const SEARCH_MAX = 1_000;
const SEARCH_PAGE = 16;
/** How far around a time a refusal looks, in windows. Of three hours: a day's work and the nights beside it, where most free times are. */
const REFUSAL_WINDOWS = 6;
/** The most orders around a time that one read takes. */
export const AROUND_MAX = 100;

/** The operations of a batch by the ids of the orders that they placed. */
export type OperationOf = ReadonlyMap<string, number>;

/** The member of a request that asks for a place; null where it has none, as when an order is restored. */
export type AskingMember = 'datetime' | 'calendar' | null;

type Conflict = { datetime: string } & ({ _id: string; number: number } | { operation: number });

interface ClashOptions {
  policy: Policy;
  near: Surroundings;
  asking: AskingMember;
  operationOf: OperationOf;
}

/** Who asks for a place, and for which. */
export type Claimant = Pick<Order, '_id' | 'calendar'> & { datetime: number };

/** The orders in the way on either side, nearest first, and all around where they are known. */
export interface Surroundings {
  notLater: readonly NumberedStart[];
  later: readonly NumberedStart[];
  around: Around | null;
}

/** Looks around a time on its calendar, as far as the rule reaches: one read, and three where orders stand close. */
export function lookAround(orders: OrderReads, order: Claimant, policy: Policy): Promise<Surroundings> {
  return look(orders, order, { policy, range: reach(order.datetime, policy) });
}

async function look(
  orders: OrderReads,
  order: Claimant,
  { policy, range }: { policy: Policy; range: TimeRange },
): Promise<Surroundings> {
  const around = await readAround(orders, order, range);
  if (around === null) return { ...(await findNear(orders, order, policy)), around };
  return surroundings(order, around, policy);
}

/** How far around a time a refusal looks. */
export function stretchOfRefusal({ datetime }: Claimant, windowMs: number): TimeRange {
  const span = REFUSAL_WINDOWS * Math.max(windowMs, MS_PER_MINUTE);
  return { from: datetime - span, to: datetime + span };
}

/** Whether anything is in the way. */
export function isTaken({ notLater, later }: Surroundings): boolean {
  return notLater.length + later.length > 0;
}

/** What is in the way of those around. */
export function surroundings(order: Claimant, around: Around, policy: Policy): Surroundings {
  const near = (side: 'notLater' | 'later') =>
    findClashes(order, sideOf(around, order.datetime, side), policy);
  return { notLater: near('notLater'), later: near('later'), around };
}

/** The refusal of a time that is too near others, after a look further around, where they are not many. */
export async function lookAndRefuse(
  orders: OrderReads,
  order: Claimant,
  options: ClashOptions,
): Promise<AppError> {
  const { policy } = options;
  if (options.near.around === null) return bookingClash(orders, order, options);
  const near = await look(orders, order, { policy, range: stretchOfRefusal(order, policy.windowMs) });
  return bookingClash(orders, order, { ...options, near });
}

/** The refusal of a time that is too near other orders: names them and the nearest free times. */
export async function bookingClash(
  orders: OrderReads,
  order: Claimant,
  { policy, near, asking, operationOf }: ClashOptions,
): Promise<AppError> {
  const { conflicts, more } = nearestConflicts(near, order);
  const before = await nearestFree(orders, order, { policy, near, direction: 'before' });
  const after = await nearestFree(orders, order, { policy, near, direction: 'after' });
  const clash: Clash = {
    calendar: order.calendar,
    windowMinutes: policy.windowMs / MS_PER_MINUTE,
    boundary: policy.boundary,
    datetime: toWireInstant(order.datetime),
    conflicts: conflicts.map((start) => conflictOnWire(start, operationOf)),
    ...(more ? { more } : {}),
    nearest: { before, after },
  };
  return new AppError('booking_clash', sentence(clash), {
    details:
      asking === null ? [] : [{ pointer: `/${asking}`, code: 'booking_clash', message: sentence(clash) }],
    extra: { clash },
  });
}

function conflictOnWire({ _id, number, datetime }: NumberedStart, operationOf: OperationOf): Conflict {
  const operation = operationOf.get(_id);
  const at = toWireInstant(datetime);
  return operation === undefined ? { _id, number, datetime: at } : { operation, datetime: at };
}

/** What a refusal says of the clash, beside its sentence. */
export interface Clash {
  calendar: string;
  windowMinutes: number;
  boundary: Policy['boundary'];
  datetime: string;
  conflicts: readonly Conflict[];
  more?: boolean;
  nearest: { before: string | null; after: string | null };
}

function sentence({ calendar, windowMinutes, datetime, conflicts, more, nearest }: Clash): string {
  const first = conflicts[0] as Conflict;
  const rival = 'operation' in first ? `the order of operation ${first.operation}` : `order ${first.number}`;
  const others =
    conflicts.length > 1 ? ` and ${more === true ? 'at least ' : ''}${conflicts.length - 1} more` : '';
  const free = [nearest.before, nearest.after].filter((time) => time !== null).join(' and ');
  return (
    `${datetime} is within ${windowMinutes} minutes of ${rival} at ${first.datetime}${others}` +
    ` on calendar "${calendar}".${free === '' ? '' : ` The nearest free times are ${free}.`}`
  );
}

/** All active orders in a stretch of time, by time. */
interface Around {
  range: TimeRange;
  starts: readonly NumberedStart[];
}

/** The orders around, in one read; null where they are many. */
async function readAround(
  orders: OrderReads,
  { calendar }: Claimant,
  range: TimeRange,
): Promise<Around | null> {
  const starts = await orders.findActiveBetween({
    calendar,
    range,
    direction: 'ascending',
    limit: AROUND_MAX,
  });
  return starts.length < AROUND_MAX ? { range, starts } : null;
}

/** Those around on one side of a time, nearest first; one at that very time is not later. */
function sideOf({ starts }: Around, datetime: number, side: 'notLater' | 'later'): NumberedStart[] {
  return side === 'later'
    ? starts.filter((start) => start.datetime > datetime)
    : starts.filter((start) => start.datetime <= datetime).reverse();
}

async function findNear(orders: OrderReads, order: Claimant, policy: Policy) {
  const range = reach(order.datetime, policy);
  const find = async (direction: 'ascending' | 'descending', part: Partial<TimeRange>) =>
    findClashes(
      order,
      await orders.findActiveBetween({
        calendar: order.calendar,
        range: { ...range, ...part },
        direction,
        limit: CONFLICTS_MAX + 2, // itself, and one to tell whether there are more
      }),
      policy,
    );
  return {
    notLater: await find('descending', { to: order.datetime }),
    later: await find('ascending', { from: order.datetime + 1 }),
  };
}

/** The nearest of the orders in the way, in the order of time, and whether there are others. */
function nearestConflicts({ notLater, later }: Surroundings, { datetime }: Claimant) {
  const distance = (start: NumberedStart) => Math.abs(start.datetime - datetime);
  const found = [...notLater, ...later].sort((a, b) => distance(a) - distance(b));
  const conflicts = found
    .slice(0, CONFLICTS_MAX)
    .sort((a, b) => a.datetime - b.datetime || a.number - b.number);
  return { conflicts, more: found.length > CONFLICTS_MAX };
}

interface FreeSearch {
  policy: Policy;
  direction: Direction;
  near: Surroundings;
}

/** The closest free whole minute on one side, or null where SEARCH_MAX orders leave none. */
async function nearestFree(
  orders: OrderReads,
  order: Claimant,
  { policy, direction, near }: FreeSearch,
): Promise<string | null> {
  const { around } = near;
  const search = new FreeStartSearch(order.datetime, direction, policy);
  const behind = (direction === 'after' ? near.notLater : near.later)[0];
  if (behind !== undefined) search.passes(behind.datetime);

  if (around !== null && endsAround(search, order, { around, direction, policy })) return foundOn(search);

  let range = ahead(direction, edgeOf(order, direction, around));
  let limit = SEARCH_PAGE;
  for (let seen = 0; seen < SEARCH_MAX; limit = Math.min(limit * 4, SEARCH_MAX - seen)) {
    const starts = await orders.findActiveBetween({
      calendar: order.calendar,
      range,
      direction: direction === 'after' ? 'ascending' : 'descending',
      limit,
    });
    const others = starts.filter(({ _id }) => _id !== order._id);
    const last = starts.at(-1);
    if (
      others.some(({ datetime }) => search.passes(datetime)) ||
      starts.length < limit ||
      last === undefined
    ) {
      return foundOn(search);
    }
    seen += starts.length;
    range = ahead(direction, last.datetime); // others of the same instant change nothing
  }
  return null;
}

function foundOn({ found }: FreeStartSearch): string | null {
  return found === null ? null : toWireInstant(found);
}

/** Whether the orders around settle a search: none beyond them can reach what it found. */
function endsAround(
  search: FreeStartSearch,
  order: Claimant,
  { around, direction, policy }: Pick<FreeSearch, 'direction' | 'policy'> & { around: Around },
): boolean {
  const side = sideOf(around, order.datetime, direction === 'after' ? 'later' : 'notLater');
  if (side.some(({ _id, datetime }) => _id !== order._id && search.passes(datetime))) return true;
  if (search.found === null) return true;
  const { from, to } = reach(search.found, policy);
  return direction === 'after' ? to <= around.range.to : from >= around.range.from;
}

/** Beyond which instant the orders are not known yet. */
function edgeOf({ datetime }: Claimant, direction: Direction, around: Around | null): number {
  if (around !== null) return direction === 'after' ? around.range.to : around.range.from;
  return direction === 'after' ? datetime : datetime + 1;
}

/** All that lies beyond an instant. */
function ahead(direction: Direction, instant: number): TimeRange {
  return direction === 'after'
    ? { from: instant + 1, to: INSTANT_MAX_MS }
    : { from: INSTANT_MIN_MS, to: instant - 1 };
}
