import { DEFAULT_CALENDAR_ID } from '../../domain/calendar.js';
import { newOrder, type OrderInput } from '../../domain/order.js';
import type { OrderFilter, OrderListQuery, Page, Place, Presented, Storage } from '../../storage/storage.js';
import type { Outcome, ToldOutcome } from '../../writes/outcome.js';
import type { RunWrite } from '../../writes/run-write.js';
import type { WriteRequest } from '../../writes/write-request.js';
import { LikelyClashes } from './likely-clashes.js';
import { draftJson, orderEtag } from './order.presenter.js';
import {
  cancel,
  create,
  type NewOrder,
  type Operating,
  type OrderChange,
  refuseMissing,
  remove,
  restore,
  update,
} from './order-operations.js';
import { takePlace } from './take-place.js';

/** What an order is made of, for its creation. */
export type NewOrderInput = OrderInput & { totalfeeMinor: number };

export interface OrderServiceOptions {
  storage: Pick<Storage, 'orders' | 'schedules'>;
  runWrite: RunWrite;
  newId: () => string;
  now: () => number;
  /** Those of the process; its own where none are given. */
  likelyClashes?: LikelyClashes;
}

/** The most orders of a list that are counted. */
export const COUNT_MAX = 10_000;

/** Orders: what is written, in the order of the story. Errors: AppError, as the routes document them. */
export class OrderService {
  readonly #storage: Pick<Storage, 'orders'>;
  readonly #runWrite: RunWrite;
  readonly #newId: () => string;
  readonly #now: () => number;
  readonly #likelyClashes: LikelyClashes;

  constructor({ storage, runWrite, newId, now, likelyClashes }: OrderServiceOptions) {
    this.#storage = storage;
    this.#likelyClashes = likelyClashes ?? new LikelyClashes(storage);
    this.#runWrite = runWrite;
    this.#newId = newId;
    this.#now = now;
  }

  /** Books an order, now where no time is given, on the default calendar where none is named. */
  async create(request: WriteRequest, input: NewOrderInput): Promise<ToldOutcome> {
    const draft = this.draft(input);
    if (asksTheRuleAlone(request, draft)) await this.#likelyClashes.refuseKnown(draft);
    try {
      return await this.#book(request, draft);
    } catch (error) {
      this.#likelyClashes.note(draft, error);
      throw error;
    }
  }

  #book(request: WriteRequest, draft: NewOrder): Promise<ToldOutcome> {
    return this.#runWrite({
      request,
      places: [draft],
      numbers: 1,
      work: async (tx) => {
        const { order, ...presented } = await create(this.#operating(tx), draft);
        if (request.isDryRun) {
          const dataJson = draftJson(order);
          return { status: 201, message: 'Order created.', dataJson, etag: null, location: null };
        }
        return { ...outcomeOf('Order created.', presented), status: 201, location: `/orders/${draft._id}` };
      },
    });
  }

  /** An order as it would be booked, without its number. */
  draft(input: NewOrderInput): NewOrder {
    return newOrder(
      { ...input, calendar: input.calendar ?? DEFAULT_CALENDAR_ID },
      { _id: this.#newId(), now: this.#now() },
    );
  }

  async get(id: string): Promise<Presented> {
    return (await this.#storage.orders.present(id)) ?? refuseMissing(id);
  }

  list(query: OrderListQuery): Promise<Page<number>> {
    return this.#storage.orders.list(query);
  }

  /** How many orders a list has; above COUNT_MAX, that there are at least as many. */
  async count(filter: OrderFilter): Promise<number | { atLeast: number }> {
    const count = await this.#storage.orders.count(filter, COUNT_MAX + 1);
    return count > COUNT_MAX ? { atLeast: COUNT_MAX } : count;
  }

  /** Changes the members given; asks the rule where an active order moves. */
  update(request: WriteRequest, id: string, change: OrderChange): Promise<ToldOutcome> {
    return this.#change(request, {
      message: 'Order updated.',
      places: placesOf(change.input),
      operation: (operating) => update(operating, { id, precondition: request.precondition }, change),
    });
  }

  /** Deletes an order and answers it as it was. */
  delete(request: WriteRequest, id: string): Promise<ToldOutcome> {
    return this.#change(request, {
      message: 'Order deleted.',
      operation: (operating) => remove(operating, { id, precondition: request.precondition }),
    });
  }

  cancel(request: WriteRequest, id: string, reason: string | null): Promise<ToldOutcome> {
    return this.#change(request, {
      message: 'Order cancelled.',
      operation: (operating) => cancel(operating, { id, precondition: request.precondition }, reason),
    });
  }

  restore(request: WriteRequest, id: string): Promise<ToldOutcome> {
    return this.#change(request, {
      message: 'Order restored.',
      operation: (operating) => restore(operating, { id, precondition: request.precondition }),
    });
  }

  #change(request: WriteRequest, { message, places = [], operation }: Change): Promise<ToldOutcome> {
    return this.#runWrite({
      request,
      places,
      work: async (tx) => outcomeOf(message, await operation(this.#operating(tx))),
    });
  }

  #operating(tx: Operating['tx']): Operating {
    return { tx, now: this.#now(), claim: (order, reason) => takePlace(tx, order, reason) };
  }
}

/** Whether nothing can answer a booking before the rule does: no outcome of its key, no service that does not exist. */
function asksTheRuleAlone({ idempotency }: WriteRequest, { services }: NewOrder): boolean {
  return idempotency === null && services.length === 0;
}

interface Change {
  message: string;
  places?: Place[];
  operation: (operating: Operating) => Promise<Presented>;
}

/** A guess at the place that a change will take, from the request alone. */
export function placesOf({ datetime, calendar = DEFAULT_CALENDAR_ID }: OrderInput): Place[] {
  return datetime === undefined ? [] : [{ calendar, datetime }];
}

function outcomeOf(message: string, { json, version }: Presented): Outcome {
  return { status: 200, message, dataJson: json, etag: orderEtag(version), location: null };
}
