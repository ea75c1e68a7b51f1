import { AppError } from './errors.js';
import type { Order, OrderStatus } from './order.js';

/** Every change of status that there is: the code, the contract and the docs are made from this table. */
export const ORDER_TRANSITIONS = {
  cancel: { from: ['scheduled'], to: 'cancelled' },
  restore: { from: ['cancelled'], to: 'scheduled' },
} as const satisfies Record<string, { from: readonly OrderStatus[]; to: OrderStatus }>;

export type OrderTransition = keyof typeof ORDER_TRANSITIONS;

/** The longest reason of a cancellation, in Unicode code points. */
export const CANCEL_REASON_MAX = 500;

/** A transition as the contract and the docs say it: "from scheduled to cancelled". */
export function transitionText(transition: OrderTransition): string {
  const { from, to } = ORDER_TRANSITIONS[transition];
  return `from ${from.join(' or ')} to ${to}`;
}

/** The order cancelled: it keeps its time and frees its place. Error: AppError `invalid_transition`. */
export function cancelOrder(order: Order, { reason, now }: { reason: string | null; now: number }): Order {
  return { ...moved(order, 'cancel', now), cancelledAt: now, cancelReason: reason };
}

/** The order active again, once its place was taken. Error: AppError `invalid_transition`. */
export function restoreOrder(order: Order, now: number): Order {
  return { ...moved(order, 'restore', now), cancelledAt: null, cancelReason: null };
}

function moved(order: Order, transition: OrderTransition, now: number): Order {
  const { from, to }: { from: readonly OrderStatus[]; to: OrderStatus } = ORDER_TRANSITIONS[transition];
  if (!from.includes(order.status)) {
    throw new AppError(
      'invalid_transition',
      `Order ${order.number} is ${order.status}: ${transition} goes ${transitionText(transition)}.`,
    );
  }
  return { ...order, status: to, version: order.version + 1, updatedAt: now };
}
