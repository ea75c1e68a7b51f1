import { Types } from 'mongoose';
import { hasCurrencyDecimals, toMajor, toMinor } from '../../domain/money.js';
import { isActive, type Order, type OrderStatus } from '../../domain/order.js';
import type { OrderDocument } from './models/order.model.js';

/** The members of an order that are ours to read; the original's documents may have others. */
export const ORDER_MEMBERS =
  'datetime totalfee services number calendar status version createdAt updatedAt cancelledAt cancelReason';

/** An order from its document. */
export function orderOfDocument(document: Omit<OrderDocument, 'active'>): Order {
  const { datetime, cancelledAt } = document;
  return {
    _id: document._id.toHexString(),
    number: document.number,
    datetime: datetime instanceof Date ? datetime.getTime() : null,
    ...feeOf(document.totalfee),
    services: (document.services ?? []).map(String),
    calendar: document.calendar,
    status: document.status as OrderStatus,
    version: document.version,
    createdAt: document.createdAt.getTime(),
    updatedAt: document.updatedAt.getTime(),
    cancelledAt: cancelledAt instanceof Date ? cancelledAt.getTime() : null,
    cancelReason: document.cancelReason ?? null,
  };
}

/** The members of an order's document, but for its id. */
export function documentOfOrder(order: Order): Omit<OrderDocument, '_id'> {
  return {
    datetime: order.datetime === null ? null : new Date(order.datetime),
    totalfee: order.totalfeeAsFound === undefined ? toMajor(order.totalfeeMinor) : order.totalfeeAsFound,
    services: order.services.map((id) => new Types.ObjectId(id)),
    number: order.number,
    calendar: order.calendar,
    status: order.status,
    active: isActive(order),
    version: order.version,
    createdAt: new Date(order.createdAt),
    updatedAt: new Date(order.updatedAt),
    cancelledAt: order.cancelledAt === null ? null : new Date(order.cancelledAt),
    cancelReason: order.cancelReason,
  };
}

/** A fee that is no whole number of minor units is kept as it was found beside the nearest that is. */
function feeOf(totalfee: number | null | undefined): Pick<Order, 'totalfeeMinor' | 'totalfeeAsFound'> {
  if (typeof totalfee !== 'number' || !Number.isFinite(totalfee))
    return { totalfeeMinor: 0, totalfeeAsFound: null };
  const totalfeeMinor = toMinor(totalfee);
  return hasCurrencyDecimals(totalfee) ? { totalfeeMinor } : { totalfeeMinor, totalfeeAsFound: totalfee };
}
