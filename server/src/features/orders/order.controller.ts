import type { z } from 'zod';
import type { OrderInput } from '../../domain/order.js';
import type { DataAnswer } from '../../http/answer.js';
import { decodeCursor, encodeCursor } from '../../http/cursor.js';
import { etagOf } from '../../http/etag.js';
import { listAnswer } from '../../http/list-answer.js';
import type { RouteRequest } from '../../http/route.js';
import { parseSort } from '../../http/sort.js';
import type { OrderFilter, OrderListQuery, OrderSort, Presented } from '../../storage/storage.js';
import { orderPresenter } from './order.presenter.js';
import type { NewOrderBody, OrderChangeBody, OrderListParameters } from './order.schemas.js';
import type { OrderService } from './order.service.js';

type Params = { id: string };
type Members = Pick<z.output<typeof OrderChangeBody>, 'datetime' | 'totalfee' | 'services' | 'calendar'>;
type Body<S extends z.ZodType> = RouteRequest<undefined, undefined, z.output<S>>;

/** From requests to plain input and from outcomes to answers. */
export function orderController(orders: OrderService) {
  return {
    async create({ body }: Body<typeof NewOrderBody>): Promise<DataAnswer> {
      const { id, order } = await orders.create({ ...inputOf(body), totalfeeMinor: body.totalfee });
      const answer = orderAnswer(201, 'Order created.', order);
      return { ...answer, headers: { ...answer.headers, Location: `/orders/${id}` } };
    },

    async list({ query, url }: RouteRequest<undefined, z.output<typeof OrderListParameters>, undefined>) {
      const { sort, filter } = listOf(query);
      const identity = { path: '/orders', sort, filter };
      const after = query.cursor === undefined ? null : decodeCursor(query.cursor, identity, isNumber);
      const listQuery: OrderListQuery = { sort, filter, limit: query.limit, after };
      const { items, next } = await orders.list(listQuery);
      return listAnswer('Orders listed.', items, { url, next: next && encodeCursor(identity, next) });
    },

    async get({ params }: RouteRequest<Params, undefined, undefined>): Promise<DataAnswer> {
      return orderAnswer(200, 'Order found.', await orders.get(params.id));
    },

    async update({ params, body }: RouteRequest<Params, undefined, z.output<typeof OrderChangeBody>>) {
      const { datetime, totalfee, services, calendar, ...readOnly } = body;
      const input = inputOf({ datetime, totalfee, services, calendar });
      return orderAnswer(200, 'Order updated.', await orders.update(params.id, { input, readOnly }));
    },

    async delete({ params }: RouteRequest<Params, undefined, undefined>): Promise<DataAnswer> {
      return orderAnswer(200, 'Order deleted.', await orders.delete(params.id));
    },
  };
}

function orderAnswer(status: number, message: string, { json, version }: Presented): DataAnswer {
  return { status, message, dataJson: json, headers: { ETag: etagOf(version, orderPresenter.shape) } };
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
  return { sort: parseSort<OrderSort['by']>(query.sort), filter };
}

function isNumber(tie: unknown): tie is number {
  return Number.isSafeInteger(tie);
}
