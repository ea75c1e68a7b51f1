import { Types } from 'mongoose';
import { orderProblems, serviceProblems } from '../../domain/audit.js';
import { isActive, type Order } from '../../domain/order.js';
import { pagesById, rowsById } from '../../utils/walk-by-id.js';
import type { Fault } from '../storage.js';
import { range } from './keyset.js';
import type { Models } from './models/models.js';
import type { OrderDocument } from './models/order.model.js';
import type { ServiceDocument } from './models/service.model.js';
import { ORDER_MEMBERS, orderOfDocument } from './order-document.js';
import type { RunQuery } from './run-query.js';
import { serviceOfDocument } from './services.js';

const PAGE = 500;

/** Every document that is not as we would write it today, read in pages while others write. */
export async function* auditDocuments(models: Models, query: RunQuery): AsyncGenerator<Fault> {
  yield* auditServices(models, query);
  yield* auditOrders(models, query);
}

async function* auditServices({ Service }: Models, query: RunQuery): AsyncGenerator<Fault> {
  const read = (after: Types.ObjectId | null, limit: number) =>
    query.run(() =>
      Service.find(laterThan(after), 'name createdAt version')
        .sort({ _id: 1 })
        .limit(limit)
        .lean<ServiceDocument[]>(),
    );
  for await (const document of rowsById(read, PAGE)) {
    const service = serviceOfDocument(document);
    for (const problem of serviceProblems(service)) yield { row: `services/${service._id}`, problem };
  }
}

async function* auditOrders(models: Models, query: RunQuery): AsyncGenerator<Fault> {
  const read = (after: Types.ObjectId | null, limit: number) =>
    query.run(() =>
      models.Order.find(laterThan(after), `${ORDER_MEMBERS} active`)
        .sort({ _id: 1 })
        .limit(limit)
        .lean<OrderDocument[]>(),
    );
  for await (const documents of pagesById(read, PAGE)) {
    const orders = documents.map((document) => ({ document, order: orderOfDocument(document) }));
    const known = await readKnown(
      models,
      query,
      orders.map(({ order }) => order),
    );
    for (const { document, order } of orders) {
      for (const problem of [...orderProblems(order), ...documentProblems(document, order, known)]) {
        yield { row: `orders/${order._id}`, problem };
      }
    }
  }
}

/** What the orders of a page may refer to. */
interface Known {
  services: ReadonlySet<string>;
  calendars: ReadonlySet<string>;
  lastNumber: number;
}

async function readKnown(models: Models, query: RunQuery, orders: readonly Order[]): Promise<Known> {
  const ids = [...new Set(orders.flatMap(({ services }) => services))].map((id) => new Types.ObjectId(id));
  return query.run(async () => {
    const services = await models.Service.find({ _id: range({ $in: ids }) }, '_id').lean<ServiceDocument[]>();
    const calendars = await models.Calendar.find({}, '_id').lean<{ _id: string }[]>();
    const counter = await models.Counter.findOne({ _id: 'orders' }).lean<{ value: number }>();
    return {
      services: new Set(services.map(({ _id }) => _id.toHexString())),
      calendars: new Set(calendars.map(({ _id }) => _id)),
      lastNumber: counter?.value ?? 0,
    };
  });
}

function documentProblems({ active }: OrderDocument, order: Order, known: Known): string[] {
  const problems: string[] = [];
  const unknown = order.services.filter((id) => !known.services.has(id));
  if (unknown.length > 0) problems.push(`it names services that never were: ${unknown.join(',')}`);
  if (active !== isActive(order)) problems.push('whether it holds its place is not marked as it is');
  if (order.number > known.lastNumber) problems.push('its number could be given a second time');
  if (!known.calendars.has(order.calendar)) problems.push(`its calendar "${order.calendar}" does not exist`);
  return problems;
}

function laterThan(id: Types.ObjectId | null) {
  return id === null ? {} : { _id: range({ $gt: id }) };
}
