import { describe, expect, test } from '@jest/globals';
import { bookingOn } from '../support/booking.js';
import { sendBytes } from '../support/http.js';
import { useTestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const app = useTestApp();
const { book } = bookingOn(app);

const PROBLEM = 'application/problem+json';

describe('Accept', () => {
  test.each([
    [PROBLEM, PROBLEM],
    [`application/json;q=0.5, ${PROBLEM}`, PROBLEM],
    [`application/json, ${PROBLEM};q=0.5`, 'application/json'],
    [`text/html, ${PROBLEM}`, PROBLEM],
    ['application/json', 'application/json'],
    ['*/*', 'application/json'],
    ['text/html', 'application/json'],
    ['image/png;q=x, ;;', 'application/json'],
    ['', 'application/json'],
  ])('%j is answered with an error of type %s', async (accept, type) => {
    for (const path of ['/nowhere', '/orders/1']) {
      const answer = await app.api.get(path).set('Accept', accept);
      expect([answer.type, answer.headers.vary]).toEqual([type, 'Accept']);
    }
  });

  test('asking for problems does not change a success', async () => {
    const answer = await app.api.get('/orders').set('Accept', PROBLEM);
    expect([answer.status, answer.type, answer.headers.vary]).toEqual([200, 'application/json', 'Accept']);
  });
});

describe('X-Request-Id', () => {
  const MADE_HERE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

  test.each(['a', 'A.b:c-d_9', 'x'.repeat(128)])('of the caller is kept: %s', async (id) => {
    const found = await app.api.get('/orders').set('X-Request-Id', id);
    expect(found.headers['x-request-id']).toBe(id);
    const error = await app.api.get('/nowhere').set('X-Request-Id', id);
    expect([error.headers['x-request-id'], error.body.requestId]).toEqual([id, id]);
    // a line is written when its answer is out, which may be after the client has read it
    await until(() => app.accessLines.filter(({ requestId }) => requestId === id).length === 2);
  });

  test.each(['', 'x'.repeat(129), 'a b', 'a,b', '<a>', 'ä', '"a"'])(
    'that is not fit is replaced: %j',
    async (id) => {
      const answer = await app.send({ method: 'GET', path: '/nowhere', headers: { 'X-Request-Id': id } });
      expect(answer.headers['x-request-id']).toMatch(MADE_HERE);
      expect(JSON.parse(answer.text).requestId).toBe(answer.headers['x-request-id']);
    },
  );

  test('is another for every request without one', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => app.api.get('/health/live')));
    expect(new Set(ids.map(({ headers }) => headers['x-request-id'])).size).toBe(5);
  });
});

describe('HEAD', () => {
  test.each([
    '/orders',
    '/orders?limit=1',
    '/services',
    '/health/live',
    '/health/ready',
    '/openapi.json',
    '/docs',
    '/docs/start.js',
    '/docs/swagger-ui.css',
    '/problems/internal',
    '/nowhere',
    '/orders/1',
    '/orders?x=1',
  ])('%s is answered as GET without a body', async (path) => {
    const headers = { 'X-Request-Id': 'same' };
    const get = await app.send({ method: 'GET', path, headers });
    const head = await app.send({ method: 'HEAD', path, headers });
    expect(head.text).toBe('');
    expect(head.status).toBe(get.status);
    const { date: _, ...ofHead } = head.headers;
    const { date: __, ...ofGet } = get.headers;
    expect(ofHead).toEqual(ofGet);
    expect(Number(get.headers['content-length'])).toBe(Buffer.byteLength(get.text));
  });

  test('of an order has its ETag', async () => {
    const order = await book();
    expect((await app.api.head(`/orders/${order._id}`)).headers.etag).toBe('"1.1"');
  });
});

describe('a method that a path does not take', () => {
  const paths = {
    '/orders': ['GET', 'HEAD', 'POST'],
    '/orders/6560a1b2c3d4e5f601234567': ['DELETE', 'GET', 'HEAD', 'PATCH', 'PUT'],
    '/services': ['GET', 'HEAD', 'POST'],
    '/services/6560a1b2c3d4e5f601234567': ['DELETE', 'GET', 'HEAD', 'PATCH', 'PUT'],
    '/health/live': ['GET', 'HEAD'],
    '/health/ready': ['GET', 'HEAD'],
    '/openapi.json': ['GET', 'HEAD'],
    '/problems/internal': ['GET', 'HEAD'],
    '/docs': ['GET', 'HEAD'],
  };
  const methods = [
    'GET',
    'POST',
    'PUT',
    'DELETE',
    'PATCH',
    'OPTIONS',
    'TRACE',
    'PROPFIND',
    'M-SEARCH',
    'PURGE',
  ];

  test.each(Object.entries(paths))('%s: 405 with Allow', async (path, allowed) => {
    for (const method of methods.filter((one) => !allowed.includes(one))) {
      const answer = await app.send({ method, path });
      expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, allowed.join(', ')]);
      expect(JSON.parse(answer.text).error.code).toBe('method_not_allowed');
    }
  });
});

describe('every answer', () => {
  const DATA = 'private, no-cache';
  const ERROR = 'no-store';
  test.each([
    ['GET', '/orders', 200, DATA],
    ['GET', '/services', 200, DATA],
    ['GET', '/health/live', 200, DATA],
    ['GET', '/openapi.json', 200, 'no-cache'],
    ['GET', '/problems/internal', 200, DATA],
    ['GET', '/docs', 200, undefined],
    ['GET', '/docs/start.js', 200, undefined],
    ['GET', '/docs/swagger-ui.css', 200, 'public, max-age=0'],
    ['GET', '/nowhere', 404, ERROR],
    ['GET', '/%', 404, ERROR],
    ['GET', '/orders/%', 404, ERROR],
    ['POST', '/orders', 400, ERROR],
    ['PATCH', '/orders', 405, ERROR],
  ])(
    '%s %s has the headers of safety, and says how it may be kept',
    async (method, path, status, cacheControl) => {
      const { headers, ...answer } = await app.send({ method, path });
      expect(answer.status).toBe(status);
      expect(headers).toMatchObject(SAFE);
      expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|http/);
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers['cache-control']).toBe(cacheControl);
    },
  );

  test('to what is no HTTP has them too', async () => {
    const { headers } = await sendBytes(app.server, 'nonsense\r\n\r\n');
    expect(headers).toMatchObject(SAFE);
    expect(headers['cache-control']).toBe(ERROR);
  });

  const SAFE = {
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.stringContaining("default-src 'none'"),
    'x-request-id': expect.stringMatching(/./),
    'x-frame-options': 'SAMEORIGIN',
    'referrer-policy': 'no-referrer',
  };
});

describe('the access log', () => {
  test('has one line a request, with the route as documented and nothing of the address or the body', async () => {
    const seen = app.accessLines.length;
    const order = await book();
    await app.api.get(`/orders/${order._id}`);
    await app.api.get('/orders?limit=x');
    await app.api.get('/nowhere/secret');
    await until(() => app.accessLines.length >= seen + 4);
    const lines = app.accessLines.slice(seen).map(({ requestId, ms, ...line }) => {
      expect(requestId).toMatch(/./);
      expect(ms).toBeGreaterThanOrEqual(0);
      return line;
    });
    expect(lines).toEqual([
      { method: 'POST', route: '/orders', status: 201, caller: 'open' },
      { method: 'GET', route: '/orders/{id}', status: 200, caller: 'open' },
      { method: 'GET', route: '/orders', status: 400, caller: 'open' },
      { method: 'GET', route: null, status: 404, caller: 'open' },
    ]);
  });
});
