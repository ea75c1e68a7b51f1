import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AppError } from '../../src/domain/errors.js';
import { walkNearPairs } from '../../src/features/orders/near-pairs.js';
import type { Storage } from '../../src/storage/storage.js';
import { aCalendar, anId, HOUR_MS, MINUTE_MS, NINE } from '../support/orders.js';
import { calendarsOn, ordersOn } from '../support/services.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/*
 * The promise, on the real order service over two openings of one database: whatever writes at once,
 * no two active orders of one calendar stand within the window of each other.
 */

const RIVALS = 50;
let database: TestDatabase;
let storages: [Storage, Storage];

beforeAll(async () => {
  database = await createTestDatabase();
  storages = [await database.open(), await database.open()];
});
afterAll(() => database.drop());

/** The order service on one of the two openings, by turns. */
function orders(turn = 0) {
  return ordersOn(storages[turn % 2] as Storage);
}

async function freshCalendar(members: Parameters<typeof aCalendar>[0] = {}): Promise<string> {
  const calendar = aCalendar({ _id: `c-${anId()}`, ...members });
  await storages[0].transaction({ places: [] }, (tx) => tx.calendars.insert(calendar));
  return calendar._id;
}

/** How each of some writes ended: `done`, or the code of its refusal. Anything else fails the test. */
async function outcomes(writes: Promise<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(writes);
  return settled.map((result) => {
    if (result.status === 'fulfilled') return 'done';
    if (result.reason instanceof AppError) return result.reason.code;
    throw result.reason;
  });
}

function count(codes: string[], code: string): number {
  return codes.filter((one) => one === code).length;
}

async function nearPairs(calendarId: string): Promise<unknown[]> {
  const calendar = await storages[0].calendars.find(calendarId);
  if (calendar === null) throw new Error(`no calendar ${calendarId}`);
  const pairs = [];
  for await (const pair of walkNearPairs(storages[0].orders, calendar)) pairs.push(pair);
  return pairs;
}

async function timesOf(calendar: string): Promise<number[]> {
  return (await storages[0].orders.walkActive(calendar, null, 1_000)).map(({ datetime }) => datetime);
}

function book(calendar: string, datetime: number, turn = 0) {
  return orders(turn).create({ calendar, datetime, totalfeeMinor: 100 });
}

describe('creates at once', () => {
  test('of 50 in one window over two connections, exactly one is booked', async () => {
    const calendar = await freshCalendar();
    const writes = Array.from({ length: RIVALS }, (_, i) => book(calendar, NINE + i * MINUTE_MS, i));
    const codes = await outcomes(writes);
    expect(count(codes, 'done')).toBe(1);
    expect(count(codes, 'booking_clash')).toBe(RIVALS - 1);
    expect(await timesOf(calendar)).toHaveLength(1);
  });

  test('in a chain two hours apart never leave two neighbours', async () => {
    const calendar = await freshCalendar();
    const writes = Array.from({ length: RIVALS }, (_, i) => book(calendar, NINE + i * 2 * HOUR_MS, i));
    const codes = await outcomes(writes);
    const booked = await timesOf(calendar);
    expect(booked).toHaveLength(count(codes, 'done'));
    expect(booked.length).toBeGreaterThanOrEqual(RIVALS / 3);
    expect(await nearPairs(calendar)).toEqual([]);
  });

  test('across a week border, where rivals take different locks, book one', async () => {
    const border = Math.floor(NINE / (7 * 24 * HOUR_MS)) * 7 * 24 * HOUR_MS;
    for (let round = 0; round < 10; round++) {
      const calendar = await freshCalendar();
      const times = [border - HOUR_MS, border + HOUR_MS, border - 1, border];
      const codes = await outcomes(times.map((datetime, i) => book(calendar, datetime, i)));
      expect(count(codes, 'done')).toBe(1);
    }
  });

  test('before 1970 book one', async () => {
    const calendar = await freshCalendar();
    const codes = await outcomes(
      [-1, 0, -HOUR_MS, HOUR_MS].map((datetime, i) => book(calendar, datetime, i)),
    );
    expect(count(codes, 'done')).toBe(1);
  });

  test('on different calendars never interfere', async () => {
    const calendars = await Promise.all(Array.from({ length: 8 }, () => freshCalendar()));
    const codes = await outcomes(calendars.map((calendar, i) => book(calendar, NINE, i)));
    expect(codes).toEqual(calendars.map(() => 'done'));
  });
});

describe('a move', () => {
  const moveTo = (id: string, datetime: number, turn: number) =>
    orders(turn).update(id, { input: { datetime }, readOnly: {} });

  test('and a create that want one place: one of them gets it', async () => {
    for (let round = 0; round < 10; round++) {
      const calendar = await freshCalendar();
      const { id } = await book(calendar, NINE);
      const target = NINE + 24 * HOUR_MS;
      const codes = await outcomes([moveTo(id, target, round), book(calendar, target + HOUR_MS, round + 1)]);
      expect(count(codes, 'done')).toBe(1);
      expect(await nearPairs(calendar)).toEqual([]);
    }
  });

  test('of two orders to one place: one of them gets it', async () => {
    for (let round = 0; round < 10; round++) {
      const calendar = await freshCalendar();
      const [a, b] = [await book(calendar, NINE), await book(calendar, NINE + 24 * HOUR_MS)];
      const target = NINE + 48 * HOUR_MS;
      const codes = await outcomes([moveTo(a.id, target, 0), moveTo(b.id, target + 1, 1)]);
      expect(codes.sort()).toEqual(['booking_clash', 'done']);
    }
  });

  test('and a delete of the order: it is gone, or refused as missing, and never half', async () => {
    for (let round = 0; round < 10; round++) {
      const calendar = await freshCalendar();
      const { id } = await book(calendar, NINE);
      const codes = await outcomes([moveTo(id, NINE + 24 * HOUR_MS, 0), orders(1).delete(id)]);
      expect(codes[1]).toBe('done');
      expect(['done', 'not_found']).toContain(codes[0]);
      expect(await storages[0].orders.find(id)).toBeNull();
      expect(await timesOf(calendar)).toEqual([]);
    }
  });

  test('to its own time, or by a minute, is never refused because of itself', async () => {
    const calendar = await freshCalendar();
    const { id } = await book(calendar, NINE);
    expect(await outcomes([moveTo(id, NINE, 0), moveTo(id, NINE + MINUTE_MS, 1)])).toEqual(['done', 'done']);
  });
});

describe('a change of the window', () => {
  test('against creates: none judged by the old rule commits after it', async () => {
    for (let round = 0; round < 10; round++) {
      const calendar = await freshCalendar({ windowMs: 0 });
      const calendars = calendarsOn(storages[round % 2] as Storage);
      let isWide = false;
      const booked: { at: number; wasWide: boolean }[] = [];
      const create = async (i: number) => {
        const wasWide = isWide; // known to be wide before this create was even sent
        await book(calendar, NINE + i * MINUTE_MS, i);
        booked.push({ at: NINE + i * MINUTE_MS, wasWide });
      };
      const widen = calendars.set(calendar, { windowMinutes: 180 }).then(() => {
        isWide = true;
      });
      const early = Array.from({ length: 10 }, (_, i) => create(i));
      await widen;
      const standing = new Set((await timesOf(calendar)).map(Number));
      await Promise.allSettled([...early, ...Array.from({ length: 10 }, (_, i) => create(10 + i))]);
      const after = await timesOf(calendar);
      // Whatever was not standing when the change was answered was judged by the new rule.
      const late = after.filter((time) => !standing.has(time));
      for (const time of late) {
        const others = after.filter((other) => other !== time && Math.abs(other - time) <= 180 * MINUTE_MS);
        expect(others).toEqual([]);
      }
      expect(booked.filter(({ wasWide }) => wasWide).length).toBeLessThanOrEqual(1);
    }
  });

  test('is obeyed by the next booking on the other connection', async () => {
    const calendar = await freshCalendar({ windowMs: 0 });
    await book(calendar, NINE, 1);
    await calendarsOn(storages[0]).set(calendar, {
      windowMinutes: 10_080,
    });
    expect(await outcomes([book(calendar, NINE + 7 * 24 * HOUR_MS, 1)])).toEqual(['booking_clash']);
    expect(await outcomes([book(calendar, NINE + 7 * 24 * HOUR_MS + 1, 1)])).toEqual(['done']);
  });

  test('to an exclusive boundary lets orders stand exactly one window apart', async () => {
    const calendar = await freshCalendar();
    await book(calendar, NINE);
    const edge = NINE + 3 * HOUR_MS;
    expect(await outcomes([book(calendar, edge)])).toEqual(['booking_clash']);
    await calendarsOn(storages[0]).set(calendar, {
      boundary: 'exclusive',
    });
    expect(await outcomes([book(calendar, edge - 1), book(calendar, edge)])).toEqual([
      'booking_clash',
      'done',
    ]);
  });
});

describe('what a clash says', () => {
  test('the nearest free times both book if asked for next', async () => {
    const calendar = await freshCalendar();
    for (let i = 0; i < 30; i++) await book(calendar, NINE + i * (3 * HOUR_MS + MINUTE_MS));
    const refused = await book(calendar, NINE + 45 * HOUR_MS + 30_500).catch((error: AppError) => error);
    const { nearest } = (refused as AppError).extra.clash as {
      nearest: { before: string; after: string };
    };
    expect(nearest).toEqual({
      before: new Date(NINE - 3 * HOUR_MS - MINUTE_MS).toISOString(),
      after: new Date(NINE + 29 * (3 * HOUR_MS + MINUTE_MS) + 3 * HOUR_MS + MINUTE_MS).toISOString(),
    });
    for (const time of [nearest.before, nearest.after]) {
      expect(await outcomes([book(calendar, Date.parse(time))])).toEqual(['done']);
    }
  });

  test('names the nearest 100 orders in the way, and that there are more', async () => {
    const calendar = await freshCalendar({ windowMs: 0 });
    for (let i = 0; i < 130; i++) await book(calendar, NINE + i * 1_000);
    await calendarsOn(storages[0]).set(calendar, { windowMinutes: 180 });
    const refused = await book(calendar, NINE + 120_000).catch((error: AppError) => error);
    const clash = (refused as AppError).extra.clash as { conflicts: { datetime: string }[]; more?: true };
    expect(clash.more).toBe(true);
    expect(clash.conflicts).toHaveLength(100);
    expect(clash.conflicts[0]?.datetime).toBe(new Date(NINE + 30_000).toISOString());
    expect(clash.conflicts[99]?.datetime).toBe(new Date(NINE + 129_000).toISOString());
  });
});
