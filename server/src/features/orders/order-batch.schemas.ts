import * as z from 'zod';
import { Id } from '../../http/schemas.js';
import { bodyError, CancelBody, NewOrderBody, OrderAnswer, OrderChangeBody } from './order.schemas.js';

/** The most operations of a batch. */
export const OPERATIONS_MAX = 100;

const IF_MATCH_MESSAGE = 'must be the version of the order, a whole number from 1';
const IfMatch = z
  .int({ error: IF_MATCH_MESSAGE })
  .min(1, { error: IF_MATCH_MESSAGE })
  .optional()
  .meta({ description: 'The version that is meant', example: 3 });

const target = { id: Id, ifMatch: IfMatch };
const OPS = ['create', 'update', 'delete', 'cancel', 'restore'] as const;

const Operation = z
  .discriminatedUnion(
    'op',
    [
      z.strictObject({ op: z.literal('create'), data: NewOrderBody }, bodyError),
      z.strictObject({ op: z.literal('update'), ...target, data: OrderChangeBody }, bodyError),
      z.strictObject({ op: z.literal('delete'), ...target }, bodyError),
      z.strictObject({ op: z.literal('cancel'), ...target, ...CancelBody.shape }, bodyError),
      z.strictObject({ op: z.literal('restore'), ...target }, bodyError),
    ],
    {
      error: (issue) => (issue.code === 'invalid_union' ? `must be ${OPS.join(', ')}` : bodyError.error),
    },
  )
  .meta({ id: 'BatchOperation' });

const COUNT_MESSAGE = `must be a list of 1 to ${OPERATIONS_MAX} operations`;

/** The body of POST /orders/batch. */
export const BatchBody = z
  .strictObject(
    {
      atomic: z.boolean({ error: 'must be true or false' }).default(true).meta({
        description: 'All or none, and the rule is asked of the outcome; else each is judged in its turn',
      }),
      operations: z
        .array(Operation, { error: COUNT_MESSAGE })
        .min(1, { error: COUNT_MESSAGE })
        .max(OPERATIONS_MAX, { error: COUNT_MESSAGE }),
    },
    bodyError,
  )
  .meta({ id: 'Batch' });

const Refusal = z.looseObject({
  message: z.string(),
  code: z.string(),
  details: z.array(z.looseObject({ code: z.string(), message: z.string() })),
});

const OrderOrDraft = OrderAnswer.partial({ _id: true, number: true });

/** What became of one operation; a created order has no `_id` and no `number` in a dry run. */
export const BatchResultAnswer = z
  .union([
    z.strictObject({ op: z.enum(OPS), status: z.int(), data: OrderOrDraft }),
    z.strictObject({ op: z.enum(OPS), status: z.int(), error: Refusal }),
  ])
  .meta({ id: 'BatchResult' });
