import { describe, expect, test } from '@jest/globals';
import { bookingOn } from '../../support/booking.js';
import type { PlainAnswer } from '../../support/http.js';
import { useTestApp } from '../../support/test-app.js';

const app = useTestApp();
const { book } = bookingOn(app);

const ID = '6560a1b2c3d4e5f601234567';
const get = (path: string) => app.send({ method: 'GET', path });

function read(answer: PlainAnswer) {
  const { error } = JSON.parse(answer.text);
  const faults = error.details.map((detail: Record<string, string>) => [
    detail.parameter ?? detail.pointer ?? detail.header,
    detail.code,
  ]);
  return [answer.status, error.code, Object.fromEntries(faults)];
}

describe('an id', () => {
  test.each([
    '1',
    'x',
    ID.slice(1),
    `${ID}0`,
    `${ID.slice(1)}g`,
    `${ID.slice(1)}%20`,
    '%00',
    `${ID}%00`,
    '%F0%9F%98%80',
    '__proto__',
    'constructor',
    '[object Object]'.replace(' ', '%20'),
    '$gt',
    '-1',
    'null',
    "'%20OR%201=1",
    `${ID}%0A`,
    '..%2f..%2fetc',
    '%E2%80%8B',
    '*',
  ])('%s is refused as invalid_id', async (id) => {
    for (const list of ['/orders', '/services']) {
      for (const method of ['GET', 'DELETE']) {
        const answer = await app.send({ method, path: `${list}/${id}` });
        expect(read(answer)).toEqual([400, 'invalid_id', { id: 'invalid_id' }]);
      }
      const headers = { 'Content-Type': 'application/json' };
      const put = await app.send({ method: 'PUT', path: `${list}/${id}`, headers, body: '{}' });
      expect(read(put)).toEqual([400, 'invalid_id', { id: 'invalid_id' }]);
    }
  });
});

describe('a path that leads nowhere', () => {
  test.each([
    '/',
    '/order',
    '/ordersx',
    `/orders/${ID}/finish`,
    `/orders/${ID}/x/y`,
    '/orders//',
    `/orders//${ID}`,
    '//orders',
    '/v1/orders',
    '/__proto__',
    '/constructor',
    '/favicon.ico',
    '/.env',
    '/orders.json',
    '/health',
    '/problems',
    '/problems/',
    '/../orders',
    '/./orders',
    '/orders;x=1',
    '/orders%2F',
    '/%6Frders/..',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/\\orders',
    '/orders\\',
    '/%00',
    '/%F0%9F%98%80',
    '/{id}',
  ])('%s is 404 route_not_found', async (path) => {
    expect(read(await get(path))).toEqual([404, 'route_not_found', {}]);
  });

  test.each([
    '/%',
    '/%zz',
    '/orders/%',
    '/orders/%zz',
    '/orders/%E0%A4',
    '/orders/%C0%80',
    '/services/%ff',
    '/problems/%',
    '/docs/%',
    '/orders/%u0041',
  ])('%s, which cannot be decoded, too', async (path) => {
    for (const method of ['GET', 'HEAD', 'DELETE', 'PUT', 'PATCH']) {
      const answer = await app.send({ method, path });
      expect(answer.status).toBe(404);
      if (method !== 'HEAD') expect(read(answer)).toEqual([404, 'route_not_found', {}]);
    }
  });
});

describe('a parameter', () => {
  test.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=1e2', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=', 'limit'],
    ['limit', 'limit'],
    ['limit=%20', 'limit'],
    ['limit=5&limit=5', 'limit'],
    ['limit=99999999999999999999', 'limit'],
    ['limit=%2B5', 'limit'],
    ['limit=0x10', 'limit'],
    ['limit=%D9%A1', 'limit'],
    ['cursor=', 'cursor'],
    ['cursor=a&cursor=b', 'cursor'],
    ['sort=', 'sort'],
    ['sort=totalfee', 'sort'],
    ['sort=--number', 'sort'],
    ['sort=number,datetime', 'sort'],
    ['sort=Number', 'sort'],
    ['sort=number&sort=number', 'sort'],
    ['sort=__proto__', 'sort'],
    ['number=0', 'number'],
    ['number=-1', 'number'],
    ['number=x', 'number'],
    ['number=', 'number'],
    ['number=9007199254740992', 'number'],
    ['service=', 'service'],
    ['service=x', 'service'],
    [`service=${ID}&service=${ID}`, 'service'],
    ['service=%00', 'service'],
    ['calendar=', 'calendar'],
    ['calendar=A', 'calendar'],
    ['calendar=a%20b', 'calendar'],
    ['calendar=a&calendar=b', 'calendar'],
    ['calendar=%00', 'calendar'],
    [`calendar=${'x'.repeat(41)}`, 'calendar'],
    ['datetime%5Bgte%5D=', 'datetime[gte]'],
    ['datetime[lt]=x', 'datetime[lt]'],
    ['datetime[gt]=2026-12-01T09:00:00Z&datetime[gt]=2026-12-01T09:00:00Z', 'datetime[gt]'],
    ['datetime[lte]=2026-12-01T09:00:00+01:00', 'datetime[lte]'],
    ['limit=%zz', 'limit'],
    ['service=%', 'service'],
    ['cursor=%E0%A4', 'cursor'],
    ['cursor=%00', 'cursor'],
  ])('that is wrong is refused by its name: %s', async (query, name) => {
    const [status, code, faults] = read(await get(`/orders?${query}`));
    expect([status, code, Object.keys(faults)]).toEqual([400, 'validation_failed', [name]]);
  });

  test.each([
    ['colour=red', 'colour'],
    ['Limit=5', 'Limit'],
    ['limit[gt]=5', 'limit[gt]'],
    ['limit[]=5', 'limit[]'],
    ['datetime=2026-12-01T09:00:00Z', 'datetime'],
    ['datetime[ne]=x', 'datetime[ne]'],
    ['service[$gt]=', 'service[$gt]'],
    ['$where=1', '$where'],
    ['__proto__=1', '__proto__'],
    ['__proto__[x]=1', '__proto__[x]'],
    ['constructor=1', 'constructor'],
    ['toString', 'toString'],
    ['_id=1', '_id'],
    ['=1', ''],
    ['%zz=1', '%zz'],
    ['%00=1', '\0'],
    ['offset=1', 'offset'],
    ['page=1', 'page'],
  ])('that is not known is refused by its name: %s', async (query, name) => {
    for (const path of ['/orders', '/services']) {
      expect(read(await get(`${path}?${query}`))).toEqual([
        400,
        'unknown_parameter',
        { [name]: 'unknown_parameter' },
      ]);
    }
  });

  test('is refused wherever none is known', async () => {
    const order = await book();
    for (const path of [
      `/orders/${order._id}`,
      '/health/live',
      '/health/ready',
      '/openapi.json',
      '/problems/internal',
    ]) {
      expect(read(await get(`${path}?x=1`))).toEqual([400, 'unknown_parameter', { x: 'unknown_parameter' }]);
    }
    const deletion = await app.send({ method: 'DELETE', path: `/orders/${order._id}?force=true` });
    expect(read(deletion)).toEqual([400, 'unknown_parameter', { force: 'unknown_parameter' }]);
    expect((await get(`/orders/${order._id}`)).status).toBe(200);
  });

  test('all at once, each once', async () => {
    const answer = await get(
      '/orders?limit=0&sort=x&number=x&service=x&calendar=X&cursor=&datetime[gt]=x&a=1&a=2&b=',
    );
    expect(read(answer)).toEqual([
      400,
      'validation_failed',
      {
        limit: expect.any(String),
        sort: expect.any(String),
        number: expect.any(String),
        service: expect.any(String),
        calendar: expect.any(String),
        cursor: expect.any(String),
        'datetime[gt]': 'invalid_datetime',
        a: 'unknown_parameter',
        b: 'unknown_parameter',
      },
    ]);
  });

  test('in great number, or very long, is refused all the same', async () => {
    const many = Array.from({ length: 1_500 }, (_, i) => `p${i}=1`).join('&');
    expect(read(await get(`/orders?${many}`)).slice(0, 2)).toEqual([400, 'unknown_parameter']);
    expect(read(await get(`/orders?cursor=${'A'.repeat(8_000)}`))).toEqual([
      400,
      'validation_failed',
      { cursor: 'invalid_cursor' },
    ]);
  });

  test('an empty query is no parameter', async () => {
    for (const path of ['/orders?', '/orders?&', '/services?&&']) expect((await get(path)).status).toBe(200);
  });
});
