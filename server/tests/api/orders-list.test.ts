import { beforeAll, describe, expect, test } from '@jest/globals';
import type request from 'supertest';
import { bookingOn, faultsOf, type WireOrder } from '../support/booking.js';
import { anId } from '../support/orders.js';
import { useTestApp } from '../support/test-app.js';

let now = Date.UTC(2026, 10, 24, 8);
const app = useTestApp({ now: () => now });
const { book, offer } = bookingOn(app);

/** Booked so that number, datetime and createdAt each sort otherwise, with ties in createdAt. */
let orders: WireOrder[];
let service: string;

beforeAll(async () => {
  const calendar = { _id: 'south', windowMs: 0, boundary: 'exclusive', version: 1, createdAt: 0 } as const;
  await app.storage.transaction({ places: [] }, (tx) => tx.calendars.insert(calendar));
  service = (await offer())._id;
  orders = [];
  const days = [5, 3, 9, 1, 7, 8, 2, 6, 4, 10, 12, 11];
  for (const [index, day] of days.entries()) {
    now = Date.UTC(2026, 10, 24, 8) - Math.floor(index / 3) * 1_000;
    const datetime = new Date(Date.UTC(2026, 11, day, 9)).toISOString();
    const services = index % 3 === 0 ? [service] : [];
    orders.push(await book({ datetime, services, calendar: index % 4 === 0 ? 'south' : 'default' }));
  }
  // The same instant twice, on two calendars: a tie in datetime.
  const twice = '2026-12-20T09:00:00.000Z';
  orders.push(
    await book({ datetime: twice }),
    await book({ datetime: twice, calendar: 'south', services: [service] }),
  );
});

type Query = Record<string, string>;

const list = (query: Query): request.Test => app.api.get(`/orders?${new URLSearchParams(query)}`);

/** Every page from the first to the last, by the cursor. */
async function walk(query: Query): Promise<WireOrder[][]> {
  const pages: WireOrder[][] = [];
  for (let cursor: string | null = null; ; ) {
    const answer: request.Response = await list(cursor === null ? query : { ...query, cursor });
    expect(answer.status).toBe(200);
    pages.push(answer.body.data);
    const { hasMore, next } = answer.body.page;
    expect(hasMore).toBe(next !== null);
    if (next === null) return pages;
    cursor = next;
  }
}

function sorted(by: 'number' | 'datetime' | 'createdAt', direction: 1 | -1, from = orders): WireOrder[] {
  const compare = (a: WireOrder, b: WireOrder) =>
    a[by] < b[by] ? -1 : a[by] > b[by] ? 1 : a.number - b.number;
  return [...from].sort((a, b) => direction * compare(a, b));
}

describe('a list', () => {
  test('without parameters gives whole orders by number', async () => {
    const answer = await app.api.get('/orders');
    expect(answer.body.data).toEqual(sorted('number', 1));
    expect(answer.body.page).toEqual({ hasMore: false, next: null });
    expect(answer.headers.link).toBeUndefined();
  });

  test.each(['number', 'datetime', 'createdAt'] as const)('sorts by %s, both ways', async (by) => {
    expect((await list({ sort: by })).body.data).toEqual(sorted(by, 1));
    expect((await list({ sort: `-${by}` })).body.data).toEqual(sorted(by, -1));
  });
});

describe('filters', () => {
  const at = (day: number) => new Date(Date.UTC(2026, 11, day, 9)).toISOString();
  const days = (answer: request.Response) =>
    answer.body.data.map(({ datetime }: WireOrder) => new Date(datetime).getUTCDate());

  test.each([
    [{ 'datetime[gte]': at(9) }, [9, 10, 11, 12, 20, 20]],
    [{ 'datetime[gt]': at(9) }, [10, 11, 12, 20, 20]],
    [{ 'datetime[lte]': at(3) }, [1, 2, 3]],
    [{ 'datetime[lt]': at(3) }, [1, 2]],
    [
      { 'datetime[gt]': at(3), 'datetime[gte]': at(2), 'datetime[lte]': at(6), 'datetime[lt]': at(6) },
      [4, 5],
    ],
    [{ 'datetime[gte]': '2026-12-03T10:00:00+01:00', 'datetime[lte]': '2026-12-03t09:00:00z' }, [3]],
    [{ 'datetime[gt]': at(6), 'datetime[lt]': at(3) }, []],
    [{ 'datetime[gt]': '9999-12-31T23:59:59.999Z' }, []],
    [{ 'datetime[lt]': '0001-01-01T00:00:00Z' }, []],
  ])('%j gives the days %j', async (query, expected) => {
    expect(days(await list({ sort: 'datetime', ...query }))).toEqual(expected);
  });

  test('gives the order of a number, or none', async () => {
    expect((await list({ number: '3' })).body.data).toEqual([orders[2]]);
    expect((await list({ number: '9007199254740991' })).body.data).toEqual([]);
  });

  test('gives the orders that name a service, in every sort', async () => {
    const named = orders.filter(({ services }) => services.includes(service));
    for (const by of ['number', 'datetime', 'createdAt'] as const) {
      expect((await list({ service, sort: `-${by}` })).body.data).toEqual(sorted(by, -1, named));
    }
    expect((await list({ service: service.toUpperCase() })).body.data).toEqual(named);
  });

  test('gives the orders of a calendar, and all filters hold at once', async () => {
    const south = orders.filter(({ calendar }) => calendar === 'south');
    expect((await list({ calendar: 'south' })).body.data).toEqual(south);
    const both = south.filter(({ services, datetime }) => services.length > 0 && datetime > at(8));
    expect(both.length).toBeGreaterThan(0);
    const query = { calendar: 'south', service, 'datetime[gt]': at(8) };
    expect((await list(query)).body.data).toEqual(both);
  });

  test('a service or calendar that nobody has gives an empty list', async () => {
    for (const query of [{ service: anId() }, { calendar: 'nowhere' }]) {
      const answer = await list(query as Query);
      expect([answer.status, answer.body.data]).toEqual([200, []]);
    }
  });
});

describe('pages', () => {
  const sorts = ['number', '-number', 'datetime', '-datetime', 'createdAt', '-createdAt'];

  test.each(sorts)('sorted by %s give every order once, whatever their size', async (sort) => {
    const [, sign, by] = /^(-?)(.*)$/.exec(sort) as unknown as [string, string, 'number'];
    for (const limit of [1, 3, 7, 14, 1000]) {
      const pages = await walk({ sort, limit: String(limit) });
      expect(pages.flat()).toEqual(sorted(by, sign === '-' ? -1 : 1));
      expect(pages).toHaveLength(Math.ceil(14 / limit));
    }
  });

  test('keep their filters on the way', async () => {
    const query = { service, calendar: 'default', sort: '-datetime', limit: '1' };
    const expected = orders.filter(
      (order) => order.services.includes(service) && order.calendar === 'default',
    );
    expect((await walk(query)).flat()).toEqual(sorted('datetime', -1, expected));
  });

  test('are linked by rel="next" with the parameters of the first', async () => {
    const seen: number[] = [];
    let path: string | undefined = '/orders?sort=-number&limit=4&datetime%5Bgte%5D=2026-12-02T09%3A00%3A00Z';
    while (path !== undefined) {
      const answer: request.Response = await app.api.get(path);
      expect(answer.status).toBe(200);
      seen.push(...answer.body.data.map(({ number }: WireOrder) => number));
      path = /^<([^>]+)>; rel="next"$/.exec(answer.headers.link ?? '')?.[1];
      expect(path === undefined).toBe(answer.body.page.next === null);
    }
    expect(seen).toEqual([14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 3, 2, 1]);
  });

  test('of a walk show an order that stood throughout once, though others come and go', async () => {
    const first = await list({ sort: 'datetime', limit: '5' });
    const gone = await book({ datetime: '2026-12-15T09:00:00Z' });
    await app.api.delete(`/orders/${gone._id}`);
    const early = await book({ datetime: '2026-11-01T09:00:00Z' });
    const rest = await walk({ sort: 'datetime', limit: '5', cursor: first.body.page.next });
    expect([...first.body.data, ...rest.flat()]).toEqual(sorted('datetime', 1));
    await app.api.delete(`/orders/${early._id}`);
  });
});

describe('a cursor', () => {
  const next = async (query: Query) => (await list({ limit: '1', ...query })).body.page.next as string;
  const refused = { cursor: 'invalid_cursor' };

  test('is good for another page size', async () => {
    const answer = await list({ limit: '1000', cursor: await next({}) });
    expect(answer.body.data).toEqual(orders.slice(1));
  });

  test('is refused with another sort, another filter, or for another list', async () => {
    const cursor = await next({ sort: 'datetime' });
    const answers = [
      await list({ cursor }),
      await list({ cursor, sort: '-datetime' }),
      await list({ cursor, sort: 'datetime', calendar: 'south' }),
      await list({ cursor, sort: 'datetime', 'datetime[gte]': '2026-12-01T00:00:00Z' }),
      await app.api.get(`/services?cursor=${cursor}`),
    ];
    for (const answer of answers) expect([answer.status, faultsOf(answer)]).toEqual([400, refused]);
  });

  test('that is damaged or made up is refused', async () => {
    const cursor = await next({ sort: 'createdAt' });
    const content = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const made = [
      'x',
      '!!!',
      '%00',
      cursor.slice(0, -4),
      encode(null),
      encode([]),
      encode({}),
      encode([content[0], content[1], 'x']),
      encode([content[0], content[1], 1.5]),
      encode([content[0], 1e300, 1]),
      encode([content[0], 0.5, 1]),
      encode([content[0], {}, 1]),
      encode([content[0], '\u0000', 1]),
      encode([content[0], content[1]]),
      encode([...content, 1]),
    ];
    for (const one of made) {
      const answer = await list({ sort: 'createdAt', cursor: one });
      expect([one, answer.status, faultsOf(answer)]).toEqual([one, 400, refused]);
    }
  });
});
