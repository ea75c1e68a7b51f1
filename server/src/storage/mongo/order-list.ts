import { type ClientSession, Types } from 'mongoose';
import type { OrderFilter, OrderListQuery, OrderPresenter, Page } from '../storage.js';
import { type Filter, instantsBetween, partsAfter, range, readParts, sortOf } from './keyset.js';
import type { Models } from './models/models.js';
import type { OrderDocument } from './models/order.model.js';
import { ORDER_MEMBERS, orderOfDocument } from './order-document.js';

/** A page of orders as finished JSON. */
export async function listOrders(
  orders: Models['Order'],
  query: OrderListQuery,
  presenter: OrderPresenter,
  session: ClientSession | null,
): Promise<Page<number>> {
  const { sort, limit, after } = query;
  const keyset = {
    by: sort.by,
    tieBy: 'number',
    descending: sort.descending,
    after: after === null ? null : { value: storedValue(after.value), tie: after.tie },
  };
  const documents = await readParts(partsAfter(filterOf(query.filter), keyset), limit + 1, (part, most) =>
    orders
      .find(part, ORDER_MEMBERS)
      .sort(sortOf(keyset))
      .limit(most)
      .session(session)
      .lean<OrderDocument[]>(),
  );
  const page = documents.slice(0, limit).map(orderOfDocument);
  const last = documents.length > limit ? page.at(-1) : undefined;
  return {
    items: page.map((order) => presenter.present(order)).join(','),
    next: last === undefined ? null : { value: last[sort.by], tie: last.number },
  };
}

/** Lists are sorted by an instant, or by the number, which has its place in the tie-breaker. */
function storedValue(value: number | string | null): Date | null {
  return typeof value === 'number' ? new Date(value) : null;
}

/** A filter of the port as one of ours. */
export function filterOf({
  datetimeFrom,
  datetimeTo,
  number,
  service,
  calendar,
  statuses,
}: OrderFilter): Filter {
  const filter: Record<string, unknown> = {};
  if (service !== undefined) filter.services = new Types.ObjectId(service);
  if (calendar !== undefined) filter.calendar = calendar;
  if (number !== undefined) filter.number = number;
  if (statuses !== undefined)
    filter.status = statuses.length === 1 ? statuses[0] : range({ $in: [...statuses] });
  if (datetimeFrom !== undefined || datetimeTo !== undefined) {
    filter.datetime = instantsBetween(datetimeFrom ?? -Infinity, datetimeTo ?? Infinity);
  }
  return filter;
}
