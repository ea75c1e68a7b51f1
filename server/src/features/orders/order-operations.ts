import { AppError } from '../../domain/errors.js';
import { changeOrder, isActive, type Order, type OrderInput, type TimedOrder } from '../../domain/order.js';
import { cancelOrder, restoreOrder } from '../../domain/order-transitions.js';
import type { OrderReads, Presented, Tx } from '../../storage/storage.js';
import { requireUnchanged } from '../../writes/require-unchanged.js';
import { type Precondition, requirePrecondition } from '../../writes/write-request.js';
import type { AskingMember } from './booking-clash.js';
import { orderEtag, orderOnWire } from './order.presenter.js';
import { requireReferences } from './references.js';
import { requireCalendar } from './take-place.js';

/*
 * What can be done to an order, inside a transaction, each in the order of checks that
 * writes/run-write.ts names. They answer with the order as it is then; a deletion as it was.
 */

/** Why a place is claimed. */
export interface ClaimReason {
  /** The order as it was; null for a new one. */
  before: Order | null;
  /** The member of the request that asks for the place; null where none does. */
  asking: AskingMember;
}

/** Claims a place that an order is about to have. */
export type Claim = (place: TimedOrder | NewOrder, reason: ClaimReason) => Promise<void>;

/** Where an operation runs. `claim` is asked on every way into the active state, and on every move in it. */
export interface Operating {
  tx: Tx;
  claim: Claim;
  now: number;
}

/** An order that has no number yet. */
export type NewOrder = Omit<TimedOrder, 'number'>;

/** Which order, and which version of it the caller means. */
export interface Target {
  id: string;
  precondition: Precondition | null;
}

/** What an order is changed to; `readOnly` are members sent back that only the server sets. */
export interface OrderChange {
  input: OrderInput;
  readOnly: Readonly<Record<string, unknown>>;
}

export async function create({ tx, claim }: Operating, draft: NewOrder): Promise<Presented & Numbered> {
  await requireReferences(tx, draft);
  await claim(draft, { before: null, asking: 'datetime' });
  const order = { ...draft, number: await tx.orders.takeNumber() };
  return { ...(await tx.orders.insert(order)), order };
}

interface Numbered {
  order: Order;
}

/** Changes the members given. */
export async function update(
  { tx, claim, now }: Operating,
  target: Target,
  { input, readOnly }: OrderChange,
): Promise<Presented> {
  const order = await findTarget(tx.orders, target);
  requireUnchanged(() => orderOnWire(order), readOnly);
  const changed = changeOrder(order, input, now);
  await requireReferences(tx, changed, order.services);
  if (hasMoved(order, changed)) {
    const asking = input.datetime === undefined ? 'calendar' : 'datetime';
    if (isActive(changed)) await claim(changed, { before: order, asking });
    else await requireCalendar(tx, changed.calendar);
  }
  return changed === order
    ? ((await tx.orders.present(order._id)) as Presented)
    : tx.orders.replace(order, changed);
}

export async function remove({ tx }: Operating, target: Target): Promise<Presented> {
  await findTarget(tx.orders, target);
  const order = (await tx.orders.present(target.id)) as Presented;
  await tx.orders.delete(target.id);
  return order;
}

/** Frees the order's place and keeps the order. */
export async function cancel(
  { tx, now }: Operating,
  target: Target,
  reason: string | null,
): Promise<Presented> {
  const order = await findTarget(tx.orders, target);
  return tx.orders.replace(order, cancelOrder(order, { reason, now }));
}

/** Makes a cancelled order active again, if its place is free. */
export async function restore({ tx, claim, now }: Operating, target: Target): Promise<Presented> {
  const order = await findTarget(tx.orders, target);
  const restored = restoreOrder(order, now);
  if (isActive(restored)) await claim(restored, { before: order, asking: null });
  return tx.orders.replace(order, restored);
}

/** Errors: AppError `not_found`, `precondition_failed`. */
async function findTarget(orders: OrderReads, { id, precondition }: Target): Promise<Order> {
  const order = (await orders.find(id)) ?? refuseMissing(id);
  requirePrecondition(precondition, { version: order.version, etag: orderEtag(order.version) });
  return order;
}

function hasMoved(before: Order, after: Order): boolean {
  return before.datetime !== after.datetime || before.calendar !== after.calendar;
}

export function refuseMissing(id: string): never {
  throw new AppError('not_found', `There is no order ${id}.`);
}
