import { transitionText } from '../../domain/order-transitions.js';
import { MERGE_PATCH_BODY } from '../../http/body.js';
import { type Route, route } from '../../http/route.js';
import { IdParams } from '../../http/schemas.js';
import { orderController } from './order.controller.js';
import {
  CancelBody,
  NewOrderBody,
  OrderAnswer,
  OrderChangeBody,
  OrderDraftAnswer,
  OrderListParameters,
  RestoreBody,
} from './order.schemas.js';
import type { OrderService } from './order.service.js';

const tag = 'orders';
const ETAG = { ETag: "The order's version" };

export const example = {
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
      scope: 'orders:write',
      write: 'other',
      summary: 'Book an order, if no other of its calendar stands within the booking window',
      body: NewOrderBody,
      bodyExample: { datetime: '2026-12-01T10:00:00+01:00', totalfee: 349.5, services: [] },
      answers: {
        201: {
          ...one('The order booked'),
          dryRunSchema: OrderDraftAnswer,
          headers: { ...ETAG, Location: 'The path of the order' },
        },
      },
      refusals: ['booking_clash', 'unknown_service', 'unknown_calendar'],
      handle: orders.create,
    }),
    route({
      method: 'get',
      path: '/orders',
      operationId: 'listOrders',
      tag,
      scope: 'orders:read',
      summary: 'List orders, page by page',
      query: OrderListParameters,
      answers: {
        200: {
          description: 'A page of orders',
          schema: OrderAnswer,
          list: true,
          counted: true,
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
      scope: 'orders:read',
      summary: 'Read an order',
      params: IdParams,
      answers: { 200: one('The order') },
      refusals: ['not_found'],
      handle: orders.get,
    }),
    ...(['put', 'patch'] as const).map((method) =>
      route({
        method,
        path: '/orders/{id}',
        operationId: method === 'put' ? 'updateOrder' : 'patchOrder',
        tag,
        scope: 'orders:write',
        write: 'object',
        summary: 'Change the members given; a move asks the booking rule',
        params: IdParams,
        body: OrderChangeBody,
        bodyExample: { datetime: '2026-12-01T14:30:00Z' },
        ...(method === 'patch' ? { bodyTypes: MERGE_PATCH_BODY } : {}),
        answers: { 200: one('The order as it is now') },
        refusals: ['not_found', 'booking_clash', 'unknown_service', 'unknown_calendar'],
        handle: orders.update,
      }),
    ),
    route({
      method: 'delete',
      path: '/orders/{id}',
      operationId: 'deleteOrder',
      tag,
      scope: 'orders:write',
      write: 'object',
      summary: 'Delete an order',
      params: IdParams,
      answers: { 200: one('The order as it was') },
      refusals: ['not_found'],
      handle: orders.delete,
    }),
    route({
      method: 'post',
      path: '/orders/{id}/cancel',
      operationId: 'cancelOrder',
      tag,
      scope: 'orders:write',
      write: 'object',
      summary: `Cancel an order, ${transitionText('cancel')}: frees its place and keeps it`,
      params: IdParams,
      body: CancelBody,
      isBodyOptional: true,
      bodyExample: { reason: 'The customer is ill' },
      answers: { 200: one('The order as it is now') },
      refusals: ['not_found', 'invalid_transition'],
      handle: orders.cancel,
    }),
    route({
      method: 'post',
      path: '/orders/{id}/restore',
      operationId: 'restoreOrder',
      tag,
      scope: 'orders:write',
      write: 'object',
      summary: `Restore an order, ${transitionText('restore')}, if its place is free`,
      params: IdParams,
      body: RestoreBody,
      isBodyOptional: true,
      bodyExample: {},
      answers: { 200: one('The order as it is now') },
      refusals: ['not_found', 'invalid_transition', 'booking_clash', 'unknown_calendar'],
      handle: orders.restore,
    }),
  ];
}
