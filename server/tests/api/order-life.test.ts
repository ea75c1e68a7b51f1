import { describe, expect, test } from '@jest/globals';
import { ORDER_STATUSES } from '../../src/domain/order.js';
import { ORDER_TRANSITIONS } from '../../src/domain/order-transitions.js';
import { bookingOn, faultsOf, type WireOrder } from '../support/booking.js';
import { anId } from '../support/orders.js';
import { useTestApp } from '../support/test-app.js';

/* Cancelled and restored, changed by PATCH, tried without being stored. */

const app = useTestApp();
const { book, offer } = bookingOn(app);
const get = async (id: string) => (await app.api.get(`/orders/${id}`)).body.data as WireOrder;
const cancel = (id: string, body?: object) => app.api.post(`/orders/${id}/cancel`).send(body);
const restore = (id: string) => app.api.post(`/orders/${id}/restore`);

describe('cancelling', () => {
  test('keeps the order with its reason, frees its place and counts a version', async () => {
    const order = await book();
    const answer = await cancel(order._id, { reason: 'Rain "hard" 雨' });
    expect(answer.status).toBe(200);
    expect(answer.body.data).toMatchObject({
      _id: order._id,
      status: 'cancelled',
      cancelReason: 'Rain "hard" 雨',
      cancelledAt: expect.stringMatching(/Z$/),
      version: 2,
    });
    expect(await get(order._id)).toEqual(answer.body.data);
    expect((await app.api.post('/orders').send({ datetime: order.datetime, totalfee: 1 })).status).toBe(201);
  });

  test('needs no body, and takes {}', async () => {
    for (const body of [undefined, {}]) {
      const { _id } = await book();
      expect((await cancel(_id, body)).body.data).toMatchObject({ status: 'cancelled', cancelReason: null });
    }
  });

  test.each([{ reason: 'x'.repeat(501) }, { reason: null }, { reason: 5 }, { why: 'x' }, []])(
    'refuses %j and changes nothing',
    async (body) => {
      const order = await book();
      expect((await cancel(order._id, body)).status).toBe(400);
      expect(await get(order._id)).toEqual(order);
    },
  );

  test('takes a reason of 500 characters of any script', async () => {
    const { _id } = await book();
    expect((await cancel(_id, { reason: '🌧'.repeat(500) })).status).toBe(200);
  });
});

describe('restoring', () => {
  test('asks the rule: refused while the place is taken, done when it is free', async () => {
    const order = await book();
    await cancel(order._id);
    const rival = (await app.api.post('/orders').send({ datetime: order.datetime, totalfee: 1 })).body.data;
    const refused = await restore(order._id);
    expect([refused.status, refused.body.error.code]).toEqual([409, 'booking_clash']);
    expect(refused.body.error.clash.conflicts).toEqual([expect.objectContaining({ _id: rival._id })]);
    expect(refused.body.error.details).toEqual([]); // no member of the request is at fault
    expect(await get(order._id)).toMatchObject({ status: 'cancelled' });
    await app.api.delete(`/orders/${rival._id}`);
    const restored = await restore(order._id);
    expect(restored.body.data).toMatchObject({
      status: 'scheduled',
      cancelledAt: null,
      cancelReason: null,
      version: 3,
    });
    expect((await app.api.post('/orders').send({ datetime: order.datetime, totalfee: 1 })).status).toBe(409);
  });

  test('an order that was moved while it was cancelled takes its new place', async () => {
    const [order, other] = [await book(), await book()];
    await cancel(order._id);
    const moved = await app.api.put(`/orders/${order._id}`).send({ datetime: other.datetime });
    expect(moved.status).toBe(200); // it holds no place
    expect((await restore(order._id)).status).toBe(409);
    await cancel(other._id);
    expect((await restore(order._id)).status).toBe(200);
    expect((await restore(other._id)).status).toBe(409);
  });

  test('takes no members', async () => {
    const { _id } = await book();
    await cancel(_id);
    expect((await restore(_id).send({ reason: 'x' })).status).toBe(400);
    expect((await restore(_id).send({})).status).toBe(200);
  });
});

test('every transition goes from its statuses, and from no other', async () => {
  for (const [transition, { from, to }] of Object.entries(ORDER_TRANSITIONS)) {
    for (const status of ORDER_STATUSES) {
      const { _id } = await book();
      if (status === 'cancelled') await cancel(_id);
      const answer = await app.api.post(`/orders/${_id}/${transition}`);
      const isAllowed = (from as readonly string[]).includes(status);
      expect([transition, status, answer.status]).toEqual([transition, status, isAllowed ? 200 : 409]);
      if (isAllowed) expect(answer.body.data.status).toBe(to);
      else expect(answer.body.error.code).toBe('invalid_transition');
      await app.api.delete(`/orders/${_id}`);
    }
  }
});

/** Every way to give an order a place on a calendar, tried on a place that is taken. */
const WAYS_IN: Record<string, (taken: WireOrder) => Promise<{ status: number; code: string }>> = {
  'POST /orders': async ({ datetime }) => read(await app.api.post('/orders').send({ datetime, totalfee: 1 })),
  'PUT /orders/{id}': async ({ datetime }) =>
    read(await app.api.put(`/orders/${(await book())._id}`).send({ datetime })),
  'PATCH /orders/{id}': async ({ datetime }) =>
    read(await app.api.patch(`/orders/${(await book())._id}`).send({ datetime })),
  'POST /orders/{id}/restore': async ({ datetime }) => {
    const { _id } = await book();
    await cancel(_id);
    await app.api.put(`/orders/${_id}`).send({ datetime });
    return read(await restore(_id));
  },
  'POST /orders/batch': async ({ datetime }) =>
    read(
      await app.api
        .post('/orders/batch')
        .send({ operations: [{ op: 'create', data: { datetime, totalfee: 1 } }] }),
    ),
};
/** What can give no order a place. */
const NO_WAY_IN = ['DELETE /orders/{id}', 'POST /orders/{id}/cancel'];

function read({ status, body }: { status: number; body: { error: { code: string } } }) {
  return { status, code: body.error?.code };
}

test('there is no way into the active state past the rule: every writing route is known and tried', async () => {
  const { paths } = JSON.parse((await app.api.get('/openapi.json')).text);
  const writing = Object.keys(paths)
    .filter((path) => path.startsWith('/orders'))
    .flatMap((path) =>
      Object.keys(paths[path])
        .filter((verb) => verb !== 'get')
        .map((verb) => `${verb.toUpperCase()} ${path}`),
    );
  expect(writing.sort()).toEqual([...Object.keys(WAYS_IN), ...NO_WAY_IN].sort());
  for (const [route, tryIt] of Object.entries(WAYS_IN)) {
    expect([route, await tryIt(await book())]).toEqual([route, { status: 409, code: 'booking_clash' }]);
  }
});

describe('PATCH', () => {
  test.each(['application/json', 'application/merge-patch+json'])(
    'takes %s and changes what is given',
    async (type) => {
      const service = await offer();
      const order = await book({ services: [service._id] });
      const answer = await app.api
        .patch(`/orders/${order._id}`)
        .type(type)
        .send(JSON.stringify({ totalfee: 0 }));
      expect(answer.status).toBe(200);
      const { updatedAt, ...rest } = answer.body.data;
      const { updatedAt: before, ...same } = order as WireOrder & { updatedAt: string };
      expect(rest).toEqual({ ...same, totalfee: 0, version: 2 });
    },
  );

  test('refuses null where a member cannot be empty, and other media types', async () => {
    const { _id } = await book();
    const nulls = { datetime: null, totalfee: null, services: null, calendar: null };
    const answer = await app.api.patch(`/orders/${_id}`).send(nulls);
    expect(Object.keys(faultsOf(answer)).sort()).toEqual(
      Object.keys(nulls)
        .map((name) => `/${name}`)
        .sort(),
    );
    expect(
      (await app.api.patch(`/orders/${_id}`).type('application/json-patch+json').send('[]')).status,
    ).toBe(415);
    expect((await app.api.put(`/orders/${_id}`).type('application/merge-patch+json').send('{}')).status).toBe(
      415,
    );
  });
});

describe('a dry run', () => {
  test('of a booking answers as the booking would, stores nothing and uses no number', async () => {
    const before = await book();
    const body = { datetime: '2042-01-01T09:00:00Z', totalfee: 5 };
    const dry = await app.api.post('/orders?dryRun=true').send(body);
    expect(dry.status).toBe(201);
    expect(dry.body).toMatchObject({ success: true, dryRun: true, data: { totalfee: 5, version: 1 } });
    expect(dry.body.data).not.toHaveProperty('_id');
    expect(dry.body.data).not.toHaveProperty('number');
    expect(dry.headers.location).toBeUndefined();
    const real = await app.api.post('/orders?dryRun=false').send(body);
    expect(real.status).toBe(201);
    expect(real.body).not.toHaveProperty('dryRun');
    expect(real.body.data.number).toBe(before.number + 1);
  });

  test('of every change leaves everything as it is', async () => {
    const service = await offer();
    const [order, cancelled] = [await book(), await book()];
    await cancel(cancelled._id);
    const look = async () =>
      Promise.all(
        [
          `/orders/${order._id}`,
          `/orders/${cancelled._id}`,
          `/services/${service._id}`,
          '/calendars',
          '/services',
        ].map(async (path) => (await app.api.get(path)).text),
      );
    const before = await look();
    const writes: ['post' | 'put' | 'patch' | 'delete', string, object?][] = [
      ['put', `/orders/${order._id}`, { totalfee: 9, datetime: '2043-01-01T09:00:00Z' }],
      ['patch', `/orders/${order._id}`, { totalfee: 9 }],
      ['delete', `/orders/${order._id}`],
      ['post', `/orders/${order._id}/cancel`],
      ['post', `/orders/${cancelled._id}/restore`],
      ['post', '/services', { name: 'New' }],
      ['patch', `/services/${service._id}`, { name: 'New' }],
      ['delete', `/services/${service._id}`],
      ['post', '/calendars', { _id: 'dry' }],
      ['patch', '/calendars/default', { windowMinutes: 60 }],
    ];
    for (const [method, path, body] of writes) {
      const answer = await app.api[method](`${path}?dryRun=true`).send(body);
      expect([path, answer.status < 300, answer.body.dryRun]).toEqual([path, true, true]);
    }
    expect(await look()).toEqual(before);
  });

  test('gives no ETag: the version that it tells of may never be, or be another one', async () => {
    const { _id } = await book();
    for (const answer of [
      await app.api.put(`/orders/${_id}?dryRun=true`).send({ totalfee: 5 }),
      await app.api.post(`/orders/${_id}/cancel?dryRun=true`),
      await app.api.patch('/calendars/default?dryRun=true').send({ windowMinutes: 5 }),
    ]) {
      expect([answer.status, answer.headers.etag]).toEqual([200, undefined]);
    }
  });

  test('is refused as the real thing would be', async () => {
    const { datetime } = await book();
    const dry = (body: object) => app.api.post('/orders?dryRun=true').send(body);
    expect((await dry({ datetime, totalfee: 1 })).status).toBe(409);
    expect((await dry({ totalfee: 1, services: [anId()] })).body.error.code).toBe('unknown_service');
    expect((await app.api.delete(`/orders/${anId()}?dryRun=true`)).status).toBe(404);
  });

  test.each(['1', 'TRUE', '', 'true&dryRun=true'])('dryRun=%s is refused', async (value) => {
    const answer = await app.api.post(`/orders?dryRun=${value}`).send({ totalfee: 1 });
    expect([answer.status, faultsOf(answer)]).toEqual([400, { dryRun: expect.any(String) }]);
  });
});
