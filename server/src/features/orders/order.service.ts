import { DEFAULT_CALENDAR_ID } from '../../domain/calendar.js';
import { AppError } from '../../domain/errors.js';
import { changeOrder, isActive, newOrder, type Order, type OrderInput } from '../../domain/order.js';
import type { OrderListQuery, OrderReads, Page, Place, Presented, Storage } from '../../storage/storage.js';
import { requireUnchanged } from '../../writes/require-unchanged.js';
import { runWrite } from '../../writes/run-write.js';
import { orderOnWire } from './order.presenter.js';
import { requireReferences } from './references.js';
import { requireCalendar, takePlace } from './take-place.js';

/** What an order is made of, for its creation. */
export type NewOrderInput = OrderInput & { totalfeeMinor: number };

/** What an order is changed to; `readOnly` are members sent back that only the server sets. */
export interface OrderChange {
  input: OrderInput;
  readOnly: Readonly<Record<string, unknown>>;
}

export interface OrderServiceOptions {
  storage: Storage;
  newId: () => string;
  now: () => number;
}

/** Orders: what is written, in the order of the story. Errors: AppError, as the routes document them. */
export class OrderService {
  readonly #storage: Storage;
  readonly #newId: () => string;
  readonly #now: () => number;

  constructor({ storage, newId, now }: OrderServiceOptions) {
    this.#storage = storage;
    this.#newId = newId;
    this.#now = now;
  }

  /** Books an order, now where no time is given, on the default calendar where none is named. */
  async create(input: NewOrderInput): Promise<{ id: string; order: Presented }> {
    const draft = newOrder(
      { ...input, calendar: input.calendar ?? DEFAULT_CALENDAR_ID },
      { _id: this.#newId(), now: this.#now() },
    );
    const order = await runWrite(this.#storage, { places: [draft], numbers: 1 }, async (tx) => {
      await requireReferences(tx, draft);
      await takePlace(tx, draft);
      return tx.orders.insert({ ...draft, number: await tx.orders.takeNumber() });
    });
    return { id: draft._id, order };
  }

  async get(id: string): Promise<Presented> {
    return (await this.#storage.orders.present(id)) ?? refuseMissing(id);
  }

  list(query: OrderListQuery): Promise<Page<number>> {
    return this.#storage.orders.list(query);
  }

  /** Changes the members given; asks the rule where an active order moves. */
  update(id: string, { input, readOnly }: OrderChange): Promise<Presented> {
    const now = this.#now();
    return runWrite(this.#storage, { places: placesOf(input) }, async (tx) => {
      const order = await findOrder(tx.orders, id);
      requireUnchanged(orderOnWire(order), readOnly);
      const changed = changeOrder(order, input, now);
      await requireReferences(tx, changed, order.services);
      if (hasMoved(order, changed)) {
        await (isActive(changed) ? takePlace(tx, changed) : requireCalendar(tx, changed.calendar));
      }
      return changed === order ? ((await tx.orders.present(id)) as Presented) : tx.orders.replace(changed);
    });
  }

  /** Deletes an order and answers it as it was. */
  delete(id: string): Promise<Presented> {
    return runWrite(this.#storage, { places: [] }, async (tx) => {
      const order = (await tx.orders.present(id)) ?? refuseMissing(id);
      await tx.orders.delete(id);
      return order;
    });
  }
}

/** A guess at the place that a change will take, from the request alone. */
function placesOf({ datetime, calendar = DEFAULT_CALENDAR_ID }: OrderInput): Place[] {
  return datetime === undefined ? [] : [{ calendar, datetime }];
}

function hasMoved(before: Order, after: Order): boolean {
  return before.datetime !== after.datetime || before.calendar !== after.calendar;
}

async function findOrder(orders: OrderReads, id: string): Promise<Order> {
  return (await orders.find(id)) ?? refuseMissing(id);
}

function refuseMissing(id: string): never {
  throw new AppError('not_found', `There is no order ${id}.`);
}
