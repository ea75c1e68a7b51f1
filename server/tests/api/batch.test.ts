import { describe, expect, test } from '@jest/globals';
import { AppError } from '../../src/domain/errors.js';
import type { Storage } from '../../src/storage/storage.js';
import { bookingOn, faultsOf, type WireOrder } from '../support/booking.js';
import { anId } from '../support/orders.js';
import { useTestApp } from '../support/test-app.js';

const app = useTestApp();
const { book, offer } = bookingOn(app);

const send = (operations: unknown, members: object = {}) =>
  app.api.post('/orders/batch').send({ operations, ...members });
const oneByOne = (operations: unknown) => send(operations, { atomic: false });
const get = async (id: string) => (await app.api.get(`/orders/${id}`)).body.data as WireOrder;
let day = 0;
const aTime = (hour = 9) => new Date(Date.UTC(2050, 0, ++day, hour)).toISOString();
const create = (datetime = aTime(), members: object = {}) => ({
  op: 'create',
  data: { datetime, totalfee: 1, ...members },
});
const update = (id: string, data: object) => ({ op: 'update', id, data });

describe('an atomic batch', () => {
  test('does all of it, in order, and answers each', async () => {
    const [a, b, c] = [await book(), await book(), await book()];
    await app.api.post(`/orders/${c._id}/cancel`);
    const datetime = aTime();
    const answer = await send([
      create(datetime),
      update(a._id, { totalfee: 5 }),
      { op: 'cancel', id: a._id, reason: 'Rain', ifMatch: 2 },
      { op: 'delete', id: b._id, ifMatch: 1 },
      { op: 'restore', id: c._id },
    ]);
    expect(answer.status).toBe(200);
    expect(answer.body.data).toMatchObject([
      { op: 'create', status: 201, data: { datetime, number: expect.any(Number) } },
      { op: 'update', status: 200, data: { totalfee: 5, version: 2 } },
      { op: 'cancel', status: 200, data: { status: 'cancelled', cancelReason: 'Rain', version: 3 } },
      { op: 'delete', status: 200, data: { _id: b._id } },
      { op: 'restore', status: 200, data: { _id: c._id, status: 'scheduled' } },
    ]);
    expect(await get(answer.body.data[0].data._id)).toEqual(answer.body.data[0].data);
    expect((await app.api.get(`/orders/${b._id}`)).status).toBe(404);
  });

  test('lets two orders swap their times, and three rotate', async () => {
    const orders = [await book(), await book(), await book()] as const;
    const [a, b, c] = orders;
    expect(
      (await send([update(a._id, { datetime: b.datetime }), update(b._id, { datetime: a.datetime })])).status,
    ).toBe(200);
    expect((await get(a._id)).datetime).toBe(b.datetime);
    const now = [await get(a._id), await get(b._id), c] as const;
    const rotated = await send(
      now.map(({ _id }, i) => update(_id, { datetime: (now[(i + 1) % 3] as WireOrder).datetime })),
    );
    expect(rotated.status).toBe(200);
    expect((await app.api.get('/orders/clashes')).body.data).toEqual([]);
  });

  test('may name an order again and again: what counts is where it stands at the end', async () => {
    const [a, b] = [await book(), await book()];
    const free = aTime();
    const answer = await send([
      update(a._id, { datetime: b.datetime }), // in the way, for a moment
      update(a._id, { totalfee: 2 }),
      update(a._id, { datetime: free }),
    ]);
    expect(answer.status).toBe(200);
    expect(await get(a._id)).toMatchObject({ datetime: free, totalfee: 2, version: 4 });
    const gone = await send([create(b.datetime), { op: 'cancel', id: b._id }]);
    expect(gone.status).toBe(200);
  });

  test('is asked the rule of its outcome: the lowest operation whose order is in the way is the answer', async () => {
    const [a, b] = [await book(), await book()];
    const free = aTime();
    const answer = await send([create(free), update(a._id, { datetime: b.datetime }), create(b.datetime)]);
    expect([answer.status, answer.body.error.code]).toEqual([409, 'booking_clash']);
    expect(faultsOf(answer)).toEqual({ '/operations/1': 'booking_clash' });
    expect(answer.body.error.clash.conflicts).toEqual([
      { _id: b._id, number: b.number, datetime: b.datetime },
      { operation: 2, datetime: b.datetime },
    ]);
    expect(await get(a._id)).toEqual(a);
    expect(
      (await app.api.get('/orders').query({ 'datetime[gte]': free, 'datetime[lte]': free })).body.data,
    ).toEqual([]);
  });

  test('names a rival of the batch by its operation, and free times of what the batch would leave', async () => {
    const [first, second] = [aTime(9), new Date(Date.UTC(2050, 0, day, 10)).toISOString()];
    const answer = await send([create(first), create(second)]);
    expect(faultsOf(answer)).toEqual({ '/operations/0': 'booking_clash' });
    const { conflicts, nearest } = answer.body.error.clash;
    expect(conflicts).toEqual([{ operation: 1, datetime: second }]);
    expect(nearest).toEqual({
      before: new Date(Date.parse(second) - 181 * 60_000).toISOString(),
      after: new Date(Date.parse(second) + 181 * 60_000).toISOString(),
    });
    for (const time of Object.values(nearest) as string[]) {
      expect((await send([create(time), create(second)], {})).status).toBe(200);
      const { data } = (
        await app.api.get('/orders').query({ 'datetime[gte]': aDay(second), 'datetime[lt]': aDay(second, 1) })
      ).body;
      await send(data.map(({ _id }: WireOrder) => ({ op: 'delete', id: _id })));
    }
  });

  const aDay = (time: string, days = 0) =>
    new Date(Date.parse(`${time.slice(0, 10)}T00:00:00Z`) + days * 86_400_000).toISOString();

  test.each([
    ['a missing order', async () => ({ op: 'cancel', id: anId() }), 404, 'not_found'],
    [
      'a version that is old',
      async () => ({ op: 'delete', id: (await book())._id, ifMatch: 7 }),
      412,
      'precondition_failed',
    ],
    [
      'a transition that there is not',
      async () => ({ op: 'restore', id: (await book())._id }),
      409,
      'invalid_transition',
    ],
    ['an unknown service', async () => create(aTime(), { services: [anId()] }), 400, 'unknown_service'],
    ['an unknown calendar', async () => create(aTime(), { calendar: 'nowhere' }), 400, 'unknown_calendar'],
    [
      'a member that only the server sets',
      async () => update((await book())._id, { number: 99_999 }),
      400,
      'validation_failed',
    ],
  ] as const)('with %s does nothing, and says which operation', async (_, make, status, code) => {
    const order = await book();
    const answer = await send([
      update(order._id, { totalfee: 77 }),
      await make(),
      { op: 'delete', id: anId() },
    ]);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    expect(Object.keys(faultsOf(answer))).toEqual([
      expect.stringMatching(/^\/operations\/1(\/data\/\w+.*)?$/),
    ]);
    expect(await get(order._id)).toEqual(order);
  });

  test('an order whose place in an old near pair it leaves and takes again is not refused', async () => {
    const a = await book();
    await app.api.patch('/calendars/default').send({ windowMinutes: 0 });
    const b = await book({ datetime: new Date(Date.parse(a.datetime) + 60_000).toISOString() });
    await app.api.patch('/calendars/default').send({ windowMinutes: 180 });
    const away = aTime();
    const back = await send([update(b._id, { datetime: away }), update(b._id, { datetime: b.datetime })]);
    expect(back.status).toBe(200);
    await send([{ op: 'delete', id: b._id }]);
  });
});

describe('a batch that is not atomic', () => {
  test('judges each in its turn, leaves out what is refused, and keeps the rest', async () => {
    const [a, b] = [await book(), await book()];
    const service = await offer();
    const free = aTime();
    const answer = await oneByOne([
      create(free, { services: [service._id] }),
      create(free),
      update(a._id, { datetime: b.datetime }),
      { op: 'cancel', id: b._id },
      update(a._id, { datetime: b.datetime }),
      { op: 'delete', id: anId() },
      create(aTime(), { services: [anId()] }),
    ]);
    expect(answer.status).toBe(200);
    const { data } = answer.body;
    expect(data.map(({ status }: { status: number }) => status)).toEqual([201, 409, 409, 200, 200, 404, 400]);
    expect(data[1].error).toMatchObject({
      code: 'booking_clash',
      details: [{ pointer: '/operations/1/data/datetime' }],
      clash: { conflicts: [{ operation: 0, datetime: free }] },
    });
    expect(data[6].error.details).toMatchObject([{ pointer: '/operations/6/data/services/0' }]);
    expect(await get(data[0].data._id)).toEqual(data[0].data);
    expect((await get(a._id)).datetime).toBe(b.datetime);
  });

  test('points at the operation where no member of it is at fault', async () => {
    const [a, b] = [await book(), await book()];
    await oneByOne([{ op: 'cancel', id: a._id }, update(a._id, { datetime: b.datetime })]);
    const { data } = (
      await oneByOne([
        { op: 'restore', id: a._id },
        { op: 'delete', id: anId() },
      ])
    ).body;
    const pointers = data.map(({ error }: { error: { details: unknown[] } }) => error.details);
    expect(pointers).toMatchObject([[{ pointer: '/operations/0' }], [{ pointer: '/operations/1' }]]);
  });

  test('that is all refused is answered 200 and changes nothing', async () => {
    const order = await book();
    const answer = await oneByOne([create(order.datetime), { op: 'restore', id: order._id }]);
    expect([answer.status, answer.body.data.map(({ status }: { status: number }) => status)]).toEqual([
      200,
      [409, 409],
    ]);
    expect(await get(order._id)).toEqual(order);
  });
});

test.each([true, false])(
  'a dry run (atomic: %s) stores nothing and gives no ids and numbers',
  async (atomic) => {
    const order = await book();
    const operations = [create(), update(order._id, { totalfee: 3 }), { op: 'delete', id: order._id }];
    const answer = await app.api.post('/orders/batch?dryRun=true').send({ atomic, operations });
    expect(answer.body).toMatchObject({
      dryRun: true,
      data: [{ status: 201 }, { status: 200 }, { status: 200 }],
    });
    expect(answer.body.data[0].data).not.toHaveProperty('_id');
    expect(answer.body.data[0].data).not.toHaveProperty('number');
    expect(await get(order._id)).toEqual(order);
    expect((await book()).number).toBe(order.number + 1);
  },
);

/** The store, with a counter of numbers that does not answer. */
function withoutNumbers(storage: Storage): Storage {
  const transaction = storage.transaction.bind(storage);
  storage.transaction = (hints, work) =>
    transaction(hints, (tx) => {
      tx.orders.takeNumber = () => Promise.reject(new AppError('store_unavailable', 'Gone.'));
      return work(tx);
    });
  return storage;
}

describe('a store that fails under one operation', () => {
  const failing = useTestApp({ wrap: withoutNumbers });

  test.each([true, false])('fails the whole batch, atomic: %j', async (atomic) => {
    const answer = await failing.api.post('/orders/batch').send({ atomic, operations: [create(), create()] });
    expect([answer.status, answer.body.error.code]).toEqual([503, 'store_unavailable']);
  });
});

describe('the form of a batch', () => {
  const order = { datetime: '2060-01-01T09:00:00Z', totalfee: 1 };

  test('every fault is told at once, by its operation, and nothing is done', async () => {
    const answer = await oneByOne([
      { op: 'create', data: order },
      { op: 'create', data: { totalfee: -1, colour: 'red' } },
      { op: 'finish', id: anId() },
      { op: 'delete', id: 'x' },
      { op: 'update', id: anId(), data: {}, ifMatch: 0 },
      { op: 'create', data: order, id: anId() },
      { op: 'cancel' },
    ]);
    expect([answer.status, faultsOf(answer)]).toEqual([
      400,
      {
        '/operations/1/data/totalfee': expect.any(String),
        '/operations/1/data/colour': 'unknown_member',
        '/operations/2/op': expect.any(String),
        '/operations/3/id': expect.any(String),
        '/operations/4/ifMatch': expect.any(String),
        '/operations/5/id': 'unknown_member',
        '/operations/6/id': 'required',
      },
    ]);
    expect((await app.api.get('/orders').query({ 'datetime[gte]': order.datetime })).body.data).toEqual([]);
  });

  test.each([[[]], [Array.from({ length: 101 }, () => create())], ['x'], [null], [[null]], [[1]]])(
    'operations must be a list of 1 to 100 objects, not %j',
    async (operations) => {
      expect((await send(operations)).status).toBe(400);
    },
  );

  test('may have 100 operations and more bytes than other bodies', async () => {
    const many = Array.from({ length: 100 }, () => create(aTime(), { services: [] }));
    const padded = JSON.stringify({ operations: many }) + ' '.repeat(200_000);
    const answer = await app.api.post('/orders/batch').type('json').send(padded);
    expect([answer.status, answer.body.data.length]).toEqual([200, 100]);
    const tooLarge = await app.api
      .post('/orders/batch')
      .type('json')
      .send(padded + ' '.repeat(1_048_576));
    expect(tooLarge.status).toBe(413);
  });

  test('the path takes no other method', async () => {
    const answer = await app.api.get('/orders/batch');
    expect([answer.status, answer.headers.allow]).toEqual([405, 'POST']);
  });
});
