import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { bookingOn, faultsOf } from '../../support/booking.js';
import { anId } from '../../support/orders.js';
import { useTestApp } from '../../support/test-app.js';

const app = useTestApp();
const { book } = bookingOn(app);

const post = (body: string | object) => app.api.post('/orders').type('json').send(body);

function send(headers: Record<string, string>, body: string | Buffer) {
  const all = { 'Content-Type': 'application/json', ...headers };
  return app.send({ method: 'POST', path: '/orders', headers: all, body });
}
const codeOf = (answer: { text: string }) => JSON.parse(answer.text).error?.code;

describe('all faults at once', () => {
  test('of body, path and query, each with its place and a sentence', async () => {
    const body = {
      datetime: 'soon',
      totalfee: -1,
      services: ['x', 1, anId()],
      calendar: 'A B',
      colour: 'red',
      'a/b~c': 1,
    };
    const answer = await app.api.put('/orders/12?dry=1').send(body);
    expect([answer.status, answer.body.error.code]).toEqual([400, 'validation_failed']);
    expect(faultsOf(answer)).toEqual({
      id: 'invalid_id',
      dry: 'unknown_parameter',
      '/datetime': 'invalid_datetime',
      '/totalfee': 'invalid_value',
      '/services/0': expect.any(String),
      '/services/1': expect.any(String),
      '/calendar': 'invalid_value',
      '/colour': 'unknown_member',
      '/a~1b~0c': 'unknown_member',
    });
    for (const { message } of answer.body.error.details) {
      expect(message).toMatch(/^\S.*\.$/);
      expect(answer.body.error.message).toContain(message);
    }
  });

  test('of a new order that has nothing', async () => {
    expect(faultsOf(await post({}))).toEqual({ '/totalfee': 'required' });
  });
});

describe('a body that is no JSON', () => {
  test.each([
    '{',
    '{"totalfee":1',
    '{"totalfee":1,}',
    "{'totalfee':1}",
    '{totalfee:1}',
    'undefined',
    'NaN',
    '{"totalfee":NaN}',
    '{"totalfee":01}',
    '{"totalfee":1}x',
    '{"totalfee":+1}',
    '"\u0001"',
    '<order/>',
    'totalfee=1',
    ' ',
  ])('is refused as malformed_json: %j', async (body) => {
    const answer = await send({}, body);
    expect([answer.status, codeOf(answer)]).toEqual([400, 'malformed_json']);
  });

  test('is refused where its bytes are no UTF-8', async () => {
    const name = (bytes: number[]) =>
      Buffer.concat([Buffer.from('{"name":"'), Buffer.from(bytes), Buffer.from('"}')]);
    for (const bytes of [
      [0xff],
      [0xc3],
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf5, 0x80, 0x80, 0x80],
      [0xe9],
    ]) {
      const headers = { 'Content-Type': 'application/json' };
      const answer = await app.send({ method: 'POST', path: '/services', headers, body: name(bytes) });
      expect([bytes, answer.status, codeOf(answer)]).toEqual([bytes, 400, 'malformed_json']);
    }
  });
});

describe('a body that is JSON but no object', () => {
  test.each(['null', 'true', '1', '"text"', '[]', '[{"totalfee":1}]'])(
    'is refused as a whole: %s',
    async (body) => {
      for (const [method, path] of [
        ['POST', '/orders'],
        ['PUT', `/orders/${anId()}`],
        ['POST', '/services'],
        ['PUT', `/services/${anId()}`],
      ] as const) {
        const answer = await app.send({
          method,
          path,
          headers: { 'Content-Type': 'application/json' },
          body,
        });
        expect([answer.status, codeOf(answer)]).toEqual([400, 'validation_failed']);
        expect(JSON.parse(answer.text).error.details).toEqual([
          { pointer: '', code: 'invalid_type', message: 'The body must be a JSON object.' },
        ]);
      }
    },
  );

  test.each([
    {},
    { 'Content-Type': 'application/json' },
    { 'Content-Type': 'application/json', 'Content-Length': '0' },
    { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' },
  ] as Record<string, string>[])('or not there at all, with %j', async (headers) => {
    for (const [method, path] of [
      ['POST', '/orders'],
      ['PUT', `/orders/${anId()}`],
    ] as const) {
      const answer = await app.send({ method, path, headers });
      expect([answer.status, JSON.parse(answer.text).error.details]).toEqual([
        400,
        [{ pointer: '', code: 'required', message: 'The body is missing.' }],
      ]);
    }
  });
});

describe('members of another type', () => {
  const kinds = [
    null,
    true,
    1.005,
    -0.01,
    1e9 + 0.01,
    1e300,
    '1',
    '',
    'x',
    [],
    [1],
    [null],
    {},
    { $gt: 0 },
    { id: 'x' },
  ];
  const taken = new Map<string, unknown[]>([
    ['datetime', []],
    ['totalfee', []],
    ['services', [[]]],
    ['calendar', ['1', 'x']],
  ]);

  test.each([...taken.keys()])(
    '%s: each is refused by its name, on creation and on change',
    async (member) => {
      const order = await book();
      for (const value of kinds.filter(
        (kind) => !taken.get(member)?.some((one) => JSON.stringify(one) === JSON.stringify(kind)),
      )) {
        const answers = [
          await post({ totalfee: 1, [member]: value }),
          await app.api.put(`/orders/${order._id}`).send({ [member]: value }),
        ];
        for (const answer of answers) {
          expect([value, answer.status, answer.body.error?.code]).toEqual([value, 400, 'validation_failed']);
          for (const pointer of Object.keys(faultsOf(answer))) expect(pointer).toMatch(`/${member}`);
        }
      }
      expect((await app.api.get(`/orders/${order._id}`)).body.data).toEqual(order);
    },
  );

  test('a fee that JSON can write but no number can hold is refused', async () => {
    expect(faultsOf(await post('{"totalfee":1e999}'))).toEqual({ '/totalfee': expect.any(String) });
  });
});

describe('names that JavaScript or a database gives a meaning', () => {
  test.each([
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    '$gt',
    '$where',
    '$set',
    '_id',
    'number',
    'id',
  ])('the member %s is unknown on creation', async (name) => {
    const answer = await post(`{"totalfee":1,"${name}":{"$gt":""}}`);
    expect([answer.status, faultsOf(answer)]).toEqual([400, { [`/${name}`]: 'unknown_member' }]);
    expect(({} as Record<string, unknown>).$gt).toBeUndefined();
  });

  test('operators in place of values are refused', async () => {
    const order = {
      datetime: { $gt: '' },
      totalfee: { $ne: 1 },
      services: { $in: [] },
      calendar: { $regex: '.' },
    };
    expect(Object.keys(faultsOf(await post(order))).sort()).toEqual([
      '/calendar',
      '/datetime',
      '/services',
      '/totalfee',
    ]);
    const named = await app.api.post('/services').send({ name: { $gt: '' } });
    expect(Object.keys(faultsOf(named))).toEqual(['/name']);
  });

  test('a member hidden in a reference to a service is refused', async () => {
    const answer = await post(`{"totalfee":1,"services":[{"id":"${anId()}","__proto__":{}}]}`);
    expect(answer.status).toBe(400);
    expect(Object.keys(faultsOf(answer))).toEqual(['/services/0/__proto__']);
  });
});

describe('size', () => {
  test('a body at the limit is read, one byte more is refused, also when it comes without a length', async () => {
    const padded = (bytes: number) => `{"totalfee":1,"colour":"${'x'.repeat(bytes - 26)}"}`;
    expect(Buffer.byteLength(padded(102_400))).toBe(102_400);
    expect(codeOf(await send({}, padded(102_400)))).toBe('validation_failed');
    for (const headers of [{}, { 'Transfer-Encoding': 'chunked' }] as Record<string, string>[]) {
      const answer = await send(headers, padded(102_401));
      expect([answer.status, codeOf(answer)]).toEqual([413, 'body_too_large']);
    }
  });

  test('a body of 1 MB is refused, packed or not', async () => {
    const body = JSON.stringify({ totalfee: 1, calendar: 'x'.repeat(1_000_000) });
    expect([
      (await post(body)).status,
      (await send({ 'Content-Encoding': 'gzip' }, gzipSync(body))).status,
    ]).toEqual([413, 413]);
  });

  test.each([
    ['[', ']'],
    ['{"a":', '}'],
    ['[{"a":', '}]'],
  ])('3,000 deep %s is refused by its name', async (open, close) => {
    const deep = open.repeat(3_000) + (open.endsWith(':') ? '1' : '') + close.repeat(3_000);
    for (const member of ['datetime', 'totalfee', 'services', 'calendar', 'colour']) {
      const answer = await post(
        member === 'totalfee' ? `{"totalfee":${deep}}` : `{"totalfee":1,"${member}":${deep}}`,
      );
      expect([answer.status, Object.keys(faultsOf(answer))[0]]).toEqual([
        400,
        expect.stringMatching(`^/${member}`),
      ]);
    }
    const order = await book();
    const sentBack = await app.api.put(`/orders/${order._id}`).type('json').send(`{"cancelReason":${deep}}`);
    expect(faultsOf(sentBack)).toEqual({ '/cancelReason': 'read_only' });
  });
});
