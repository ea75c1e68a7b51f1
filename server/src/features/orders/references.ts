import { AppError, type ErrorDetail } from '../../domain/errors.js';
import type { Order } from '../../domain/order.js';
import type { Tx } from '../../storage/storage.js';
import { unknownCalendar } from './take-place.js';

/**
 * Requires that the services which a write adds to an order are offered; those that it had may stay.
 * Error: AppError `unknown_service`, an entry for each; it names an unknown calendar too.
 */
export async function requireReferences(
  tx: Tx,
  order: Pick<Order, 'services' | 'calendar'>,
  servicesBefore: readonly string[] = [],
): Promise<void> {
  const added = order.services.filter((id) => !servicesBefore.includes(id));
  if (added.length === 0) return;
  const offered = await tx.services.findOffered(added);
  const details: ErrorDetail[] = order.services.flatMap((id, index) =>
    added.includes(id) && !offered.has(id)
      ? [{ pointer: `/services/${index}`, code: 'unknown_service', message: `There is no service ${id}.` }]
      : [],
  );
  if (details.length === 0) return;
  if ((await tx.calendars.find(order.calendar)) === null)
    details.push(...unknownCalendar(order.calendar).details);
  throw new AppError('unknown_service', details.map(({ message }) => message).join(' '), { details });
}
