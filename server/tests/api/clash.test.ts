import { describe, expect, test } from '@jest/globals';
import { bookingOn } from '../support/booking.js';
import { useTestApp } from '../support/test-app.js';

describe('a clash', () => {
  const app = useTestApp();
  const { book } = bookingOn(app);

  const on = (hour: string) => `2026-12-01T${hour}Z`;
  const ask = (datetime: string) => app.api.post('/orders').send({ datetime, totalfee: 1 });

  test('names the rule, the orders in the way in the order of time, and the nearest free times', async () => {
    const late = await book({ datetime: on('12:30:00.000') });
    const early = await book({ datetime: on('09:00:00.000') });
    const answer = await ask('2026-12-01T10:30:00+00:00');
    expect(answer.status).toBe(409);
    expect(answer.body.error.code).toBe('booking_clash');
    expect(answer.body.error.clash).toEqual({
      calendar: 'default',
      windowMinutes: 180,
      boundary: 'inclusive',
      datetime: on('10:30:00.000'),
      conflicts: [early, late].map(({ _id, number, datetime }) => ({ _id, number, datetime })),
      nearest: { before: on('05:59:00.000'), after: on('15:31:00.000') },
    });
    expect(answer.body.error.details).toEqual([
      { pointer: '/datetime', code: 'booking_clash', message: answer.body.error.message },
    ]);
    expect(answer.body).toMatchObject({
      type: '/problems/booking_clash',
      detail: answer.body.error.message,
      instance: '/orders',
      requestId: answer.headers['x-request-id'],
    });
  });

  test('offers free times that book if asked for next', async () => {
    const { nearest } = (await ask(on('10:30:00'))).body.error.clash;
    for (const datetime of [nearest.before, nearest.after]) expect((await ask(datetime)).status).toBe(201);
  });

  test('of a move offers free times that ignore the order itself', async () => {
    await book({ datetime: '2027-01-01T09:00:00Z' });
    const order = await book({ datetime: '2027-01-01T13:00:00Z' });
    const answer = await app.api.put(`/orders/${order._id}`).send({ datetime: '2027-01-01T11:30:00Z' });
    expect(answer.status).toBe(409);
    expect(answer.body.instance).toBe(`/orders/${order._id}`);
    const { conflicts, nearest } = answer.body.error.clash;
    expect(conflicts.map(({ datetime }: { datetime: string }) => datetime)).toEqual([
      '2027-01-01T09:00:00.000Z',
    ]);
    expect(nearest).toEqual({ before: '2027-01-01T05:59:00.000Z', after: '2027-01-01T12:01:00.000Z' });
  });

  test('at either end of time offers null where no year is left', async () => {
    await book({ datetime: '0001-01-01T00:00:00Z' });
    await book({ datetime: '9999-12-31T23:59:59.999Z' });
    expect((await ask('0001-01-01T01:00:00Z')).body.error.clash.nearest).toEqual({
      before: null,
      after: '0001-01-01T03:01:00.000Z',
    });
    expect((await ask('9999-12-31T23:00:00Z')).body.error.clash.nearest).toEqual({
      before: '9999-12-31T20:59:00.000Z',
      after: null,
    });
  });
});

describe('with CONFLICT_STATUS=400', () => {
  const app = useTestApp({ conflictStatus: 400 });

  test('the explanation of a clash names that status', async () => {
    expect((await app.api.get('/problems/booking_clash')).body.data.status).toBe(400);
  });
  const { book } = bookingOn(app);

  test('a clash is 400 in head and body, and all else of it is the same', async () => {
    const { datetime } = await book();
    const answer = await app.api.post('/orders').send({ datetime, totalfee: 1 });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, status: 400, error: { code: 'booking_clash' } });
    expect(answer.body.error.clash.conflicts).toHaveLength(1);
  });

  test('other errors keep their status', async () => {
    expect((await app.api.get('/nowhere')).status).toBe(404);
  });
});
