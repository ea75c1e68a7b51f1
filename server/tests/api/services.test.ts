import { describe, expect, test } from '@jest/globals';
import type request from 'supertest';
import { bookingOn, faultsOf } from '../support/booking.js';
import { anId } from '../support/orders.js';
import { useTestApp } from '../support/test-app.js';

let now = Date.UTC(2026, 10, 24, 8);
const app = useTestApp({ now: () => now });
const { book, offer } = bookingOn(app);

describe('POST /services', () => {
  test('answers the service, with its place and its ETag', async () => {
    const answer = await app.api.post('/services').send({ name: 'Inspection' });
    expect(answer.status).toBe(201);
    const _id = answer.body.data._id;
    expect(answer.body.data).toEqual({
      _id,
      name: 'Inspection',
      createdAt: '2026-11-24T08:00:00.000Z',
      version: 1,
    });
    expect(answer.headers.location).toBe(`/services/${_id}`);
    expect(answer.headers.etag).toBe('"1.1"');
  });

  test.each([
    ['  trimmed\t ', 'trimmed'],
    ['点検', '点検'],
    ['تفتيش', 'تفتيش'],
    ['👩‍🔧 visit', '👩‍🔧 visit'],
    ["'; DROP TABLE services; --", "'; DROP TABLE services; --"],
    ['</script>"\\', '</script>"\\'],
    ['x'.repeat(200), 'x'.repeat(200)],
    ['😀'.repeat(200), '😀'.repeat(200)],
    [` ${'x'.repeat(200)} `, 'x'.repeat(200)],
  ])('keeps the name %j as %j', async (name, kept) => {
    const service = await offer(name);
    expect(service.name).toBe(kept);
    expect((await app.api.get(`/services/${service._id}`)).body.data.name).toBe(kept);
  });

  test.each([
    '',
    '   ',
    '\u3000\t',
    'x'.repeat(201),
    '😀'.repeat(201),
    'a\u0000b',
    'a\nb',
    'a\u007Fb',
    'a\u0085b',
    'a\tb',
    'a\uD800',
    '\uDC00a',
    null,
    1,
    true,
    [],
    {},
    ['x'],
  ])('refuses the name %j', async (name) => {
    const answer = await app.api.post('/services').send({ name });
    expect([answer.status, answer.body.error.code]).toEqual([400, 'validation_failed']);
    expect(Object.keys(faultsOf(answer))).toEqual(['/name']);
  });

  test('refuses a missing name and members that it does not know', async () => {
    const answer = await app.api.post('/services').send({ price: 1, _id: anId() });
    expect(faultsOf(answer)).toEqual({
      '/name': 'required',
      '/price': 'unknown_member',
      '/_id': 'unknown_member',
    });
  });
});

describe('PUT and DELETE /services/:id', () => {
  test('renames a service and counts a version', async () => {
    const service = await offer('old');
    const answer = await app.api.put(`/services/${service._id.toUpperCase()}`).send({ name: ' new ' });
    expect(answer.body.data).toEqual({ ...service, name: 'new', version: 2 });
    expect(answer.headers.etag).toBe('"2.1"');
    expect((await app.api.get(`/services/${service._id}`)).body.data).toEqual(answer.body.data);
  });

  test('takes a service back as it was read, and counts no version where nothing changes', async () => {
    const service = await offer();
    for (const body of [service, {}, { name: ` ${service.name}` }]) {
      const answer = await app.api.put(`/services/${service._id}`).send(body);
      expect([answer.status, answer.body.data, answer.headers.etag]).toEqual([200, service, '"1.1"']);
    }
  });

  test('refuses other values of what only the server sets', async () => {
    const service = await offer();
    const body = { _id: anId(), version: 2, createdAt: '2000-01-01T00:00:00.000Z', name: 'x' };
    const answer = await app.api.put(`/services/${service._id}`).send(body);
    expect([answer.status, faultsOf(answer)]).toEqual([
      400,
      { '/_id': 'read_only', '/version': 'read_only', '/createdAt': 'read_only' },
    ]);
    expect((await app.api.get(`/services/${service._id}`)).body.data).toEqual(service);
  });

  test('a deleted service is gone by id and from the list, cannot be ordered, and orders keep its id', async () => {
    const service = await offer('to go');
    const order = await book({ services: [service._id] });
    const answer = await app.api.delete(`/services/${service._id}`);
    expect([answer.status, answer.body.data]).toEqual([200, service]);

    for (const request of [
      app.api.get(`/services/${service._id}`),
      app.api.put(`/services/${service._id}`).send({ name: 'back' }),
      app.api.delete(`/services/${service._id}`),
    ]) {
      const gone = await request;
      expect([gone.status, gone.body.error.code]).toEqual([404, 'not_found']);
    }
    const listed = (await app.api.get('/services?limit=1000')).body.data;
    expect(listed.map(({ _id }: { _id: string }) => _id)).not.toContain(service._id);
    const refused = await app.api.post('/orders').send({ totalfee: 1, services: [service._id] });
    expect([refused.status, refused.body.error.code]).toEqual([400, 'unknown_service']);
    expect((await app.api.get(`/orders/${order._id}`)).body.data.services).toEqual([service._id]);
  });
});

describe('GET /services', () => {
  const names = (answer: request.Response): string[] =>
    answer.body.data.map(({ name }: { name: string }) => name);

  async function emptyCatalog() {
    for (const { _id } of (await app.api.get('/services?limit=1000')).body.data) {
      await app.api.delete(`/services/${_id}`);
    }
  }

  test('sorts by name without regard to case and compatibility forms, by its creation if not asked, and turns round', async () => {
    await emptyCatalog();
    const made = ['beta', 'Alpha', 'ﬁre', 'Gamma', 'ＡＬＰＨＡ 2', 'finish'];
    for (const name of made) {
      now += 1_000;
      await offer(name);
    }
    const byName = ['Alpha', 'ＡＬＰＨＡ 2', 'beta', 'finish', 'ﬁre', 'Gamma'];
    expect(names(await app.api.get('/services'))).toEqual(made);
    expect(names(await app.api.get('/services?sort=createdAt'))).toEqual(made);
    expect(names(await app.api.get('/services?sort=-createdAt'))).toEqual([...made].reverse());
    expect(names(await app.api.get('/services?sort=name'))).toEqual(byName);
    expect(names(await app.api.get('/services?sort=-name'))).toEqual([...byName].reverse());
  });

  test.each(['name', '-name', 'createdAt', '-createdAt'])(
    'pages by %s, ties included, give every service once',
    async (sort) => {
      await emptyCatalog();
      for (const name of ['a', 'A', 'a', 'b', 'ａ']) await offer(name); // at one instant
      const whole = (await app.api.get(`/services?sort=${sort}`)).body.data;
      expect(whole).toHaveLength(5);
      const walked: unknown[] = [];
      let path: string | undefined = `/services?limit=2&sort=${sort}`;
      while (path !== undefined) {
        const answer: request.Response = await app.api.get(path);
        walked.push(...answer.body.data);
        path = /^<([^>]+)>; rel="next"$/.exec(answer.headers.link ?? '')?.[1];
        expect(answer.body.page.hasMore).toBe(path !== undefined);
      }
      expect(walked).toEqual(whole);
    },
  );

  test('refuses a cursor of another sort', async () => {
    const { next } = (await app.api.get('/services?limit=1&sort=name')).body.page;
    const answer = await app.api.get(`/services?sort=-name&cursor=${next}`);
    expect([answer.status, faultsOf(answer)]).toEqual([400, { cursor: 'invalid_cursor' }]);
  });
});
