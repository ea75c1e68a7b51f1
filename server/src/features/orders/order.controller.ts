import type * as z from 'zod';
import type { OrderInput } from '../../domain/order.js';
import type { DataAnswer } from '../../http/answer.js';
import { decodeCursor, encodeCursor } from '../../http/cursor.js';
import { listAnswer } from '../../http/list-answer.js';
import type { RouteRequest } from '../../http/route.js';
import { parseSort } from '../../http/sort.js';
import { toldAnswer } from '../../http/told-answer.js';
import type { WriteParts } from '../../http/write-parameters.js';
import type { OrderFilter, OrderListQuery, OrderSort } from '../../storage/storage.js';
import { orderEtag } from './order.presenter.js';
import type { CancelBody, NewOrderBody, OrderChangeBody, OrderListParameters } from './order.schemas.js';
import type { NewOrderInput, OrderService } from './order.service.js';
import type { OrderChange } from './order-operations.js';

type Params = { id: string };
type Members = Pick<z.output<typeof OrderChangeBody>, 'datetime' | 'totalfee' | 'services' | 'calendar'>;
type WriteOf<P, S extends z.ZodType> = RouteRequest<P, undefined, z.output<S>, WriteParts>;
type WriteWithoutBody = RouteRequest<Params, undefined, undefined, WriteParts>;

/** From requests to plain input and from outcomes to answers. */
export function orderController(orders: OrderService) {
  return {
    async create({ body, write }: WriteOf<undefined, typeof NewOrderBody>): Promise<DataAnswer> {
      return toldAnswer(await orders.create(write, newOrderOf(body)));
    },

    async list({ query, url }: RouteRequest<undefined, z.output<typeof OrderListParameters>, undefined>) {
      const { sort, filter } = listOf(query);
      const identity = { path: '/orders', sort, filter };
      const after = query.cursor === undefined ? null : decodeCursor(query.cursor, identity, isNumber);
      const listQuery: OrderListQuery = { sort, filter, limit: query.limit, after };
      const { items, next } = await orders.list(listQuery);
      const count = query.count === 'true' ? await orders.count(filter) : undefined;
      return listAnswer('Orders listed.', items, { url, next: next && encodeCursor(identity, next), count });
    },

    async get({ params }: RouteRequest<Params, undefined, undefined>): Promise<DataAnswer> {
      const { json, version } = await orders.get(params.id);
      const headers = { ETag: orderEtag(version) };
      return { status: 200, message: 'Order found.', dataJson: json, headers };
    },

    async update({ params, body, write }: WriteOf<Params, typeof OrderChangeBody>) {
      return toldAnswer(await orders.update(write, params.id, changeOf(body)));
    },

    async delete({ params, write }: WriteWithoutBody) {
      return toldAnswer(await orders.delete(write, params.id));
    },

    async cancel({ params, body, write }: WriteOf<Params, typeof CancelBody>) {
      return toldAnswer(await orders.cancel(write, params.id, body.reason ?? null));
    },

    async restore({ params, write }: WriteOf<Params, z.ZodType>) {
      return toldAnswer(await orders.restore(write, params.id));
    },
  };
}

/** What an order is made of, from its body. */
export function newOrderOf(body: z.output<typeof NewOrderBody>): NewOrderInput {
  return { ...inputOf(body), totalfeeMinor: body.totalfee };
}

/** A change, from its body. */
export function changeOf(body: z.output<typeof OrderChangeBody>): OrderChange {
  const { datetime, totalfee, services, calendar, ...readOnly } = body;
  return { input: inputOf({ datetime, totalfee, services, calendar }), readOnly };
}

/** The members given, in the domain's words. */
function inputOf({ datetime, totalfee, services, calendar }: Members): OrderInput {
  const input: OrderInput = {};
  if (datetime !== undefined) input.datetime = datetime;
  if (totalfee !== undefined) input.totalfeeMinor = totalfee;
  if (services !== undefined) input.services = services;
  if (calendar !== undefined) input.calendar = calendar;
  return input;
}

/** Sort and filters of a list; instants are whole milliseconds, so that "after" is "at or after the next". */
function listOf(query: z.output<typeof OrderListParameters>): { sort: OrderSort; filter: OrderFilter } {
  const filter: OrderFilter = {};
  const from = Math.max(query['datetime[gte]'] ?? -Infinity, (query['datetime[gt]'] ?? -Infinity) + 1);
  const to = Math.min(query['datetime[lte]'] ?? Infinity, (query['datetime[lt]'] ?? Infinity) - 1);
  if (from !== -Infinity) filter.datetimeFrom = from;
  if (to !== Infinity) filter.datetimeTo = to;
  if (query.number !== undefined) filter.number = query.number;
  if (query.service !== undefined) filter.service = query.service;
  if (query.calendar !== undefined) filter.calendar = query.calendar;
  if (query.status !== undefined) filter.statuses = query.status;
  return { sort: parseSort<OrderSort['by']>(query.sort), filter };
}

function isNumber(tie: unknown): tie is number {
  return Number.isSafeInteger(tie);
}
