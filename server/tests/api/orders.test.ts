import { describe, expect, test } from '@jest/globals';
import { bookingOn, faultsOf } from '../support/booking.js';
import { anId, anOrder } from '../support/orders.js';
import { useTestApp } from '../support/test-app.js';

let now = Date.UTC(2026, 10, 24, 8);
const app = useTestApp({ now: () => now });
const { book, offer } = bookingOn(app);

describe('POST /orders', () => {
  test('answers the whole order, with its place and its ETag', async () => {
    const answer = await app.api
      .post('/orders')
      .send({ datetime: '2026-12-01T10:00:00+01:00', totalfee: 349.5 });
    expect(answer.status).toBe(201);
    expect(answer.body.data).toEqual({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      number: expect.any(Number),
      datetime: '2026-12-01T09:00:00.000Z',
      totalfee: 349.5,
      services: [],
      calendar: 'default',
      status: 'scheduled',
      version: 1,
      createdAt: '2026-11-24T08:00:00.000Z',
      updatedAt: '2026-11-24T08:00:00.000Z',
      cancelledAt: null,
      cancelReason: null,
    });
    expect(answer.headers.location).toBe(`/orders/${answer.body.data._id}`);
    expect(answer.headers.etag).toBe('"1.1"');
    const read = await app.api.get(answer.headers.location as string);
    expect(read.body.data).toEqual(answer.body.data);
    expect(read.headers.etag).toBe('"1.1"');
  });

  test('counts numbers up and never gives one twice, also after a deletion', async () => {
    const first = await book();
    await app.api.delete(`/orders/${first._id}`);
    const second = await book();
    expect(second.number).toBeGreaterThan(first.number);
  });

  test.each([0, 19.99, 0.01, 0.29, 1.1, 4.35, 1_000_000_000, 999_999_999.99])(
    'keeps the fee %d',
    async (totalfee) => {
      const order = await book({ totalfee });
      expect(order.totalfee).toBe(totalfee);
      expect((await app.api.get(`/orders/${order._id}`)).body.data.totalfee).toBe(totalfee);
    },
  );

  test('keeps the fee -0 as 0', async () => {
    const datetime = '2027-01-01T09:00:00Z';
    const answer = await app.api
      .post('/orders')
      .type('json')
      .send(`{"datetime":"${datetime}","totalfee":-0}`);
    expect(answer.status).toBe(201);
    expect(answer.text).toContain('"totalfee":0,');
  });

  test('keeps each service once, in the order given, by id or by {"id": …}, in either case', async () => {
    const [a, b] = [await offer(), await offer()];
    const order = await book({ services: [b._id, { id: a._id.toUpperCase() }, { id: b._id }, a._id] });
    expect(order.services).toEqual([b._id, a._id]);
  });

  test('takes 50 entries of services as sent and no more', async () => {
    const { _id } = await offer();
    expect((await book({ services: Array(50).fill(_id) })).services).toEqual([_id]);
    const answer = await app.api.post('/orders').send({ totalfee: 1, services: Array(51).fill(_id) });
    expect([answer.status, faultsOf(answer)]).toEqual([400, { '/services': 'invalid_value' }]);
  });

  test('names every service that is not offered, and an unknown calendar with them', async () => {
    const [known, gone, never] = [await offer(), await offer(), anId()];
    await app.api.delete(`/services/${gone._id}`);
    const services = [known._id, gone._id, never];
    const answer = await app.api.post('/orders').send({ totalfee: 1, services, calendar: 'nowhere' });
    expect([answer.status, answer.body.error.code]).toEqual([400, 'unknown_service']);
    expect(faultsOf(answer)).toEqual({
      '/services/1': 'unknown_service',
      '/services/2': 'unknown_service',
      '/calendar': 'unknown_calendar',
    });
  });

  test('books the same time on another calendar', async () => {
    const calendar = { _id: 'south', windowMs: 0, boundary: 'inclusive', version: 1, createdAt: 0 } as const;
    await app.storage.transaction({ places: [] }, (tx) => tx.calendars.insert(calendar));
    const { datetime } = await book();
    expect(await book({ datetime, calendar: 'south' })).toMatchObject({ datetime, calendar: 'south' });
  });
});

describe('PUT /orders/:id', () => {
  test('changes the members given and counts a version', async () => {
    const service = await offer();
    const order = await book();
    now += 60_000;
    const members = { totalfee: 0, services: [service._id] };
    const answer = await app.api.put(`/orders/${order._id}`).send(members);
    expect(answer.status).toBe(200);
    expect(answer.body.data).toEqual({
      ...order,
      ...members,
      version: 2,
      updatedAt: new Date(now).toISOString(),
    });
    expect(answer.headers.etag).toBe('"2.1"');
  });

  test.each([
    ['nothing', {}],
    ['what it has already', { totalfee: 100, calendar: 'default', services: [] }],
  ])('given %s, answers the order and counts no version', async (_, members) => {
    const order = await book();
    now += 60_000;
    const answer = await app.api.put(`/orders/${order._id}`).send(members);
    expect([answer.status, answer.body.data, answer.headers.etag]).toEqual([200, order, '"1.1"']);
  });

  test('takes an order back as it was read, with one member edited', async () => {
    const order = await book();
    const answer = await app.api.put(`/orders/${order._id}`).send({ ...order, totalfee: 1 });
    expect([answer.status, answer.body.data.totalfee]).toEqual([200, 1]);
    const stale = await app.api.put(`/orders/${order._id}`).send({ ...order, totalfee: 2 });
    expect([stale.status, faultsOf(stale)['/version']]).toEqual([400, 'read_only']);
  });

  test('refuses any other value of a member that only the server sets, each by its name', async () => {
    const order = await book();
    const answer = await app.api.put(`/orders/${order._id}`).send({
      _id: anId(),
      number: order.number + 1,
      status: 'cancelled',
      version: '1',
      createdAt: null,
      updatedAt: 0,
      cancelledAt: {},
      cancelReason: '',
    });
    expect([answer.status, answer.body.error.code]).toEqual([400, 'validation_failed']);
    const members = [
      '_id',
      'number',
      'status',
      'version',
      'createdAt',
      'updatedAt',
      'cancelledAt',
      'cancelReason',
    ];
    expect(faultsOf(answer)).toEqual(Object.fromEntries(members.map((name) => [`/${name}`, 'read_only'])));
  });

  test('refuses null where a member cannot be empty', async () => {
    const order = await book();
    const members = { datetime: null, totalfee: null, services: null, calendar: null };
    const answer = await app.api.put(`/orders/${order._id}`).send(members);
    expect(answer.status).toBe(400);
    expect(Object.keys(faultsOf(answer)).sort()).toEqual([
      '/calendar',
      '/datetime',
      '/services',
      '/totalfee',
    ]);
  });

  test('moves an order to its own time, and by a minute, and never because of itself not', async () => {
    const order = await book({ datetime: '2027-02-01T09:00:00Z' });
    for (const datetime of ['2027-02-01T09:00:00Z', '2027-02-01T09:01:00Z', '2027-02-01T08:59:00Z']) {
      const answer = await app.api.put(`/orders/${order._id}`).send({ datetime });
      expect([answer.status, answer.body.data.datetime]).toEqual([200, new Date(datetime).toISOString()]);
    }
  });

  test('refuses a move too near another order, on either side, and leaves the order as it was', async () => {
    await book({ datetime: '2027-03-01T09:00:00Z' });
    const order = await book({ datetime: '2027-03-02T09:00:00Z' });
    for (const datetime of ['2027-03-01T06:00:00Z', '2027-03-01T12:00:00Z', '2027-03-01T09:00:00.001Z']) {
      const answer = await app.api.put(`/orders/${order._id}`).send({ datetime, totalfee: 5 });
      expect([answer.status, answer.body.error.code]).toEqual([409, 'booking_clash']);
    }
    expect((await app.api.get(`/orders/${order._id}`)).body.data).toEqual(order);
    const moved = await app.api.put(`/orders/${order._id}`).send({ datetime: '2027-03-01T12:00:00.001Z' });
    expect(moved.status).toBe(200);
  });

  test('moves an order to a calendar that exists, and to no other', async () => {
    const order = await book();
    const refused = await app.api.put(`/orders/${order._id}`).send({ calendar: 'nowhere' });
    expect([refused.status, faultsOf(refused)]).toEqual([400, { '/calendar': 'unknown_calendar' }]);
    const answer = await app.api.put(`/orders/${order._id}`).send({ calendar: 'south' });
    expect([answer.status, answer.body.data.calendar]).toEqual([200, 'south']);
    await book({ datetime: order.datetime });
    expect((await app.api.put(`/orders/${order._id}`).send({ calendar: 'default' })).status).toBe(409);
  });

  test('lets a service that is gone stay on an order that has it, and not be added', async () => {
    const [gone, kept] = [await offer(), await offer()];
    const order = await book({ services: [gone._id] });
    const other = await book();
    await app.api.delete(`/services/${gone._id}`);
    const services = [kept._id, gone._id];
    const answer = await app.api.put(`/orders/${order._id}`).send({ services });
    expect([answer.status, answer.body.data.services]).toEqual([200, services]);
    const refused = await app.api.put(`/orders/${other._id}`).send({ services });
    expect([refused.status, faultsOf(refused)]).toEqual([400, { '/services/1': 'unknown_service' }]);
  });

  test('moves a cancelled order without the rule, but not to a calendar that does not exist', async () => {
    const { datetime } = await book();
    const cancelled = anOrder({ status: 'cancelled', cancelledAt: now, number: 1_000_000 });
    await app.storage.transaction({ places: [] }, (tx) => tx.orders.insert(cancelled));
    const answer = await app.api.put(`/orders/${cancelled._id}`).send({ datetime });
    expect([answer.status, answer.body.data]).toEqual([
      200,
      expect.objectContaining({ datetime, status: 'cancelled' }),
    ]);
    const refused = await app.api.put(`/orders/${cancelled._id}`).send({ calendar: 'nowhere' });
    expect([refused.status, faultsOf(refused)]).toEqual([400, { '/calendar': 'unknown_calendar' }]);
  });
});

describe('ids', () => {
  test('are taken in either case and given in lower', async () => {
    const order = await book();
    const path = `/orders/${order._id.toUpperCase()}`;
    expect((await app.api.get(path)).body.data).toEqual(order);
    expect((await app.api.put(path).send({ totalfee: 7 })).body.data._id).toBe(order._id);
    expect((await app.api.delete(path)).body.data._id).toBe(order._id);
  });
});

describe('DELETE /orders/:id', () => {
  test('answers the order as it was, frees its place, and finds nothing the second time', async () => {
    const order = await book();
    const answer = await app.api.delete(`/orders/${order._id}`);
    expect([answer.status, answer.body.data, answer.headers.etag]).toEqual([200, order, '"1.1"']);
    const again = await app.api.delete(`/orders/${order._id}`);
    expect([again.status, again.body.error.code]).toEqual([404, 'not_found']);
    await book({ datetime: order.datetime });
  });
});
