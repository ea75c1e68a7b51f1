import type { Policy } from '../../../src/domain/calendar.js';
import type { Order } from '../../../src/domain/order.js';
import type {
  ActiveQuery,
  NumberedStart,
  OrderFilter,
  OrderListQuery,
  OrderReads,
  OrderWrites,
  Page,
  Presented,
  Schedule,
  ScheduleQuery,
  ScheduleReads,
  WalkPosition,
} from '../../../src/storage/storage.js';
import { look, operate, type Process, type Scope } from './process.js';
import { activeBetween, listOrders, matching, startsOf, type View } from './reads.js';

/** Reading orders. */
export class ModelOrderReads implements OrderReads {
  readonly #process: Process;
  readonly #view: View;

  constructor(process: Process, view: View) {
    this.#process = process;
    this.#view = view;
  }

  find(id: string): Promise<Order | null> {
    return this.#read(`find order ${id}`, () => this.#view.read('orders', id));
  }

  present(id: string): Promise<Presented | null> {
    return this.#read(`present order ${id}`, () => {
      const order = this.#view.read('orders', id);
      return order === null ? null : this.presented(order);
    });
  }

  list(query: OrderListQuery): Promise<Page<number>> {
    return this.#read('list orders', () => listOrders(this.#view, query, this.#process.presenters.order));
  }

  count(filter: OrderFilter, max: number): Promise<number> {
    return this.#read('count orders', () => Math.min(max, matching(this.#view, filter).length));
  }

  findActiveBetween(query: ActiveQuery): Promise<NumberedStart[]> {
    return this.#read(`find active of ${query.calendar}`, () => activeBetween(this.#view, query));
  }

  walkActive(calendar: string, after: WalkPosition | null, limit: number): Promise<NumberedStart[]> {
    const isBeyond = ({ datetime, number }: NumberedStart) =>
      after === null || datetime > after.datetime || (datetime === after.datetime && number > after.number);
    return this.#read(`walk active of ${calendar}`, () =>
      startsOf(this.#view, calendar).filter(isBeyond).slice(0, limit),
    );
  }

  protected presented(order: Order): Presented {
    return { json: this.#process.presenters.order.present(order), version: order.version };
  }

  #read<T>(what: string, query: () => T): Promise<T> {
    return look(this.#process, this.#view, [what, query]);
  }
}

/** Looking at a calendar, in one step. */
export class ModelScheduleReads implements ScheduleReads {
  readonly #process: Process;
  readonly #view: View;

  constructor(process: Process, view: View) {
    this.#process = process;
    this.#view = view;
  }

  async find(query: ScheduleQuery): Promise<Schedule | null> {
    if (this.#process.database.plants.has('policy and orders read apart')) return this.#findApart(query);
    return look(this.#process, this.#view, [
      `look at ${query.calendar}`,
      () => this.#schedule(this.#view.read('calendars', query.calendar), query),
    ]);
  }

  async #findApart(query: ScheduleQuery): Promise<Schedule | null> {
    const policy = await look(this.#process, this.#view, [
      `read the policy of ${query.calendar}`,
      () => this.#view.read('calendars', query.calendar),
    ]);
    return look(this.#process, this.#view, [
      `look at ${query.calendar}`,
      () => this.#schedule(policy, query),
    ]);
  }

  #schedule(calendar: Policy | null, query: ScheduleQuery): Schedule | null {
    const starts = activeBetween(this.#view, { ...query, direction: 'ascending' });
    if (calendar === null || starts.length === 0) return null;
    const { windowMs, boundary } = calendar;
    return { policy: { windowMs, boundary }, starts };
  }
}

/** Orders inside one transaction; no number is had by two. */
export class ModelOrderWrites extends ModelOrderReads implements OrderWrites {
  readonly #scope: Scope;

  constructor(scope: Scope) {
    super(scope.process, scope.transaction);
    this.#scope = scope;
  }

  takeNumber(): Promise<number> {
    return this.#scope.numbers.next(this.#scope.transaction);
  }

  insert(order: Order): Promise<Presented> {
    const { process, transaction } = this.#scope;
    return operate(process, `insert order ${order._id}`, () => {
      transaction.insert('orders', order._id, order);
      transaction.insert('numbers', String(order.number), { order: order._id });
      return this.presented(order);
    });
  }

  replace(_before: Order, order: Order): Promise<Presented> {
    const { process, transaction } = this.#scope;
    return operate(process, `write order ${order._id}`, () => {
      transaction.update('orders', order._id, order);
      return this.presented(order);
    });
  }

  delete(id: string): Promise<void> {
    const { process, transaction } = this.#scope;
    return operate(process, `delete order ${id}`, () => {
      const order = transaction.read('orders', id);
      if (order === null) return;
      transaction.update('orders', id, null);
      transaction.update('numbers', String(order.number), null);
    });
  }
}
