import { describe, expect, test } from '@jest/globals';
import { bookingOn, faultsOf } from '../support/booking.js';
import { anId } from '../support/orders.js';
import { useTestApp } from '../support/test-app.js';

/* A repeat with the same Idempotency-Key gets the first answer, and nothing happens twice. */

const HOUR_MS = 3_600_000;
let clock = Date.UTC(2026, 10, 24);
const app = useTestApp({ now: () => clock });
const { book, offer } = bookingOn(app);

let day = 0;
const aTime = () => new Date(Date.UTC(2040, 0, ++day, 9)).toISOString();
const anOrder = (members: object = {}) => ({ datetime: aTime(), totalfee: 12.5, ...members });
const keyed = (method: 'post' | 'put' | 'patch' | 'delete', path: string, key: string) =>
  app.api[method](path).set('Idempotency-Key', key);

async function countOf(datetime: string): Promise<number> {
  const answer = await app.api.get('/orders').query({ 'datetime[gte]': datetime, 'datetime[lte]': datetime });
  return answer.body.data.length;
}

describe('a repeat', () => {
  test('of a booking gets its status, body, Location and ETag, and an id of its own; one order is there', async () => {
    const [key, order] = [anId(), anOrder()];
    const first = await keyed('post', '/orders', key).send(order);
    expect(first.status).toBe(201);
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    const again = await keyed('post', '/orders', key).send(order);
    expect(again.status).toBe(201);
    expect(again.text).toBe(first.text);
    expect(again.headers).toMatchObject({
      location: first.headers.location,
      etag: first.headers.etag,
      'idempotent-replayed': 'true',
    });
    expect(again.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
    expect(await countOf(order.datetime)).toBe(1);
  });

  test('whose members stand in another order is the same request', async () => {
    const key = anId();
    const { datetime } = anOrder();
    await keyed('post', '/orders', key).send({ datetime, totalfee: 1 });
    const again = await keyed('post', '/orders', key).send({ totalfee: 1, datetime });
    expect(again.headers['idempotent-replayed']).toBe('true');
  });

  test.each(['put', 'patch'] as const)(
    'of a %s tells its outcome, though the order changed since',
    async (method) => {
      const { _id } = await book();
      const key = anId();
      const first = await keyed(method, `/orders/${_id}`, key).send({ totalfee: 1 });
      await app.api.put(`/orders/${_id}`).send({ totalfee: 2 });
      const again = await keyed(method, `/orders/${_id}`, key).send({ totalfee: 1 });
      expect([again.status, again.text]).toEqual([200, first.text]);
      expect((await app.api.get(`/orders/${_id}`)).body.data.totalfee).toBe(2);
    },
  );

  test('of every other write gets the first answer too', async () => {
    const { _id } = await book();
    const { _id: service } = await offer();
    const writes: ['post' | 'patch' | 'delete', string, object?][] = [
      ['post', `/orders/${_id}/cancel`, { reason: 'Rain' }],
      ['post', `/orders/${_id}/restore`],
      ['delete', `/orders/${_id}`],
      ['post', '/services', { name: 'Survey' }],
      ['patch', `/services/${service}`, { name: 'Full survey' }],
      ['delete', `/services/${service}`],
      ['post', '/calendars', { _id: `c-${anId()}` }],
      ['patch', '/calendars/default', { windowMinutes: 180 }],
      ['post', '/orders/batch', { operations: [{ op: 'create', data: anOrder() }] }],
    ];
    for (const [method, path, body] of writes) {
      const key = anId();
      const first = await keyed(method, path, key).send(body);
      const again = await keyed(method, path, key).send(body);
      expect([path, first.status < 300]).toEqual([path, true]);
      expect([path, again.text, again.headers['idempotent-replayed']]).toEqual([path, first.text, 'true']);
    }
  });

  test('at the same time waits for the first', async () => {
    const [key, order] = [anId(), anOrder()];
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => keyed('post', '/orders', key).send(order)),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === undefined)).toHaveLength(1);
    expect(await countOf(order.datetime)).toBe(1);
  });

  test('of a write without a body is the same with an empty one', async () => {
    const { _id } = await book();
    const key = anId();
    await keyed('post', `/orders/${_id}/cancel`, key);
    for (const headers of [{ 'Content-Length': '0' }, { 'Content-Type': 'application/json' }]) {
      const again = await app.send({
        method: 'POST',
        path: `/orders/${_id}/cancel`,
        headers: { 'Idempotency-Key': key, ...headers },
      });
      expect([again.status, again.headers['idempotent-replayed']]).toEqual([200, 'true']);
    }
  });

  test('after 24 hours is a new request', async () => {
    const [key, order] = [anId(), anOrder()];
    await keyed('post', '/orders', key).send(order);
    clock += 24 * HOUR_MS - 1;
    expect((await keyed('post', '/orders', key).send(order)).headers['idempotent-replayed']).toBe('true');
    clock += 1;
    expect((await keyed('post', '/orders', key).send(order)).status).toBe(409);
    const moved = { ...order, datetime: aTime() };
    expect((await keyed('post', '/orders', key).send(moved)).status).toBe(201);
    expect((await keyed('post', '/orders', key).send(moved)).headers['idempotent-replayed']).toBe('true');
  });
});

describe('another request with a key that was used', () => {
  test('is refused with 422, whatever differs', async () => {
    const [key, order] = [anId(), anOrder()];
    await keyed('post', '/orders', key).send(order);
    const others = [
      keyed('post', '/orders', key).send({ ...order, totalfee: 13 }),
      keyed('post', '/services', key).send({ name: 'Survey' }),
      keyed('put', `/orders/${anId()}`, key).send(order),
    ];
    for (const other of others) {
      expect(await other).toMatchObject({ status: 422, body: { error: { code: 'idempotency_key_reused' } } });
    }
  });
});

describe('what is refused', () => {
  test('is not remembered: a clash, a missing object and a fault are asked again', async () => {
    const taken = await book();
    const key = anId();
    const order = anOrder({ datetime: taken.datetime });
    expect((await keyed('post', '/orders', key).send(order)).status).toBe(409);
    await app.api.delete(`/orders/${taken._id}`);
    expect((await keyed('post', '/orders', key).send(order)).status).toBe(201);

    const other = anId();
    expect((await keyed('post', '/orders', other).send({})).status).toBe(400);
    expect((await keyed('delete', `/orders/${anId()}`, other)).status).toBe(404);
    expect((await keyed('post', '/orders', other).send(anOrder())).status).toBe(201);
  });

  test('a dry run neither finds nor leaves a key', async () => {
    const [key, order] = [anId(), anOrder()];
    expect((await keyed('post', '/orders?dryRun=true', key).send(order)).status).toBe(201);
    const first = await keyed('post', '/orders', key).send(order);
    expect([first.status, first.headers['idempotent-replayed']]).toEqual([201, undefined]);
    const dry = await keyed('post', '/orders?dryRun=true', key).send(order);
    expect([dry.status, dry.body.error.code]).toEqual([409, 'booking_clash']);
  });
});

describe('a key', () => {
  test.each(['a', 'x'.repeat(255), '!~', '"a', '"a b"'.replace(' ', '-'), '"say \\"x\\""'.replace(' ', '-')])(
    'may be %s',
    async (key) => {
      expect((await keyed('post', '/orders', key).send(anOrder())).status).toBe(201);
    },
  );

  test('in quotes is its content', async () => {
    const [key, order] = [anId(), anOrder()];
    await keyed('post', '/orders', key).send(order);
    const again = await keyed('post', '/orders', `"${key}"`).send(order);
    expect(again.headers['idempotent-replayed']).toBe('true');
  });

  test.each(['x'.repeat(256), 'a b', '""', 'ä', `"${'x'.repeat(256)}"`])(
    'must not be %s, and nothing is booked',
    async (key) => {
      const order = anOrder();
      const answer = await app.send({
        method: 'POST',
        path: '/orders',
        headers: {
          'Content-Type': 'application/json',
          'Idempotency-Key': Buffer.from(key).toString('latin1'),
        },
        body: JSON.stringify(order),
      });
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.text).error.details).toEqual([
        { header: 'Idempotency-Key', code: 'invalid_header', message: expect.any(String) },
      ]);
      expect(await countOf(order.datetime)).toBe(0);
    },
  );

  test('that is wrong is told with the other faults of the request', async () => {
    const answer = await keyed('post', '/orders', 'a b').send({ totalfee: -1 });
    expect(faultsOf(answer)).toEqual({
      'Idempotency-Key': 'invalid_header',
      '/totalfee': expect.any(String),
    });
  });

  test('on a reading request says nothing', async () => {
    expect((await app.api.get('/orders').set('Idempotency-Key', 'a')).status).toBe(200);
  });
});
