import { type Model, Types } from 'mongoose';
import type { ApiKey } from '../../domain/api-key.js';
import type { Calendar } from '../../domain/calendar.js';
import type { Order } from '../../domain/order.js';
import type { ApiKeyReads, CalendarReads, Holdings, Shelf, StoredRecord, StoredService } from '../storage.js';
import { documentOfKey } from './api-keys.js';
import { documentOfCalendar, locksOf } from './calendars.js';
import { documentOfRecord, storedRecordOfDocument } from './idempotency.js';
import { range } from './keyset.js';
import type { IdempotencyDocument } from './models/idempotency.model.js';
import type { Models } from './models/models.js';
import type { OrderDocument } from './models/order.model.js';
import type { ServiceDocument } from './models/service.model.js';
import { documentOfOrder, ORDER_MEMBERS, orderOfDocument } from './order-document.js';
import type { RunQuery } from './run-query.js';
import { documentOfService, serviceOfDocument } from './services.js';
import { allLockIds } from './stripes.js';

/** All that the database holds, for copying it to another store or another to it. */
export class MongoHoldings implements Holdings {
  readonly #models: Models;
  readonly #query: RunQuery;
  readonly calendars: Shelf<Calendar>;
  readonly services: Shelf<StoredService>;
  readonly orders: Shelf<Order>;
  readonly apiKeys: Shelf<ApiKey>;
  readonly idempotency: Shelf<StoredRecord>;

  constructor(models: Models, query: RunQuery, reads: { calendars: CalendarReads; apiKeys: ApiKeyReads }) {
    this.#models = models;
    this.#query = query;
    this.calendars = {
      read: (after, limit) => reads.calendars.list(after, limit),
      put: async (calendars) => {
        await this.#putAll(models.Lock, calendars.flatMap(locksOf));
        await this.#putAll(models.Calendar, calendars.map(documentOfCalendar));
      },
      remove: async (ids) => {
        await this.#removeAll(models.Calendar, ids);
        await this.#removeAll(models.Lock, ids.flatMap(allLockIds));
      },
    };
    this.services = {
      read: this.#reading<ServiceDocument, StoredService>(
        models.Service,
        'name createdAt version deletedAt',
        storedServiceOfDocument,
      ),
      put: (services) => this.#putAll(models.Service, services.map(documentOfStoredService)),
      remove: (ids) => this.#removeAll(models.Service, ids.map(objectId)),
    };
    this.orders = {
      read: this.#reading<OrderDocument, Order>(models.Order, ORDER_MEMBERS, orderOfDocument),
      put: (orders) =>
        this.#putAll(
          models.Order,
          orders.map((order) => ({ _id: objectId(order._id), ...documentOfOrder(order) })),
        ),
      remove: (ids) => this.#removeAll(models.Order, ids.map(objectId)),
    };
    this.apiKeys = {
      read: (after, limit) => reads.apiKeys.list(after, limit),
      put: (keys) => this.#putAll(models.ApiKey, keys.map(documentOfKey)),
      remove: (ids) => this.#removeAll(models.ApiKey, ids),
    };
    this.idempotency = {
      read: this.#reading<IdempotencyDocument, StoredRecord>(models.Idempotency, '', storedRecordOfDocument),
      put: (records) => this.#putAll(models.Idempotency, records.map(documentOfRecord)),
      remove: (ids) => this.#removeAll(models.Idempotency, ids),
    };
  }

  async lastNumber(): Promise<number> {
    const counter = await this.#query.run(() =>
      this.#models.Counter.findOne({ _id: 'orders' }).lean<{ value: number }>(),
    );
    return counter?.value ?? 0;
  }

  async setLastNumber(number: number): Promise<void> {
    await this.#query.run(() =>
      this.#models.Counter.updateOne({ _id: 'orders' }, { $set: { value: number } }),
    );
  }

  /** Whatever another store holds can stand here. */
  problemsOf(): string[] {
    return [];
  }

  async finish(): Promise<void> {
    await this.#query.run(() => this.#models.Meta.updateOne({ _id: 'schema' }, { $unset: { copyOf: 1 } }));
  }

  /** Mongoose makes of a text what the ids of the collection are. */
  #reading<D, R extends { _id: string }>(
    model: Model<D>,
    members: string,
    ofDocument: (document: D) => R,
  ): Shelf<R>['read'] {
    return (after, limit) =>
      this.#query.run(async () => {
        const later = after === null ? {} : { _id: range({ $gt: after }) };
        const documents = await model
          .find(later as object, members)
          .sort({ _id: 1 })
          .limit(limit)
          .lean<D[]>();
        return documents.map(ofDocument);
      });
  }

  async #putAll<D extends { _id: unknown }>(model: Model<D>, documents: readonly object[]): Promise<void> {
    const writes = documents.map((document) => ({
      replaceOne: { filter: { _id: (document as D)._id }, replacement: document, upsert: true },
    }));
    if (writes.length === 0) return;
    await this.#query.run(() =>
      model.bulkWrite(writes as Parameters<Model<D>['bulkWrite']>[0], { ordered: false }),
    );
  }

  async #removeAll<D>(model: Model<D>, ids: readonly unknown[]): Promise<void> {
    await this.#query.run(() => model.deleteMany({ _id: range({ $in: ids }) } as object));
  }
}

function objectId(id: string): Types.ObjectId {
  return new Types.ObjectId(id);
}

function storedServiceOfDocument(document: ServiceDocument): StoredService {
  return { ...serviceOfDocument(document), deletedAt: document.deletedAt?.getTime() ?? null };
}

function documentOfStoredService({ deletedAt, ...service }: StoredService): ServiceDocument {
  const document = { _id: objectId(service._id), ...documentOfService(service) };
  return deletedAt === null ? document : { ...document, deletedAt: new Date(deletedAt) };
}
