import { z } from 'zod';
import { hasCurrencyDecimals, TOTALFEE_MAX, toMinor } from '../../domain/money.js';
import { ORDER_STATUSES } from '../../domain/order.js';
import { digits, Id, Instant, Limit, Once, sentBack, WireId, WireInstant } from '../../http/schemas.js';

/** The most services that an order may name, as sent. */
const SERVICES_MAX = 50;
const FEE_MESSAGE = `must be a number from 0 to ${TOTALFEE_MAX} with at most two decimals`;

const TotalFee = z
  .number({ error: FEE_MESSAGE })
  .min(0, { error: FEE_MESSAGE })
  .max(TOTALFEE_MAX, { error: FEE_MESSAGE })
  .refine(hasCurrencyDecimals, { error: FEE_MESSAGE })
  .transform(toMinor)
  .meta({ multipleOf: 0.01, description: "In the company's currency", example: 349.5 });

/** An id, or an object with it as the original's data had. */
const ServiceRef = z.union([Id, z.strictObject({ id: Id }).transform(({ id }) => id)], {
  error: 'must be an id of 24 hexadecimal digits, or {"id": …} with one',
});

const SERVICES_MESSAGE = `must be a list of at most ${SERVICES_MAX} ids of services`;
const Services = z
  .array(ServiceRef, { error: SERVICES_MESSAGE })
  .max(SERVICES_MAX, { error: SERVICES_MESSAGE })
  .transform((ids) => [...new Set(ids)])
  .meta({ description: 'Services that exist; one named twice counts once' });

const CALENDAR_MESSAGE = 'must be "default" or the id of a calendar: 1 to 40 of a-z, 0-9 and -';
const CalendarId = z
  .string({ error: CALENDAR_MESSAGE })
  .regex(/^[a-z0-9-]{1,40}$/, { error: CALENDAR_MESSAGE })
  .meta({ description: 'The calendar on which the order stands', example: 'default' });

const members = {
  datetime: Instant.optional(),
  totalfee: TotalFee,
  services: Services.optional(),
  calendar: CalendarId.optional(),
};
const bodyError = { error: 'must be a JSON object' };

/** The body of POST /orders. */
export const NewOrderBody = z.strictObject(members, bodyError).meta({ id: 'NewOrder' });

/** The body of PUT /orders/:id: the members given are changed. */
export const OrderChangeBody = z
  .strictObject(
    {
      ...members,
      totalfee: TotalFee.optional(),
      _id: sentBack,
      number: sentBack,
      status: sentBack,
      version: sentBack,
      createdAt: sentBack,
      updatedAt: sentBack,
      cancelledAt: sentBack,
      cancelReason: sentBack,
    },
    bodyError,
  )
  .meta({ id: 'OrderChange' });

const SORTS = ['number', '-number', 'datetime', '-datetime', 'createdAt', '-createdAt'] as const;

/** The parameters of GET /orders. */
export const OrderListParameters = z.strictObject({
  limit: Limit,
  cursor: Once.optional().meta({ description: 'page.next of the page before, as it is' }),
  sort: z
    .enum(SORTS, { error: `must be one of ${SORTS.join(', ')}` })
    .default('number')
    .meta({ description: 'The order of the list; - turns it round' }),
  number: digits(1, Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({ description: 'Only the order of this number' }),
  service: Id.optional().meta({ description: 'Only orders that name this service' }),
  calendar: CalendarId.optional().meta({ description: 'Only orders of this calendar' }),
  'datetime[gte]': Instant.optional().meta({ description: 'At or after' }),
  'datetime[gt]': Instant.optional().meta({ description: 'After' }),
  'datetime[lte]': Instant.optional().meta({ description: 'At or before' }),
  'datetime[lt]': Instant.optional().meta({ description: 'Before' }),
});

/** An order as it is answered; wider than what is taken, since old data is shown as it is. */
export const OrderAnswer = z
  .strictObject({
    _id: WireId,
    number: z.int().meta({ description: 'For people to read out; counts up, never used twice', example: 1 }),
    datetime: WireInstant.nullable().meta({
      description: 'When the visit begins; null only in an order of an older database that had no time',
    }),
    totalfee: z.number().nullable().meta({
      description: "In the company's currency; null only in an order of an older database that had none",
      example: 349.5,
    }),
    services: z.array(WireId),
    calendar: z.string().meta({ example: 'default' }),
    status: z.enum(ORDER_STATUSES),
    version: z.int().meta({ description: 'Counts every change', example: 1 }),
    createdAt: WireInstant,
    updatedAt: WireInstant,
    cancelledAt: WireInstant.nullable(),
    cancelReason: z.string().nullable(),
  })
  .meta({ id: 'Order' });
