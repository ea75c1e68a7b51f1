import { describe, expect, test } from '@jest/globals';
import { bookingOn, faultsOf } from '../support/booking.js';
import { anId } from '../support/orders.js';
import { useTestApp } from '../support/test-app.js';

/* ETag, If-Match and If-None-Match, as RFC 9110 has them. */

const app = useTestApp();
const { book, offer } = bookingOn(app);

const etagOf = async (path: string) => (await app.api.get(path)).headers.etag as string;

describe('If-Match', () => {
  test('lets a change through while the object is as it was, and not after', async () => {
    const path = `/orders/${(await book())._id}`;
    const etag = await etagOf(path);
    const first = await app.api.put(path).set('If-Match', etag).send({ totalfee: 1 });
    expect(first.status).toBe(200);
    const stale = await app.api.put(path).set('If-Match', etag).send({ totalfee: 2 });
    expect([stale.status, stale.body.error.code]).toEqual([412, 'precondition_failed']);
    expect((await app.api.get(path)).body.data).toMatchObject({ totalfee: 1, version: 2 });
  });

  test('is asked by every change of an object, and a stale one changes nothing', async () => {
    const { _id: service } = await offer();
    const order = `/orders/${(await book())._id}`;
    const calendar = `c-${anId()}`;
    await app.api.post('/calendars').send({ _id: calendar });
    const changes: ['put' | 'patch' | 'post' | 'delete', string, string, object?][] = [
      ['put', order, order, { totalfee: 77 }],
      ['patch', order, order, { totalfee: 77 }],
      ['post', `${order}/cancel`, order],
      ['delete', order, order],
      ['put', `/services/${service}`, `/services/${service}`, { name: 'Other' }],
      ['patch', `/services/${service}`, `/services/${service}`, { name: 'Other' }],
      ['delete', `/services/${service}`, `/services/${service}`],
      ['patch', `/calendars/${calendar}`, `/calendars/${calendar}`, { windowMinutes: 1 }],
    ];
    for (const [method, path, object, body] of changes) {
      const before = (await app.api.get(object)).text;
      const stale = await app.api[method](path).set('If-Match', '"99.1"').send(body);
      expect([method, path, stale.status]).toEqual([method, path, 412]);
      expect((await app.api.get(object)).text).toBe(before);
      const fresh = await app.api[method](`${path}?dryRun=true`)
        .set('If-Match', await etagOf(object))
        .send(body);
      expect([method, path, fresh.status]).toEqual([method, path, 200]);
    }
    await app.api.post(`${order}/cancel`);
    expect((await app.api.post(`${order}/restore`).set('If-Match', '"99.1"')).status).toBe(412);
  });

  test.each([
    ['*', 200],
    ['"0.1", ETAG', 200],
    ['"0.1",ETAG , "x"', 200],
    ['W/ETAG', 412],
    ['"0.1", "x"', 412],
  ])('%s is answered with %i', async (header, status) => {
    const path = `/orders/${(await book())._id}`;
    const value = header.replace('ETAG', await etagOf(path));
    expect((await app.api.put(path).set('If-Match', value).send({ totalfee: 3 })).status).toBe(status);
  });

  test.each(['', '7', '"a" "b"', '"a', "'a'", '*, "a"'])('%j is no tag and refused', async (value) => {
    const path = `/orders/${(await book())._id}`;
    const answer = await app.send({
      method: 'PUT',
      path,
      headers: { 'Content-Type': 'application/json', 'If-Match': value },
      body: '{"totalfee":1}',
    });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text).error.details).toEqual([
      { header: 'If-Match', code: 'invalid_header', message: expect.any(String) },
    ]);
  });

  test('has no meaning where nothing exists yet, or for a batch', async () => {
    const body = { datetime: '2041-01-01T09:00:00Z', totalfee: 1 };
    for (const [path, sent] of [
      ['/orders', body],
      ['/services', { name: 'x' }],
      ['/calendars', { _id: anId() }],
      ['/orders/batch', { operations: [{ op: 'create', data: body }] }],
    ] as const) {
      const answer = await app.api.post(path).set('If-Match', '*').send(sent);
      expect([path, answer.status, faultsOf(answer)]).toEqual([path, 400, { 'If-Match': 'invalid_header' }]);
    }
  });

  test('comes after "is it there", and before members, transition and rule', async () => {
    expect((await app.api.put(`/orders/${anId()}`).set('If-Match', '*').send({ totalfee: 1 })).status).toBe(
      404,
    );
    const [first, second] = [await book(), await book()];
    const stale = (body: object) => app.api.put(`/orders/${first._id}`).set('If-Match', '"9.9"').send(body);
    expect((await stale({ datetime: second.datetime })).status).toBe(412);
    expect((await stale({ number: 4_711 })).status).toBe(412);
    expect((await stale({ services: [anId()] })).status).toBe(412);
    const restored = await app.api.post(`/orders/${first._id}/restore`).set('If-Match', '"9.9"');
    expect(restored.status).toBe(412);
  });
});

describe('If-None-Match', () => {
  test.each(['/orders', '/services', '/calendars'])(
    'at %s: 304 without a body while nothing changed',
    async (list) => {
      const id =
        list === '/orders' ? (await book())._id : list === '/services' ? (await offer())._id : 'default';
      const path = `${list}/${id}`;
      const etag = await etagOf(path);
      for (const value of [etag, `W/${etag}`, '*', `"x", ${etag}`]) {
        for (const method of ['get', 'head'] as const) {
          const answer = await app.api[method](path).set('If-None-Match', value);
          expect([answer.status, answer.text ?? '', answer.headers.etag]).toEqual([304, '', etag]);
          expect(answer.headers['cache-control']).toBe('private, no-cache');
        }
      }
      for (const value of ['"x"', '7', '']) {
        expect((await app.api.get(path).set('If-None-Match', value)).status).toBe(200);
      }
    },
  );

  test('gets the object again once it changed', async () => {
    const path = `/orders/${(await book())._id}`;
    const etag = await etagOf(path);
    await app.api.put(path).send({ totalfee: 4 });
    const answer = await app.api.get(path).set('If-None-Match', etag);
    expect([answer.status, answer.body.data.totalfee]).toEqual([200, 4]);
  });
});

describe('with REQUIRE_IF_MATCH', () => {
  const strict = useTestApp({ requireIfMatch: true });
  const { book: bookThere } = bookingOn(strict);

  test('a change that names no version is 428, one that does is made, and creating needs none', async () => {
    const path = `/orders/${(await bookThere())._id}`;
    for (const [method, at, body] of [
      ['put', path, { totalfee: 1 }],
      ['patch', path, { totalfee: 1 }],
      ['delete', path, undefined],
      ['post', `${path}/cancel`, undefined],
      ['post', `${path}/restore`, undefined],
      ['patch', '/calendars/default', { windowMinutes: 1 }],
    ] as const) {
      const answer = await strict.api[method](at).send(body);
      expect([method, at, answer.status, faultsOf(answer)]).toEqual([
        method,
        at,
        428,
        { 'If-Match': 'required' },
      ]);
    }
    expect((await strict.api.put(path).set('If-Match', '*').send({ totalfee: 1 })).status).toBe(200);
  });

  test('operations of a batch must name one too', async () => {
    const { _id } = await bookThere();
    const send = (operations: object[]) => strict.api.post('/orders/batch').send({ operations });
    const refused = await send([
      { op: 'update', id: _id, data: {} },
      { op: 'delete', id: _id, ifMatch: 1 },
    ]);
    expect([refused.status, faultsOf(refused)]).toEqual([428, { '/operations/0/ifMatch': 'required' }]);
    expect((await send([{ op: 'delete', id: _id, ifMatch: 1 }])).status).toBe(200);
  });
});
