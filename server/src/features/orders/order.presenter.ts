import { toWireInstant } from '../../domain/instant.js';
import { toMajor } from '../../domain/money.js';
import type { Order } from '../../domain/order.js';
import { etagOf } from '../../http/entity-tags.js';
import type { OrderPresenter } from '../../storage/storage.js';

/** What leaves of an order, and the only place that decides it. */
export function orderOnWire(order: Order) {
  return {
    _id: order._id,
    number: order.number,
    datetime: order.datetime === null ? null : toWireInstant(order.datetime),
    totalfee: order.totalfeeAsFound === undefined ? toMajor(order.totalfeeMinor) : order.totalfeeAsFound,
    services: order.services,
    calendar: order.calendar,
    status: order.status,
    version: order.version,
    createdAt: toWireInstant(order.createdAt),
    updatedAt: toWireInstant(order.updatedAt),
    cancelledAt: order.cancelledAt === null ? null : toWireInstant(order.cancelledAt),
    cancelReason: order.cancelReason,
  };
}

/** Raise `shape` with every release that adds a member to `orderOnWire`: stored JSON and ETags carry it. */
export const orderPresenter: OrderPresenter = {
  shape: 1,
  present: (order) => JSON.stringify(orderOnWire(order)),
};

/** An order's validator. */
export function orderEtag(version: number): string {
  return etagOf(version, orderPresenter.shape);
}

/** An order that a dry run would book: it gets no id and no number. */
export function draftJson(order: Order): string {
  const { _id, number, ...draft } = orderOnWire(order);
  return JSON.stringify(draft);
}
