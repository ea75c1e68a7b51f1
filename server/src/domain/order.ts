/** More statuses come with the order's life; an order is active unless its status is listed as inactive. */
export const ORDER_STATUSES = ['scheduled', 'cancelled'] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** The statuses in which an order does not hold its place on the calendar. */
export const INACTIVE_STATUSES: readonly OrderStatus[] = ['cancelled'];

/** A visit that was booked. Times are milliseconds since 1970 (UTC); the fee is in minor units. */
export interface Order {
  _id: string;
  number: number;
  /** Null only where an older database has no usable time; such an order is not active. */
  datetime: number | null;
  totalfeeMinor: number;
  /** What an older database holds for a fee that is no whole number of minor units; shown until a fee is set. */
  totalfeeAsFound?: number | null;
  /** Ids of the services ordered, each once, in the order given. */
  services: readonly string[];
  calendar: string;
  status: OrderStatus;
  version: number;
  createdAt: number;
  updatedAt: number;
  cancelledAt: number | null;
  cancelReason: string | null;
}

/** An order that has a time; all have but some of older databases. */
export type TimedOrder = Order & { datetime: number };

/** What a caller says of an order; absent members are left as they are (change) or take their default (creation). */
export interface OrderInput {
  datetime?: number;
  totalfeeMinor?: number;
  services?: readonly string[];
  calendar?: string;
}

/** Whether an order holds its place on the calendar: its status says so, and it has a time. */
export function isActive<O extends Pick<Order, 'status' | 'datetime'>>(
  order: O,
): order is O & { datetime: number } {
  return order.datetime !== null && !INACTIVE_STATUSES.includes(order.status);
}

/** A new order as it is before the store gives it its number. */
export function newOrder(
  input: OrderInput & { totalfeeMinor: number; calendar: string },
  made: { _id: string; now: number },
): Omit<TimedOrder, 'number'> {
  return {
    _id: made._id,
    datetime: input.datetime ?? made.now,
    totalfeeMinor: input.totalfeeMinor,
    services: input.services ?? [],
    calendar: input.calendar,
    status: 'scheduled',
    version: 1,
    createdAt: made.now,
    updatedAt: made.now,
    cancelledAt: null,
    cancelReason: null,
  };
}

/** The order with the members given changed. A change that changes nothing is the same object and counts no version. */
export function changeOrder(order: Order, input: OrderInput, now: number): Order {
  const changed = { ...order, ...input };
  if (input.totalfeeMinor !== undefined) delete changed.totalfeeAsFound;
  const isSame =
    changed.datetime === order.datetime &&
    changed.totalfeeMinor === order.totalfeeMinor &&
    changed.totalfeeAsFound === order.totalfeeAsFound &&
    changed.calendar === order.calendar &&
    changed.services.length === order.services.length &&
    changed.services.every((id, index) => id === order.services[index]);
  return isSame ? order : { ...changed, version: order.version + 1, updatedAt: now };
}
