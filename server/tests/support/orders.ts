import { randomBytes } from 'node:crypto';
import type { Calendar } from '../../src/domain/calendar.js';
import type { Order } from '../../src/domain/order.js';

export const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;
/** An instant to reckon from: 2026-12-01T09:00:00Z. */
export const NINE = Date.UTC(2026, 11, 1, 9);

/** An id that nobody has. */
export function anId(): string {
  return randomBytes(12).toString('hex');
}

/** An order of ours always has a time. */
export type TimedOrder = Order & { datetime: number };

/** An order as the store keeps it. */
export function anOrder(members: Partial<TimedOrder> = {}): TimedOrder {
  return {
    _id: anId(),
    number: 1,
    datetime: NINE,
    totalfeeMinor: 10_000,
    services: [],
    calendar: 'default',
    status: 'scheduled',
    version: 1,
    createdAt: NINE,
    updatedAt: NINE,
    cancelledAt: null,
    cancelReason: null,
    ...members,
  };
}

/** A calendar with the usual rule. */
export function aCalendar(members: Partial<Calendar> = {}): Calendar {
  return {
    _id: 'north',
    windowMs: 3 * HOUR_MS,
    boundary: 'inclusive',
    version: 1,
    createdAt: NINE,
    ...members,
  };
}
