import { expect, test } from '@jest/globals';
import { aCalendar, anId, anOrder, HOUR_MS, NINE } from '../support/orders.js';
import { useStorages } from '../support/use-storages.js';

/* What `roundsman copy` reads and writes: records as they are, past the rule. */

const stores = useStorages();

test('orders are put as they are, in place of those of the same ids, and read in the order of ids', async () => {
  const { orders } = stores.storage.holdings;
  const [first, second, third] = ['a', 'b', 'c'].map((digit, index) =>
    anOrder({
      _id: digit.repeat(24),
      number: 100 + index,
      datetime: NINE + index, // nearer than the rule allows, as after a wider window
      services: [anId()],
      ...(digit === 'b' ? { status: 'cancelled', cancelledAt: NINE, cancelReason: 'Rain' } : {}),
    }),
  ) as [ReturnType<typeof anOrder>, ReturnType<typeof anOrder>, ReturnType<typeof anOrder>];
  await orders.put([third, first]);
  await orders.put([second, { ...first, version: 4, services: [] }]);
  const changed = { ...first, version: 4, services: [] };
  expect(await orders.read(null, 2)).toEqual([changed, second]);
  expect(await orders.read(second._id, 2)).toEqual([third]);
  expect(await stores.other.orders.find(second._id)).toEqual(second);
  expect((await stores.storage.orders.present(third._id))?.json).toContain(`"number":${third.number}`);

  await orders.remove([first._id, second._id]);
  expect(await orders.read(null, 10)).toEqual([third]);
});

test('services come with those that were deleted', async () => {
  const { services } = stores.storage.holdings;
  const offered = { _id: 'a'.repeat(24), name: 'Inspection', createdAt: NINE, version: 2, deletedAt: null };
  const deleted = { _id: 'b'.repeat(24), name: 'Testing', createdAt: NINE, version: 1, deletedAt: NINE + 1 };
  await services.put([deleted, offered]);
  expect(await services.read(null, 10)).toEqual([offered, deleted]);
  expect(await stores.storage.services.findOffered([offered._id, deleted._id])).toEqual(
    new Set([offered._id]),
  );
  await services.put([{ ...deleted, name: 'Testing again' }]);
  await services.remove([offered._id]);
  expect(await services.read(null, 10)).toEqual([{ ...deleted, name: 'Testing again' }]);
});

test('a calendar that is put judges bookings by its own rule', async () => {
  const { calendars } = stores.storage.holdings;
  const wide = aCalendar({ _id: 'zone', windowMs: 5 * HOUR_MS, boundary: 'exclusive', version: 3 });
  await calendars.put([wide]);
  expect(await stores.storage.calendars.find('zone')).toEqual(wide);
  for (const datetime of [NINE, NINE + 400 * 24 * HOUR_MS]) {
    expect(await stores.write((tx) => tx.calendars.take('zone', datetime))).toMatchObject({
      windowMs: wide.windowMs,
      boundary: wide.boundary,
    });
  }
  await calendars.put([{ ...wide, windowMs: HOUR_MS }]);
  expect(await stores.write((tx) => tx.calendars.take('zone', NINE))).toMatchObject({ windowMs: HOUR_MS });
  await calendars.remove(['zone']);
  expect((await calendars.read(null, 10)).map(({ _id }) => _id)).toEqual(['default']);
  expect(await stores.write((tx) => tx.calendars.take('zone', NINE))).toBeNull();
});

test('numbers go on after the last that was set', async () => {
  const { holdings } = stores.storage;
  await holdings.setLastNumber(5_000);
  expect(await stores.other.holdings.lastNumber()).toBe(5_000);
  expect(await stores.write((tx) => tx.orders.takeNumber())).toBe(5_001);
});
