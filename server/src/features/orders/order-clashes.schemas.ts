import * as z from 'zod';
import { CalendarId, Cursor, Limit, WireId, WireInstant } from '../../http/schemas.js';

/** The parameters of GET /orders/clashes. */
export const ClashListParameters = z.strictObject({
  limit: Limit,
  cursor: Cursor,
  calendar: CalendarId.optional().meta({ description: 'Only orders of this calendar' }),
});

/** Two active orders that stand too near each other. */
export const ClashAnswer = z
  .strictObject({
    calendar: z.string().meta({ example: 'default' }),
    orders: z
      .array(z.strictObject({ _id: WireId, number: z.int(), datetime: WireInstant }))
      .meta({ description: 'The earlier one, then the next' }),
  })
  .meta({ id: 'NearPair' });
