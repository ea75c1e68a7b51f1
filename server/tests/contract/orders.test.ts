import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Calendar } from '../../src/domain/calendar.js';
import { INSTANT_MAX_MS, INSTANT_MIN_MS } from '../../src/domain/instant.js';
import { orderOnWire } from '../../src/features/orders/order.presenter.js';
import { aCalendar, anId, anOrder, HOUR_MS, NINE, type TimedOrder } from '../support/orders.js';
import { useStorages } from '../support/use-storages.js';

const storages = useStorages();
const { write } = storages;

/** Inserts an order with the next number. */
function insert(members: Partial<TimedOrder> = {}): Promise<TimedOrder> {
  return write(async (tx) => {
    const order = anOrder({ ...members, number: members.number ?? (await tx.orders.takeNumber()) });
    await tx.orders.insert(order);
    return order;
  });
}

async function presented(id: string) {
  const found = await storages.storage.orders.present(id);
  return found === null ? null : { ...found, json: JSON.parse(found.json) };
}

describe('one order', () => {
  test('is found and presented as it was inserted, from either opening', async () => {
    const order = await insert({ services: [anId(), anId()], totalfeeMinor: 1_999, version: 3 });
    expect(await storages.storage.orders.find(order._id)).toEqual(order);
    expect(await storages.other.orders.find(order._id)).toEqual(order);
    expect(await presented(order._id)).toEqual({ json: orderOnWire(order), version: 3 });
  });

  test('with what only a cancelled one has is kept whole', async () => {
    const order = await insert({
      status: 'cancelled',
      cancelledAt: NINE,
      cancelReason: 'Regen "und" 雨 \\ \u2028 😀',
    });
    expect(await storages.storage.orders.find(order._id)).toEqual(order);
    expect((await presented(order._id))?.json).toEqual(orderOnWire(order));
  });

  test.each([
    INSTANT_MIN_MS,
    INSTANT_MIN_MS + 1,
    -62_000_000_000_001,
    -1,
    0,
    1,
    NINE + 1,
    INSTANT_MAX_MS - 1,
    INSTANT_MAX_MS,
  ])('keeps the instant %d to the millisecond', async (datetime) => {
    const order = await insert({ datetime, createdAt: datetime, updatedAt: datetime });
    expect(await storages.storage.orders.find(order._id)).toEqual(order);
    expect((await presented(order._id))?.json.datetime).toBe(new Date(datetime).toISOString());
  });

  test.each([0, 1, 1_999, 100_000_000_000])('keeps the fee of %d minor units', async (totalfeeMinor) => {
    const order = await insert({ totalfeeMinor });
    expect((await storages.storage.orders.find(order._id))?.totalfeeMinor).toBe(totalfeeMinor);
    expect((await presented(order._id))?.json.totalfee).toBe(totalfeeMinor / 100);
  });

  test('insert and replace give it as it leaves', async () => {
    const order = anOrder({ number: 500_000 });
    const changed = { ...order, version: 2, totalfeeMinor: 5, services: [anId()], datetime: NINE + 1 };
    const answers = await write(async (tx) => [
      await tx.orders.insert(order),
      await tx.orders.replace(order, changed),
    ]);
    expect(answers.map((answer) => answer && { ...answer, json: JSON.parse(answer.json) })).toEqual([
      { json: orderOnWire(order), version: 1 },
      { json: orderOnWire(changed), version: 2 },
    ]);
    expect(await storages.storage.orders.find(order._id)).toEqual(changed);
    expect(await presented(order._id)).toEqual({ json: orderOnWire(changed), version: 2 });
  });

  test('is listed by its services and its time as they are now, not as they were', async () => {
    const [dropped, kept, added] = [anId(), anId(), anId()];
    const listed = async (service: string) => {
      const query = {
        sort: { by: 'datetime', descending: false },
        filter: { service },
        limit: 10,
        after: null,
      } as const;
      const { items } = await storages.storage.orders.list(query);
      return JSON.parse(`[${items}]`).map(({ _id }: { _id: string }) => _id);
    };
    const first = await insert({ services: [dropped, kept], datetime: NINE });
    const second = await insert({ services: [kept], datetime: NINE + HOUR_MS });
    expect(await listed(kept)).toEqual([first._id, second._id]);
    const changed = { ...first, services: [added, kept], datetime: NINE + 2 * HOUR_MS, version: 2 };
    await write((tx) => tx.orders.replace(first, changed));
    expect(await listed(dropped)).toEqual([]);
    expect(await listed(added)).toEqual([first._id]);
    expect(await listed(kept)).toEqual([second._id, first._id]);
  });

  test('is gone after its deletion; what does not exist is null, and deleting it does nothing', async () => {
    const order = await insert({ services: [anId()] });
    await write((tx) => tx.orders.delete(order._id));
    await write((tx) => tx.orders.delete(anId()));
    expect(await storages.storage.orders.find(order._id)).toBeNull();
    expect(await storages.storage.orders.present(order._id)).toBeNull();
    const byService = { service: order.services[0] as string };
    const page = await storages.storage.orders.list({
      sort: { by: 'number', descending: false },
      filter: byService,
      limit: 10,
      after: null,
    });
    expect(page).toEqual({ items: '', next: null });
  });

  test('of an id or a number that another has is refused, and nothing of it is kept', async () => {
    const order = await insert();
    const sameId = anOrder({ _id: order._id, number: 600_000 });
    const sameNumber = anOrder({ number: order.number });
    await expect(write((tx) => tx.orders.insert(sameId))).rejects.toThrow();
    await expect(write((tx) => tx.orders.insert(sameNumber))).rejects.toThrow();
    expect(await storages.storage.orders.find(order._id)).toEqual(order);
    expect(await storages.storage.orders.find(sameNumber._id)).toBeNull();
  });
});

describe('numbers', () => {
  test('count up and are never given twice, also after a deletion, a rollback and from both openings', async () => {
    const first = await insert();
    await write((tx) => tx.orders.delete(first._id));
    const second = await insert();
    expect(second.number).toBeGreaterThan(first.number);
    await write(async (tx) => {
      await tx.orders.takeNumber();
      throw new Error('undone');
    }).catch(() => {});
    const taken = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        (i % 2 === 0 ? storages.storage : storages.other).transaction({ places: [] }, (tx) =>
          tx.orders.takeNumber(),
        ),
      ),
    );
    expect(new Set(taken).size).toBe(40);
    for (const number of taken) expect(number).toBeGreaterThan(second.number);
  });

  test('within one transaction are one after another', async () => {
    const [a, b] = await write(async (tx) => [await tx.orders.takeNumber(), await tx.orders.takeNumber()]);
    expect(b).toBeGreaterThan(a as number);
  });
});

describe('active orders', () => {
  const calendar = 'active';
  let starts: { _id: string; datetime: number; number: number }[];

  beforeAll(async () => {
    await write((tx) => tx.calendars.insert(aCalendar({ _id: calendar })));
    const hours = [5, 1, 3, 3, 2, 4, 3, 0];
    const orders: TimedOrder[] = [];
    for (const hour of hours) orders.push(await insert({ calendar, datetime: NINE + hour * HOUR_MS }));
    const ends = [
      await insert({ calendar, datetime: INSTANT_MIN_MS }),
      await insert({ calendar, datetime: INSTANT_MAX_MS }),
    ];
    starts = [...orders, ...ends]
      .map(({ _id, datetime, number }) => ({ _id, datetime, number }))
      .sort((a, b) => a.datetime - b.datetime || a.number - b.number);
    await insert({ calendar, datetime: NINE + 3 * HOUR_MS, status: 'cancelled', cancelledAt: NINE });
    await insert({ calendar: 'default', datetime: NINE + 3 * HOUR_MS });
  });

  const between = (from: number, to: number, direction: 'ascending' | 'descending', limit = 100) =>
    storages.storage.orders.findActiveBetween({ calendar, range: { from, to }, direction, limit });
  const inRange = (from: number, to: number) =>
    starts.filter(({ datetime }) => datetime >= from && datetime <= to);
  const times = (found: { datetime: number }[]) => found.map(({ datetime }) => datetime);

  test.each([
    [NINE, NINE + 5 * HOUR_MS],
    [NINE + 1, NINE + 5 * HOUR_MS - 1],
    [NINE + 3 * HOUR_MS, NINE + 3 * HOUR_MS],
    [NINE + 3 * HOUR_MS + 1, NINE + 3 * HOUR_MS - 1],
    [INSTANT_MIN_MS, INSTANT_MAX_MS],
    [INSTANT_MIN_MS - HOUR_MS, INSTANT_MIN_MS + HOUR_MS],
    [INSTANT_MAX_MS - HOUR_MS, INSTANT_MAX_MS + HOUR_MS],
  ])('between %d and %d, both included, come by time in either direction', async (from, to) => {
    const expected = inRange(from, to);
    const up = await between(from, to, 'ascending');
    const down = await between(from, to, 'descending');
    expect(times(up)).toEqual(times(expected));
    expect(times(down)).toEqual(times(expected).reverse());
    for (const found of [up, down]) expect(new Set(found)).toEqual(new Set(expected));
  });

  test.each([
    [NINE, NINE + 5 * HOUR_MS],
    [NINE + 3 * HOUR_MS, NINE + 3 * HOUR_MS],
    [INSTANT_MIN_MS - HOUR_MS, INSTANT_MIN_MS + HOUR_MS],
  ])('between %d and %d are looked at together with their policy', async (from, to) => {
    const look = (limit: number) => storages.storage.schedules.find({ calendar, range: { from, to }, limit });
    const { windowMs, boundary } = (await storages.storage.calendars.find(calendar)) as Calendar;
    for (const limit of [1, 100]) {
      const up = await look(limit);
      expect(up?.policy).toEqual({ windowMs, boundary });
      expect(up?.starts).toHaveLength(Math.min(limit, inRange(from, to).length));
      expect(inRange(from, to)).toEqual(expect.arrayContaining(up?.starts ?? []));
      expect(times(up?.starts ?? [])).toEqual(times(inRange(from, to)).slice(0, limit));
    }
  });

  test('that are not there are looked at in vain', async () => {
    const look = (on: string, from: number) =>
      storages.storage.schedules.find({
        calendar: on,
        range: { from, to: from + HOUR_MS },
        limit: 9,
      });
    expect(await look(calendar, NINE + 50 * HOUR_MS)).toBeNull();
    expect(await look('nowhere', NINE)).toBeNull();
  });

  test('come from the end that the direction says, and no more than the limit', async () => {
    const whole = inRange(NINE, NINE + 5 * HOUR_MS);
    for (const limit of [1, 2, 3]) {
      expect(times(await between(NINE, NINE + 5 * HOUR_MS, 'ascending', limit))).toEqual(
        times(whole).slice(0, limit),
      );
      expect(times(await between(NINE, NINE + 5 * HOUR_MS, 'descending', limit))).toEqual(
        times(whole).reverse().slice(0, limit),
      );
    }
  });

  test('are walked in the order of time, then number, however small the steps', async () => {
    for (const step of [1, 2, 3, 100]) {
      const walked = [];
      let page = await storages.storage.orders.walkActive(calendar, null, step);
      while (page.length > 0) {
        walked.push(...page);
        page = await storages.storage.orders.walkActive(calendar, page.at(-1) ?? null, step);
      }
      expect(walked).toEqual(starts);
    }
  });

  test('a transaction sees those that it wrote, and not those that it moved or cancelled', async () => {
    const at = NINE + 100 * HOUR_MS;
    const seen = await write(async (tx) => {
      const find = async () =>
        (
          await tx.orders.findActiveBetween({
            calendar,
            range: { from: at, to: at },
            direction: 'ascending',
            limit: 9,
          })
        ).length;
      const order = anOrder({ calendar, datetime: at, number: await tx.orders.takeNumber() });
      const counts = [await find()];
      await tx.orders.insert(order);
      counts.push(await find());
      const cancelled = { ...order, status: 'cancelled' as const, cancelledAt: NINE };
      await tx.orders.replace(order, cancelled);
      counts.push(await find());
      await tx.orders.replace(cancelled, order);
      counts.push(await find());
      await tx.orders.replace(order, { ...order, datetime: at + 1 });
      counts.push(await find());
      await tx.orders.delete(order._id);
      return counts;
    });
    expect(seen).toEqual([0, 1, 0, 1, 0]);
  });
});
