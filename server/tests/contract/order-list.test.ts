import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { orderOnWire } from '../../src/features/orders/order.presenter.js';
import type { OrderFilter, OrderListQuery, OrderReads, OrderSort } from '../../src/storage/storage.js';
import { aCalendar, anId, anOrder, HOUR_MS, NINE, type TimedOrder } from '../support/orders.js';
import { useStorages } from '../support/use-storages.js';

/* Every list equals what sorting and filtering all orders in memory gives, page by page, ties included. */

const RUNS = 400;
const storages = useStorages();
const SERVICES = [anId(), anId(), anId()];
let orders: TimedOrder[];

beforeAll(async () => {
  await storages.write((tx) => tx.calendars.insert(aCalendar({ _id: 'north' })));
  // Few values, so that many orders share a datetime, a createdAt, or both.
  orders = fc
    .sample(
      fc.record({
        datetime: fc.integer({ min: -3, max: 3 }).map((hour) => NINE + hour * HOUR_MS),
        createdAt: fc.integer({ min: 0, max: 3 }),
        services: fc.subarray(SERVICES),
        calendar: fc.constantFrom('default', 'north'),
        status: fc.constantFrom('scheduled' as const, 'cancelled' as const),
      }),
      { numRuns: 60, seed: 4 },
    )
    .map((members, index) =>
      anOrder({ ...members, cancelledAt: members.status === 'cancelled' ? NINE : null, number: index + 1 }),
    );
  await storages.write(async (tx) => {
    for (const order of orders) await tx.orders.insert(order);
  });
});

function model(sort: OrderSort, filter: OrderFilter): TimedOrder[] {
  const { datetimeFrom = -Infinity, datetimeTo = Infinity, number, service, calendar } = filter;
  const matching = orders.filter(
    (order) =>
      order.datetime >= datetimeFrom &&
      order.datetime <= datetimeTo &&
      (number === undefined || order.number === number) &&
      (service === undefined || order.services.includes(service)) &&
      (calendar === undefined || order.calendar === calendar),
  );
  const sorted = matching.sort((a, b) => a[sort.by] - b[sort.by] || a.number - b.number);
  return sort.descending ? sorted.reverse() : sorted;
}

async function walk(reads: OrderReads, query: Omit<OrderListQuery, 'after'>): Promise<unknown[][]> {
  const pages: unknown[][] = [];
  for (let after: OrderListQuery['after'] = null; ; ) {
    const { items, next } = await reads.list({ ...query, after });
    pages.push(JSON.parse(`[${items}]`));
    if (next === null) return pages;
    after = next;
  }
}

const sorts = fc.record({
  by: fc.constantFrom('number' as const, 'datetime' as const, 'createdAt' as const),
  descending: fc.boolean(),
});
const instant = fc
  .tuple(fc.integer({ min: -4, max: 4 }), fc.constantFrom(-1, 0, 1))
  .map(([hour, ms]) => NINE + hour * HOUR_MS + ms);
const filters = fc.record(
  {
    datetimeFrom: instant,
    datetimeTo: instant,
    number: fc.integer({ min: 1, max: 70 }),
    service: fc.oneof(fc.constantFrom(...SERVICES), fc.constant('0'.repeat(24))),
    calendar: fc.constantFrom('default', 'north', 'nowhere'),
  },
  { requiredKeys: [] },
);
const limits = fc.constantFrom(1, 2, 3, 7, 60, 1_000);

test('walked page by page, from either opening and inside a transaction', async () => {
  await fc.assert(
    fc.asyncProperty(
      sorts,
      filters,
      limits,
      fc.constantFrom('storage', 'other', 'tx'),
      async (sort, filter, limit, by) => {
        const query = { sort, filter, limit };
        const pages =
          by === 'tx'
            ? await storages.write((tx) => walk(tx.orders, query))
            : await walk(storages[by as 'storage'].orders, query);
        const expected = model(sort, filter).map(orderOnWire);
        expect(pages.flat()).toEqual(expected);
        expect(pages).toHaveLength(Math.max(1, Math.ceil(expected.length / limit)));
      },
    ),
    { numRuns: RUNS },
  );
});

test('from any place in the list, whether an order stands there or not', async () => {
  await fc.assert(
    fc.asyncProperty(
      sorts,
      filters,
      instant,
      fc.integer({ min: 0, max: 61 }),
      async (sort, filter, datetime, tie) => {
        const value = { number: tie, datetime, createdAt: tie % 5 }[sort.by];
        const { items } = await storages.storage.orders.list({
          sort,
          filter,
          limit: 1_000,
          after: { value, tie },
        });
        const sign = sort.descending ? -1 : 1;
        const isAfter = (order: TimedOrder) => sign * (order[sort.by] - value || order.number - tie) > 0;
        expect(JSON.parse(`[${items}]`)).toEqual(model(sort, filter).filter(isAfter).map(orderOnWire));
      },
    ),
    { numRuns: RUNS },
  );
});

test.each<OrderFilter>([
  {},
  { calendar: 'north' },
  { service: SERVICES[0] as string },
  { datetimeFrom: NINE },
  { number: 0 },
])('counted with the filter %j, as far as it is asked to and no further', async (filter) => {
  const all = model({ by: 'number', descending: false }, filter).length;
  for (const max of [1, 2, all + 1]) {
    expect(await storages.storage.orders.count(filter, max)).toBe(Math.min(all, max));
  }
});
