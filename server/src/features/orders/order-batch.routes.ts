import { type Route, route } from '../../http/route.js';
import { example } from './order.routes.js';
import { batchController } from './order-batch.controller.js';
import type { RunBatch } from './order-batch.js';
import { BatchBody, BatchResultAnswer } from './order-batch.schemas.js';

/** Several operations on orders at once. */
export function orderBatchRoutes(runBatch: RunBatch): Route[] {
  return [
    route({
      method: 'post',
      path: '/orders/batch',
      operationId: 'batchOrders',
      tag: 'orders',
      scope: 'orders:write',
      write: 'other',
      summary: 'Create, change, cancel, restore and delete up to 100 orders in one transaction',
      body: BatchBody,
      bodyLimit: 'batch',
      bodyExample: {
        atomic: true,
        operations: [{ op: 'create', data: { datetime: '2027-03-01T10:00:00Z', totalfee: 100 } }],
      },
      answers: {
        200: {
          description: 'What became of each operation, in order',
          schema: BatchResultAnswer,
          isArray: true,
          example: [{ op: 'create', status: 201, data: example }],
        },
      },
      refusals: [
        'not_found',
        'precondition_failed',
        'precondition_required',
        'invalid_transition',
        'booking_clash',
        'unknown_service',
        'unknown_calendar',
      ],
      handle: batchController(runBatch),
    }),
  ];
}
