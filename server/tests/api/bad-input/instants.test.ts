import { describe, expect, test } from '@jest/globals';
import { bookingOn, faultsOf } from '../../support/booking.js';
import { useTestApp } from '../../support/test-app.js';

const app = useTestApp();
const { book } = bookingOn(app);

describe('a datetime', () => {
  test.each([
    ['2024-02-29T09:00:00Z', '2024-02-29T09:00:00.000Z'],
    ['2026-12-02T09:00:00+05:30', '2026-12-02T03:30:00.000Z'],
    ['2026-12-03T09:00:00-00:00', '2026-12-03T09:00:00.000Z'],
    ['2026-12-04t09:00:00z', '2026-12-04T09:00:00.000Z'],
    ['2026-12-05T09:00:00.5Z', '2026-12-05T09:00:00.500Z'],
    ['2026-12-06T09:00:00.123000000Z', '2026-12-06T09:00:00.123Z'],
    ['2026-12-07T23:59:59.999+23:59', '2026-12-07T00:00:59.999Z'],
    ['1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z'],
    ['1582-10-10T12:34:56.789Z', '1582-10-10T12:34:56.789Z'],
    ['0099-01-01T00:00:00.001Z', '0099-01-01T00:00:00.001Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['0001-12-31T23:00:00-05:00', '0002-01-01T04:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s is kept as %s', async (datetime, kept) => {
    const order = await book({ datetime });
    expect(order.datetime).toBe(kept);
    expect((await app.api.get(`/orders/${order._id}`)).body.data.datetime).toBe(kept);
    const query = new URLSearchParams({ 'datetime[gte]': datetime, 'datetime[lte]': datetime });
    expect((await app.api.get(`/orders?${query}`)).body.data).toEqual([order]);
    await app.api.delete(`/orders/${order._id}`);
  });

  const refused = [
    '2026-02-29T09:00:00Z',
    '2026-02-30T09:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-04-31T09:00:00Z',
    '2026-13-01T09:00:00Z',
    '2026-00-01T09:00:00Z',
    '2026-01-00T09:00:00Z',
    '2026-01-32T09:00:00Z',
    '2026-12-01T24:00:00Z',
    '2026-12-01T25:00:00Z',
    '2026-12-01T09:60:00Z',
    '2026-12-01T09:00:60Z',
    '2016-12-31T23:59:60Z',
    '2026-12-01T09:00:00',
    '2026-12-01',
    '2026-12-01T09:00Z',
    '2026-12-01 09:00:00Z',
    '2026-12-01T09:00:00+0100',
    '2026-12-01T09:00:00+01',
    '2026-12-01T09:00:00+24:00',
    '2026-12-01T09:00:00+01:60',
    '2026-12-01T09:00:00.1234Z',
    '2026-12-01T09:00:00.0001Z',
    '2026-12-01T09:00:00.Z',
    '2026-12-01T09:00:00,5Z',
    '20261201T090000Z',
    '0000-01-01T00:00:00Z',
    '0000-12-31T23:59:59.999Z',
    '0001-01-01T00:00:00+05:00',
    '9999-12-31T23:59:59-00:01',
    '10000-01-01T00:00:00Z',
    '+002026-12-01T09:00:00Z',
    '-000001-01-01T00:00:00Z',
    'Tue, 01 Dec 2026 09:00:00 GMT',
    '1795942800000',
    'now',
    ' 2026-12-01T09:00:00Z',
    '2026-12-01T09:00:00Z\n',
    '２０２６-12-01T09:00:00Z',
    '2026-12-01T09:00:00Z[Europe/Berlin]',
    '2026-W49-2T09:00:00Z',
    '2026-12-01T9:00:00Z',
  ];

  test.each(refused)('%j is refused', async (datetime) => {
    const answer = await app.api.post('/orders').send({ datetime, totalfee: 1 });
    expect([answer.status, faultsOf(answer)]).toEqual([400, { '/datetime': 'invalid_datetime' }]);
  });

  test('is refused as a filter for the same reasons', async () => {
    for (const datetime of refused) {
      const answer = await app.api.get(`/orders?${new URLSearchParams({ 'datetime[gte]': datetime })}`);
      expect([datetime, answer.status, faultsOf(answer)]).toEqual([
        datetime,
        400,
        { 'datetime[gte]': 'invalid_datetime' },
      ]);
    }
  });

  test('of another type is refused, numbers too', async () => {
    for (const datetime of [0, 1_795_942_800_000, null, true, [], ['2026-12-01T09:00:00Z'], {}]) {
      const answer = await app.api.post('/orders').send({ datetime, totalfee: 1 });
      expect([answer.status, Object.keys(faultsOf(answer))]).toEqual([400, ['/datetime']]);
    }
  });
});
