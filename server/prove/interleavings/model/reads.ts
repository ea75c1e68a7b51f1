import { nameSortKey } from '../../../src/domain/offered-service.js';
import type { Order } from '../../../src/domain/order.js';
import { isActive } from '../../../src/domain/order.js';
import type {
  ActiveQuery,
  NumberedStart,
  OrderFilter,
  OrderListQuery,
  Page,
  Presenters,
  ServiceListQuery,
  StoredService,
} from '../../../src/storage/storage.js';
import type { CollectionName, Collections } from './documents.js';

/** What can be read: the committed documents, or those of a transaction. */
export interface View {
  /** Whether what others do from now on is not seen; absent where it is. */
  readonly hasSnapshot?: boolean;
  read<C extends CollectionName>(collection: C, id: string): Collections[C] | null;
  all<C extends CollectionName>(collection: C): Collections[C][];
}

/** Active orders of a calendar within a range of time. */
export function activeBetween(
  view: View,
  { calendar, range, direction, limit }: ActiveQuery,
): NumberedStart[] {
  const found = startsOf(view, calendar).filter(
    ({ datetime }) => datetime >= range.from && datetime <= range.to,
  );
  if (direction === 'descending') found.reverse();
  return found.slice(0, limit);
}

/** A calendar's active orders, by time, then number. */
export function startsOf(view: View, calendar: string): NumberedStart[] {
  const starts: NumberedStart[] = [];
  for (const order of view.all('orders')) {
    if (order.calendar !== calendar || !isActive(order)) continue;
    starts.push({ _id: order._id, datetime: order.datetime, number: order.number });
  }
  return starts.sort((a, b) => a.datetime - b.datetime || a.number - b.number);
}

/** The orders that a filter lets through. */
export function matching(view: View, filter: OrderFilter): Order[] {
  const { datetimeFrom = -Infinity, datetimeTo = Infinity, number, service, calendar, statuses } = filter;
  const isTimed = filter.datetimeFrom !== undefined || filter.datetimeTo !== undefined;
  return view
    .all('orders')
    .filter(
      (order) =>
        (!isTimed ||
          (order.datetime !== null && order.datetime >= datetimeFrom && order.datetime <= datetimeTo)) &&
        (number === undefined || order.number === number) &&
        (service === undefined || order.services.includes(service)) &&
        (calendar === undefined || order.calendar === calendar) &&
        (statuses === undefined || statuses.includes(order.status)),
    );
}

/** A page of orders. */
export function listOrders(
  view: View,
  { sort, filter, limit, after }: OrderListQuery,
  present: Presenters['order'],
): Page<number> {
  const page = pageOf(matching(view, filter), {
    place: (order) => ({ value: order[sort.by] ?? -Infinity, tie: order.number }),
    isDescending: sort.descending,
    after: after === null ? null : { value: Number(after.value), tie: after.tie },
    limit,
  });
  return { items: page.rows.map((order) => present.present(order)).join(','), next: page.next };
}

/** A page of the services that are offered. */
export function listServices(
  view: View,
  { sort, limit, after }: ServiceListQuery,
  present: Presenters['service'],
): Page<string> {
  const page = pageOf(
    view.all('services').filter(({ deletedAt }) => deletedAt === null),
    {
      place: (service: StoredService) => ({
        value: sort.by === 'name' ? nameSortKey(service.name) : service.createdAt,
        tie: service._id,
      }),
      isDescending: sort.descending,
      after: after === null ? null : { value: after.value ?? '', tie: after.tie },
      limit,
    },
  );
  return { items: page.rows.map(present).join(','), next: page.next };
}

type Key = number | string;

interface Position<Tie extends Key> {
  value: Key;
  tie: Tie;
}

interface PageOptions<Row, Tie extends Key> {
  place: (row: Row) => Position<Tie>;
  isDescending: boolean;
  after: Position<Tie> | null;
  limit: number;
}

function pageOf<Row, Tie extends Key>(
  rows: readonly Row[],
  { place, isDescending, after, limit }: PageOptions<Row, Tie>,
): { rows: Row[]; next: Position<Tie> | null } {
  const sign = isDescending ? -1 : 1;
  const compare = (a: Position<Tie>, b: Position<Tie>) =>
    sign * (compareKeys(a.value, b.value) || compareKeys(a.tie, b.tie));
  const sorted = rows
    .map((row) => ({ row, at: place(row) }))
    .filter(({ at }) => after === null || compare(at, after) > 0)
    .sort((a, b) => compare(a.at, b.at));
  const page = sorted.slice(0, limit);
  return {
    rows: page.map(({ row }) => row),
    next: sorted.length > limit ? (page.at(-1)?.at ?? null) : null,
  };
}

/** Texts by their code points, as both stores sort them. */
function compareKeys(a: Key, b: Key): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}
