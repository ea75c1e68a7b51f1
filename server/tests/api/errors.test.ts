import { afterEach, describe, expect, test } from '@jest/globals';
import type request from 'supertest';
import { AppError, ERROR_CODES, type ErrorCode } from '../../src/domain/errors.js';
import { bookingOn } from '../support/booking.js';
import { faultyStore } from '../support/faulty-store.js';
import { anId } from '../support/orders.js';
import { useTestApp } from '../support/test-app.js';

const store = faultyStore();
const app = useTestApp({ wrap: store.wrap });
const { book } = bookingOn(app);

afterEach(() => {
  store.failWith(null);
  app.lifecycle.isStopping = false;
});

const order = { datetime: '2026-12-01T09:00:00Z', totalfee: 1 };
const post = (body: unknown) => app.api.post('/orders').send(body as object);

function withFault(error: unknown, ask: () => request.Test): request.Test {
  store.failWith(error);
  return ask();
}

/** For every code a request that meets it, and the status that api.md gives it. */
const CASES: Record<ErrorCode, [number, () => PromiseLike<request.Response>]> = {
  malformed_json: [400, () => app.api.post('/orders').type('json').send('{"totalfee":')],
  validation_failed: [400, () => post({})],
  invalid_id: [400, () => app.api.get('/orders/1')],
  unknown_parameter: [400, () => app.api.get('/orders?colour=red')],
  unknown_service: [400, () => post({ ...order, services: [anId()] })],
  unknown_calendar: [400, () => post({ ...order, calendar: 'nowhere' })],
  unauthenticated: [401, () => withFault(new AppError('unauthenticated', 'No key.'), () => post(order))],
  forbidden: [403, () => withFault(new AppError('forbidden', 'No scope.'), () => post(order))],
  not_found: [404, () => app.api.get(`/orders/${anId()}`)],
  route_not_found: [404, () => app.api.get('/nowhere')],
  method_not_allowed: [405, () => app.api.patch('/orders')],
  booking_clash: [409, async () => post({ totalfee: 1, datetime: (await book()).datetime })],
  invalid_transition: [409, async () => app.api.post(`/orders/${(await book())._id}/restore`)],
  idempotency_in_progress: [
    409,
    () => withFault(new AppError('idempotency_in_progress', 'Not yet.'), () => post(order)),
  ],
  already_exists: [409, () => app.api.post('/calendars').send({ _id: 'default' })],
  precondition_failed: [
    412,
    async () => app.api.delete(`/orders/${(await book())._id}`).set('If-Match', '"9.9"'),
  ],
  body_too_large: [413, () => post({ ...order, calendar: 'x'.repeat(102_400) })],
  unsupported_media_type: [415, () => app.api.post('/orders').type('text/plain').send('{"totalfee":1}')],
  idempotency_key_reused: [
    422,
    async () => {
      const key = anId();
      await post({ ...order, datetime: '2027-01-01T09:00:00Z' }).set('Idempotency-Key', key);
      return post(order).set('Idempotency-Key', key);
    },
  ],
  precondition_required: [
    428,
    () =>
      withFault(new AppError('precondition_required', 'Say which.'), () =>
        app.api.put(`/orders/${anId()}`).send({ totalfee: 1 }),
      ),
  ],
  rate_limited: [429, () => withFault(new AppError('rate_limited', 'Wait.'), () => app.api.get('/orders'))],
  internal: [500, () => withFault(new Error('the secret inside'), () => app.api.get('/orders'))],
  overloaded: [503, () => withFault(new AppError('overloaded', 'Too much.'), () => post(order))],
  shutting_down: [
    503,
    () => {
      app.lifecycle.isStopping = true;
      return app.api.get('/orders');
    },
  ],
  store_unavailable: [
    503,
    () => withFault(new AppError('store_unavailable', 'Gone.'), () => app.api.get('/services')),
  ],
  outcome_unknown: [503, () => withFault(new AppError('outcome_unknown', 'Perhaps.'), () => post(order))],
};

test.each(ERROR_CODES)('%s has its status, its place and its sentence', async (code) => {
  const [status, ask] = CASES[code];
  const answer = await ask();
  expect(answer.status).toBe(status);
  expect(answer.type).toBe('application/json');
  expect(answer.body).toMatchObject({
    success: false,
    status,
    error: { code, message: expect.stringMatching(/\.$/), details: expect.any(Array) },
    type: `/problems/${code}`,
    title: expect.stringMatching(/./),
    detail: answer.body.error.message,
    instance: expect.stringMatching(/^\//),
    requestId: answer.headers['x-request-id'],
  });
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(answer.headers['retry-after']).toBe(
    [429, 503].includes(status) || code === 'idempotency_in_progress' ? '1' : undefined,
  );
});

describe('what the server did not foresee', () => {
  test('is answered with a fixed text, and logged with its cause', async () => {
    const cause = new Error('SELECT secret FROM /var/lib/roundsman.db');
    const seen = app.errors.length;
    const answer = await withFault(cause, () => post(order));
    expect(answer.status).toBe(500);
    expect(answer.text).not.toMatch(/SELECT|secret|roundsman\.db|at .*\.ts/);
    expect(app.errors.slice(seen)).toEqual([cause]);
  });

  test.each(['text', 0, Object.create(null), { code: 'booking_clash', status: 404 }])(
    'may be anything, also %j',
    async (thrown) => {
      const answer = await withFault(thrown, () => app.api.get('/orders'));
      expect([answer.status, answer.body.error.code]).toEqual([500, 'internal']);
    },
  );
});

describe('a store that fails', () => {
  test('is logged; a refusal of the request is not', async () => {
    const seen = app.errors.length;
    await withFault(new AppError('store_unavailable', 'Gone.'), () => app.api.get('/orders'));
    expect(app.errors).toHaveLength(seen + 1);
    store.failWith(null);
    await app.api.get('/orders/1');
    expect(app.errors).toHaveLength(seen + 1);
  });

  test('fails writes too and, once it is mended, the same request succeeds', async () => {
    const later = { ...order, datetime: '2031-01-01T09:00:00Z' };
    store.failWith(new AppError('store_unavailable', 'Gone.'));
    expect((await post(later)).status).toBe(503);
    expect((await app.api.delete(`/orders/${anId()}`)).status).toBe(503);
    expect((await app.api.post('/services').send({ name: 'x' })).status).toBe(503);
    store.failWith(null);
    expect((await post(later)).status).toBe(201);
  });
});

test('while the server stops, requests are refused, their connection is closed, and nothing is logged as a fault', async () => {
  app.lifecycle.isStopping = true;
  const seen = app.errors.length;
  for (const ask of [() => post(order), () => app.api.get('/orders'), () => app.api.get('/nowhere')]) {
    const answer = await ask();
    expect([answer.status, answer.body.error.code]).toEqual([503, 'shutting_down']);
    expect(answer.headers.connection).toBe('close');
  }
  expect(app.errors).toHaveLength(seen);
});
