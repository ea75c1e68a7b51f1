import { type Route, route } from '../../http/route.js';
import type { Storage } from '../../storage/storage.js';
import { clashesController } from './order-clashes.controller.js';
import { listClashes } from './order-clashes.js';
import { ClashAnswer, ClashListParameters } from './order-clashes.schemas.js';

/** The orders that stand too near, as a wider window or a take-over leaves them. */
export function orderClashesRoutes(store: Pick<Storage, 'orders' | 'calendars'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/orders/clashes',
      operationId: 'listClashes',
      tag: 'orders',
      scope: 'orders:read',
      summary: 'List active orders that stand too near each other, as after a wider window',
      query: ClashListParameters,
      answers: {
        200: {
          description: 'A page of pairs; it may be short though others follow',
          schema: ClashAnswer,
          list: true,
          example: [
            {
              calendar: 'default',
              orders: [
                { _id: '6560a1b2c3d4e5f601234567', number: 1, datetime: '2026-12-01T09:00:00.000Z' },
                { _id: '6560a1b2c3d4e5f601234568', number: 2, datetime: '2026-12-01T11:00:00.000Z' },
              ],
            },
          ],
          headers: { Link: 'The next page, where there is one' },
        },
      },
      refusals: [],
      handle: clashesController((query) => listClashes(store, query)),
    }),
  ];
}
