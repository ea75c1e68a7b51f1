import { describe, expect, test } from '@jest/globals';
import { bookingOn, faultsOf, type WireOrder } from '../support/booking.js';
import { anId } from '../support/orders.js';
import { useTestApp } from '../support/test-app.js';

const app = useTestApp();
const { book } = bookingOn(app);
const make = (members: object) => app.api.post('/calendars').send(members);
const at = (hour: number, minute = 0) => new Date(Date.UTC(2026, 11, 1, hour, minute)).toISOString();

describe('calendars', () => {
  test('are made with the usual rule, or the one given, and read', async () => {
    const usual = await make({ _id: 'north' });
    expect(usual.status).toBe(201);
    expect(usual.body.data).toEqual({
      _id: 'north',
      windowMinutes: 180,
      boundary: 'inclusive',
      version: 1,
      createdAt: expect.stringMatching(/Z$/),
    });
    expect(usual.headers).toMatchObject({ location: '/calendars/north', etag: '"1.1"' });
    const given = await make({ _id: 'a-1', windowMinutes: 0, boundary: 'exclusive' });
    expect(given.body.data).toMatchObject({ windowMinutes: 0, boundary: 'exclusive' });
    expect((await app.api.get('/calendars/a-1')).body.data).toEqual(given.body.data);
  });

  test('of an id that is taken are refused', async () => {
    await make({ _id: 'taken' });
    const again = await make({ _id: 'taken', windowMinutes: 5 });
    expect([again.status, again.body.error.code]).toEqual([409, 'already_exists']);
    expect((await app.api.get('/calendars/taken')).body.data.windowMinutes).toBe(180);
  });

  test.each([
    [{}, { '/_id': 'required' }],
    [{ _id: 'North' }, { '/_id': 'invalid_value' }],
    [{ _id: 'x'.repeat(41) }, { '/_id': 'invalid_value' }],
    [{ _id: 'ok', windowMinutes: -1 }, { '/windowMinutes': 'invalid_value' }],
    [{ _id: 'ok', windowMinutes: 1.5 }, { '/windowMinutes': 'invalid_type' }],
    [
      { _id: 'ok', windowMinutes: 10_081, boundary: 'none' },
      { '/windowMinutes': 'invalid_value', '/boundary': 'invalid_value' },
    ],
    [{ _id: 'ok', version: 1 }, { '/version': 'unknown_member' }],
  ])('%j is refused', async (body, faults) => {
    const answer = await make(body);
    expect([answer.status, faultsOf(answer)]).toEqual([400, faults]);
  });

  test('are listed by id, page by page', async () => {
    for (let i = 0; i < 5; i++) await make({ _id: `page-${i}` });
    const ids: string[] = [];
    let path: string | null = '/calendars?limit=2';
    while (path !== null) {
      const { body, headers } = await app.api.get(path);
      ids.push(...body.data.map(({ _id }: { _id: string }) => _id));
      expect(body.page.hasMore).toBe(body.page.next !== null);
      path = body.page.next === null ? null : (/<([^>]+)>/.exec(headers.link as string)?.[1] ?? null);
    }
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids).toEqual(expect.arrayContaining(['default', 'page-0', 'page-4']));
    const foreign = (await app.api.get('/services?limit=1')).body.page.next ?? 'x';
    expect((await app.api.get('/calendars').query({ cursor: foreign })).status).toBe(400);
  });

  test('that are not there are 404, whatever the id', async () => {
    for (const id of ['nowhere', 'X', '%20', '%00', '%F0%9F%8C%A7', 'a'.repeat(300)]) {
      expect((await app.api.get(`/calendars/${id}`)).status).toBe(404);
      expect((await app.api.patch(`/calendars/${id}`).send({})).status).toBe(404);
    }
    expect((await app.api.put('/calendars/default').send({})).headers.allow).toBe('GET, HEAD, PATCH');
  });

  test('are changed by PATCH; sent back as they are they stay, and count no version', async () => {
    const { data } = (await make({ _id: 'west' })).body;
    const same = await app.api.patch('/calendars/west').send(data);
    expect([same.status, same.body.data]).toEqual([200, data]);
    const changed = await app.api.patch('/calendars/west').send({ ...data, windowMinutes: 10_080 });
    expect(changed.body.data).toMatchObject({ windowMinutes: 10_080, version: 2 });
    const wrong = await app.api.patch('/calendars/west').send({ _id: 'east', boundary: null });
    expect(faultsOf(wrong)).toMatchObject({ '/boundary': 'invalid_value' });
    expect(faultsOf(await app.api.patch('/calendars/west').send({ _id: 'east' }))).toEqual({
      '/_id': 'read_only',
    });
  });
});

describe('orders and calendars', () => {
  test('of different calendars never meet, and one that moves over is judged by the rule there', async () => {
    await make({ _id: 'one' });
    await make({ _id: 'other', windowMinutes: 300 });
    const a = await book({ calendar: 'one', datetime: at(9) });
    await book({ calendar: 'other', datetime: at(13) });
    const move = (body: object) => app.api.patch(`/orders/${a._id}`).send(body);
    const refused = await move({ calendar: 'other' }); // four hours: enough for its own rule only
    expect(faultsOf(refused)).toEqual({ '/calendar': 'booking_clash' });
    expect(refused.body.error.clash).toMatchObject({ calendar: 'other', windowMinutes: 300 });
    expect((await move({ calendar: 'other', datetime: at(7, 59) })).status).toBe(200);
    expect(
      (await app.api.post('/orders').send({ calendar: 'one', datetime: at(9), totalfee: 1 })).status,
    ).toBe(201);
  });

  test('a window of 0 forbids only the same instant, and exclusive not even that', async () => {
    await make({ _id: 'zero', windowMinutes: 0 });
    await book({ calendar: 'zero', datetime: at(9) });
    const again = () => app.api.post('/orders').send({ calendar: 'zero', datetime: at(9), totalfee: 1 });
    expect((await again()).status).toBe(409);
    await app.api.patch('/calendars/zero').send({ boundary: 'exclusive' });
    expect((await again()).status).toBe(201);
  });
});

describe('clashes', () => {
  test('are listed by calendar and time after a wider window, page by page, each with the next', async () => {
    for (const calendar of ['k-1', 'k-2']) await make({ _id: calendar, windowMinutes: 0 });
    const orders: WireOrder[] = [];
    for (const calendar of ['k-2', 'k-1']) {
      for (const hour of [12, 9, 10, 11, 20]) orders.push(await book({ calendar, datetime: at(hour) }));
    }
    const cancelled = await book({ calendar: 'k-1', datetime: at(19) });
    await app.api.post(`/orders/${cancelled._id}/cancel`);
    expect((await app.api.get('/orders/clashes')).body.data).toEqual([]);
    for (const calendar of ['k-1', 'k-2'])
      await app.api.patch(`/calendars/${calendar}`).send({ windowMinutes: 60 });

    const short = ({ _id, number, datetime }: WireOrder) => ({ _id, number, datetime });
    const pairsOf = (calendar: string) => {
      const own = orders
        .filter((order) => order.calendar === calendar)
        .sort((a, b) => a.datetime.localeCompare(b.datetime));
      return [0, 1, 2].map((i) => ({
        calendar,
        orders: [short(own[i] as WireOrder), short(own[i + 1] as WireOrder)],
      }));
    };
    const all = [...pairsOf('k-1'), ...pairsOf('k-2')];
    expect((await app.api.get('/orders/clashes')).body.data).toEqual(all);
    expect((await app.api.get('/orders/clashes?calendar=k-2')).body.data).toEqual(pairsOf('k-2'));
    expect((await app.api.get('/orders/clashes?calendar=nowhere')).body.data).toEqual([]);
    for (const limit of [1, 2, 3, 5]) {
      const found: unknown[] = [];
      for (let cursor: string | null = null; ; ) {
        const { body } = await app.api
          .get('/orders/clashes')
          .query({ limit, ...(cursor === null ? {} : { cursor }) });
        expect(body.data.length).toBeLessThanOrEqual(limit);
        found.push(...body.data);
        cursor = body.page.next;
        if (cursor === null) break;
      }
      expect(found).toEqual(all);
    }
  });

  test('a cursor of another list, or cut short, is refused', async () => {
    const { next } = (await app.api.get('/orders/clashes?limit=1')).body.page;
    for (const [path, cursor] of [
      ['/orders/clashes?calendar=k-1', next],
      ['/orders', next],
      ['/orders/clashes', next.slice(0, next.length / 2)],
      ['/orders/clashes', Buffer.from('["x",1,2]').toString('base64url')],
    ]) {
      const answer = await app.api.get(path).query({ cursor });
      expect([path, answer.status, faultsOf(answer)]).toEqual([path, 400, { cursor: 'invalid_cursor' }]);
    }
  });
});

describe('lists of orders', () => {
  test('of a status, or several, in any order of names', async () => {
    const calendar = `s-${anId().slice(0, 6)}`;
    await make({ _id: calendar });
    const [a, b] = [await book({ calendar }), await book({ calendar })];
    await app.api.post(`/orders/${b._id}/cancel`);
    const ids = async (status: string) =>
      (await app.api.get('/orders').query({ calendar, status })).body.data.map(({ _id }: WireOrder) => _id);
    expect(await ids('scheduled')).toEqual([a._id]);
    expect(await ids('cancelled')).toEqual([b._id]);
    expect(await ids('cancelled,scheduled')).toEqual([a._id, b._id]);
    for (const status of ['done', '', 'scheduled,', 'scheduled,scheduled', 'Scheduled']) {
      expect((await app.api.get('/orders').query({ status })).status).toBe(400);
    }
    const first = (await app.api.get('/orders').query({ calendar, status: 'cancelled,scheduled', limit: 1 }))
      .body.page.next;
    const next = await app.api
      .get('/orders')
      .query({ calendar, status: 'scheduled,cancelled', limit: 1, cursor: first });
    expect(next.body.data.map(({ _id }: WireOrder) => _id)).toEqual([b._id]); // the same list by another name
  });

  test('say how many there are when they are asked', async () => {
    const calendar = `n-${anId().slice(0, 6)}`;
    await make({ _id: calendar });
    for (let i = 0; i < 3; i++) await book({ calendar });
    const count = async (query: object) => (await app.api.get('/orders').query(query)).body.page.count;
    expect(await count({ calendar, count: 'true', limit: 1 })).toBe(3);
    expect(await count({ calendar, count: 'false' })).toBeUndefined();
    expect(await count({ calendar, status: 'cancelled', count: 'true' })).toBe(0);
    expect((await app.api.get('/orders?count=1')).status).toBe(400);
  });
});
