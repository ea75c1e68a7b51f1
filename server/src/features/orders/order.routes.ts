import { type Route, route } from '../../http/route.js';
import { IdParams } from '../../http/schemas.js';
import { orderController } from './order.controller.js';
import { NewOrderBody, OrderAnswer, OrderChangeBody, OrderListParameters } from './order.schemas.js';
import type { OrderService } from './order.service.js';

const tag = 'orders';
const ETAG = { ETag: "The order's version" };

const example = {
  _id: '6560a1b2c3d4e5f601234567',
  number: 1,
  datetime: '2026-12-01T09:00:00.000Z',
  totalfee: 349.5,
  services: [],
  calendar: 'default',
  status: 'scheduled',
  version: 1,
  createdAt: '2026-11-24T08:00:00.000Z',
  updatedAt: '2026-11-24T08:00:00.000Z',
  cancelledAt: null,
  cancelReason: null,
};

/** Everything at /orders. */
export function orderRoutes(service: OrderService): Route[] {
  const orders = orderController(service);
  const one = (description: string) => ({ description, schema: OrderAnswer, example, headers: ETAG });
  return [
    route({
      method: 'post',
      path: '/orders',
      operationId: 'createOrder',
      tag,
      summary: 'Book an order, if no other of its calendar stands within the booking window',
      body: NewOrderBody,
      bodyExample: { datetime: '2026-12-01T10:00:00+01:00', totalfee: 349.5, services: [] },
      answers: {
        201: { ...one('The order booked'), headers: { ...ETAG, Location: 'The path of the order' } },
      },
      refusals: ['booking_clash', 'unknown_service', 'unknown_calendar'],
      handle: orders.create,
    }),
    route({
      method: 'get',
      path: '/orders',
      operationId: 'listOrders',
      tag,
      summary: 'List orders, page by page',
      query: OrderListParameters,
      answers: {
        200: {
          description: 'A page of orders',
          schema: OrderAnswer,
          list: true,
          example: [example],
          headers: { Link: 'The next page, where there is one' },
        },
      },
      refusals: [],
      handle: orders.list,
    }),
    route({
      method: 'get',
      path: '/orders/{id}',
      operationId: 'getOrder',
      tag,
      summary: 'Read an order',
      params: IdParams,
      answers: { 200: one('The order') },
      refusals: ['not_found'],
      handle: orders.get,
    }),
    route({
      method: 'put',
      path: '/orders/{id}',
      operationId: 'updateOrder',
      tag,
      summary: 'Change the members given; a move asks the booking rule',
      params: IdParams,
      body: OrderChangeBody,
      bodyExample: { datetime: '2026-12-01T14:30:00Z' },
      answers: { 200: one('The order as it is now') },
      refusals: ['not_found', 'booking_clash', 'unknown_service', 'unknown_calendar'],
      handle: orders.update,
    }),
    route({
      method: 'delete',
      path: '/orders/{id}',
      operationId: 'deleteOrder',
      tag,
      summary: 'Delete an order',
      params: IdParams,
      answers: { 200: one('The order as it was') },
      refusals: ['not_found'],
      handle: orders.delete,
    }),
  ];
}
