import { AppError } from '../../domain/errors.js';
import type { Tx } from '../../storage/storage.js';
import {
  type AskingMember,
  type Claimant,
  isTaken,
  lookAndRefuse,
  lookAround,
  type OperationOf,
} from './booking-clash.js';

interface TakeOptions {
  /** The member of the request that a clash points at. */
  asking: AskingMember;
  /** Which operations of the same batch placed other orders. */
  operationOf?: OperationOf;
}

/**
 * Takes an order's place on its calendar: the only way into the active state.
 * Errors: AppError `unknown_calendar`, `booking_clash`.
 */
export async function takePlace(
  tx: Tx,
  order: Claimant,
  { asking, operationOf = new Map() }: TakeOptions,
): Promise<void> {
  const policy = await tx.calendars.take(order.calendar, order.datetime);
  if (policy === null) throw unknownCalendar(order.calendar);
  const near = await lookAround(tx.orders, order, policy);
  if (isTaken(near)) {
    throw await lookAndRefuse(tx.orders, order, { policy, near, asking, operationOf });
  }
}

/** For an order that takes no place. Error: AppError `unknown_calendar`. */
export async function requireCalendar(tx: Tx, id: string): Promise<void> {
  if ((await tx.calendars.find(id)) === null) throw unknownCalendar(id);
}

/** The refusal of a calendar that does not exist. */
export function unknownCalendar(id: string): AppError {
  const message = `There is no calendar "${id}".`;
  return new AppError('unknown_calendar', message, {
    details: [{ pointer: '/calendar', code: 'unknown_calendar', message }],
  });
}
