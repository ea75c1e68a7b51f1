import * as z from 'zod';
import { hasCurrencyDecimals, TOTALFEE_MAX, toMinor } from '../../domain/money.js';
import { ORDER_STATUSES, type OrderStatus } from '../../domain/order.js';
import { CANCEL_REASON_MAX } from '../../domain/order-transitions.js';
import {
  CalendarId,
  Cursor,
  digits,
  Flag,
  Id,
  Instant,
  Limit,
  sentBack,
  WireId,
  WireInstant,
} from '../../http/schemas.js';
import { isWellFormedText } from '../../utils/text.js';

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

const members = {
  datetime: Instant.optional(),
  totalfee: TotalFee,
  services: Services.optional(),
  calendar: CalendarId.optional(),
};
export const bodyError = { error: 'must be a JSON object' };

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

const REASON_MESSAGE = `must be a text of at most ${CANCEL_REASON_MAX} characters`;

/** The body of POST /orders/:id/cancel. */
export const CancelBody = z
  .strictObject(
    {
      reason: z
        .string({ error: REASON_MESSAGE })
        .refine((text) => [...text].length <= CANCEL_REASON_MAX && isWellFormedText(text), {
          error: REASON_MESSAGE,
        })
        .optional()
        .meta({ description: 'Why, for those who read the order', example: 'The customer is ill' }),
    },
    bodyError,
  )
  .meta({ id: 'Cancellation' });

/** The body of POST /orders/:id/restore: nothing. */
export const RestoreBody = z.strictObject({}, bodyError).meta({ id: 'Restoration' });

const STATUS_MESSAGE = `must be one or more of ${ORDER_STATUSES.join(', ')}, with commas between them, each once`;

/** A filter: sorted, each once. */
const Statuses = z
  .string({ error: 'must be given once' })
  .transform((text) => text.split(','))
  .refine(
    (statuses) =>
      new Set(statuses).size === statuses.length &&
      statuses.every((status) => ORDER_STATUSES.includes(status as OrderStatus)),
    { error: STATUS_MESSAGE },
  )
  .transform((statuses) => statuses.sort() as OrderStatus[]);

const SORTS = ['number', '-number', 'datetime', '-datetime', 'createdAt', '-createdAt'] as const;

/** The parameters of GET /orders. */
export const OrderListParameters = z.strictObject({
  limit: Limit,
  cursor: Cursor,
  sort: z
    .enum(SORTS, { error: `must be one of ${SORTS.join(', ')}` })
    .default('number')
    .meta({ description: 'The order of the list; - turns it round' }),
  number: digits(1, Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({ description: 'Only the order of this number' }),
  service: Id.optional().meta({ description: 'Only orders that name this service' }),
  calendar: CalendarId.optional().meta({ description: 'Only orders of this calendar' }),
  status: Statuses.optional().meta({
    description: `Only orders of these: ${ORDER_STATUSES.join(', ')}, with commas between them`,
  }),
  count: Flag.optional().meta({
    description: 'Adds page.count: exact up to 10,000, then {"atLeast":10000}',
  }),
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

/** An order as a dry run would book it. */
export const OrderDraftAnswer = OrderAnswer.omit({ _id: true, number: true }).meta({ id: 'OrderDraft' });
