import { Types } from 'mongoose';
import { INSTANT_MIN_MS } from '../../domain/instant.js';
import type { Order } from '../../domain/order.js';
import type {
  ActiveQuery,
  NumberedStart,
  OrderFilter,
  OrderListQuery,
  OrderPresenter,
  OrderReads,
  OrderWrites,
  Page,
  Presented,
  WalkPosition,
} from '../storage.js';
import { type Filter, instantsBetween, partsAfter, readParts, sortOf } from './keyset.js';
import type { Models } from './models/models.js';
import type { OrderDocument } from './models/order.model.js';
import type { Numbers } from './numbers.js';
import { documentOfOrder, ORDER_MEMBERS, orderOfDocument } from './order-document.js';
import { filterOf, listOrders } from './order-list.js';
import { type RunQuery, withinSession } from './run-query.js';
import type { Attempt } from './transactions.js';

export type StartDocument = Pick<OrderDocument, '_id' | 'number'> & { datetime: Date };

const START_MEMBERS = 'datetime number';
export const BY_TIME = { by: 'datetime', tieBy: 'number' };

/** Reading orders; `query` says how a query gets at the database. */
export class MongoOrderReads implements OrderReads {
  readonly #orders: Models['Order'];
  readonly #presenter: OrderPresenter;
  readonly #query: RunQuery;

  constructor(orders: Models['Order'], presenter: OrderPresenter, query: RunQuery) {
    this.#orders = orders;
    this.#presenter = presenter;
    this.#query = query;
  }

  find(id: string): Promise<Order | null> {
    return this.#query.run(async () => {
      const document = await this.#orders
        .findOne({ _id: new Types.ObjectId(id) }, ORDER_MEMBERS)
        .session(this.#query.session)
        .lean<OrderDocument>();
      return document === null ? null : orderOfDocument(document);
    });
  }

  async present(id: string): Promise<Presented | null> {
    const order = await this.find(id);
    return order === null ? null : { json: this.#presenter.present(order), version: order.version };
  }

  list(query: OrderListQuery): Promise<Page<number>> {
    return this.#query.run(() => listOrders(this.#orders, query, this.#presenter, this.#query.session));
  }

  count(filter: OrderFilter, max: number): Promise<number> {
    return this.#query.run(() =>
      this.#orders.countDocuments(filterOf(filter)).limit(max).session(this.#query.session),
    );
  }

  findActiveBetween(query: ActiveQuery): Promise<NumberedStart[]> {
    const { calendar, direction, limit } = query;
    const datetime = instantsBetween(query.range.from, query.range.to);
    return this.#starts({ calendar, active: true, datetime }, direction, limit);
  }

  walkActive(calendar: string, after: WalkPosition | null, limit: number): Promise<NumberedStart[]> {
    const { datetime, number } = after ?? { datetime: INSTANT_MIN_MS, number: 0 };
    const keyset = { ...BY_TIME, descending: false, after: { value: new Date(datetime), tie: number } };
    return readParts(partsAfter({ calendar, active: true }, keyset), limit, (part, most) =>
      this.#starts(part, 'ascending', most),
    );
  }

  #starts(filter: Filter, direction: ActiveQuery['direction'], limit: number): Promise<NumberedStart[]> {
    return this.#query.run(async () => {
      const documents = await this.#orders
        .find(filter, START_MEMBERS)
        .sort(sortOf({ ...BY_TIME, descending: direction === 'descending' }))
        .limit(limit)
        .session(this.#query.session)
        .lean<StartDocument[]>();
      return documents.map(startOfDocument);
    });
  }
}

export function startOfDocument({ _id, datetime, number }: StartDocument): NumberedStart {
  return { _id: _id.toHexString(), datetime: datetime.getTime(), number };
}

/** Orders inside one transaction. */
export class MongoOrderWrites extends MongoOrderReads implements OrderWrites {
  readonly #orders: Models['Order'];
  readonly #presenter: OrderPresenter;
  readonly #numbers: Numbers;
  readonly #attempt: Attempt;

  constructor(
    orders: Models['Order'],
    presenter: OrderPresenter,
    { numbers, attempt }: { numbers: Numbers; attempt: Attempt },
  ) {
    super(orders, presenter, withinSession(attempt.session));
    this.#orders = orders;
    this.#presenter = presenter;
    this.#numbers = numbers;
    this.#attempt = attempt;
  }

  takeNumber(): Promise<number> {
    return this.#numbers.next();
  }

  /** Past Mongoose's own document, which would cost a booking a twentieth: ours has the schema's types already. */
  async insert(order: Order): Promise<Presented> {
    this.#attempt.requireOpen();
    const document: OrderDocument = { _id: new Types.ObjectId(order._id), ...documentOfOrder(order) };
    await this.#orders.collection.insertOne(document, { session: this.#attempt.session });
    return { json: this.#presenter.present(order), version: order.version };
  }

  /** Sets our members only: what else the original's document holds stays. */
  async replace(_before: Order, order: Order): Promise<Presented> {
    this.#attempt.requireOpen();
    await this.#orders.updateOne(
      { _id: new Types.ObjectId(order._id) },
      { $set: documentOfOrder(order) },
      { session: this.#attempt.session },
    );
    return { json: this.#presenter.present(order), version: order.version };
  }

  async delete(id: string): Promise<void> {
    this.#attempt.requireOpen();
    await this.#orders.deleteOne({ _id: new Types.ObjectId(id) }, { session: this.#attempt.session });
  }
}
