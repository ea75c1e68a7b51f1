import { expect, test } from '@jest/globals';
import { aCalendar, HOUR_MS, NINE } from '../support/orders.js';
import { calendarsOn } from '../support/services.js';
import { useStorages } from '../support/use-storages.js';

const storages = useStorages();
const { write } = storages;

const refusal = (code: string) => expect.objectContaining({ name: 'AppError', code });

test('a new database has the default calendar: 180 minutes, inclusive', async () => {
  const rule = { _id: 'default', windowMs: 3 * HOUR_MS, boundary: 'inclusive', version: 1 };
  expect(await storages.storage.calendars.find('default')).toEqual({
    ...rule,
    createdAt: expect.any(Number),
  });
  expect(await storages.storage.calendars.list(null, 100)).toMatchObject([rule]);
  expect(await storages.other.calendars.list(null, 100)).toMatchObject([rule]);
});

test('a calendar is kept as it was inserted, and as it was replaced', async () => {
  const calendar = aCalendar({ _id: 'a-1', windowMs: 0, boundary: 'exclusive', createdAt: -5 });
  await write((tx) => tx.calendars.insert(calendar));
  expect(await storages.other.calendars.find('a-1')).toEqual(calendar);
  const wider = { ...calendar, windowMs: 7 * 24 * HOUR_MS, boundary: 'inclusive' as const, version: 2 };
  await write((tx) => tx.calendars.replace(wider));
  expect(await storages.other.calendars.find('a-1')).toEqual(wider);
});

test('calendars are listed by their id', async () => {
  for (const _id of ['z', '0', 'm-', 'm']) await write((tx) => tx.calendars.insert(aCalendar({ _id })));
  const ids = (await storages.storage.calendars.list(null, 100)).map(({ _id }) => _id);
  expect(ids).toEqual([...ids].sort());
  expect(ids).toEqual(expect.arrayContaining(['0', 'default', 'm', 'm-', 'z']));
  const after = await storages.other.calendars.list('m', 2);
  expect(after.map(({ _id }) => _id)).toEqual(ids.slice(ids.indexOf('m') + 1).slice(0, 2));
});

test('a second calendar of one id is refused as already_exists, in turn and at once, and the first stays', async () => {
  const first = aCalendar({ _id: 'taken' });
  await write((tx) => tx.calendars.insert(first));
  const again = write((tx) => tx.calendars.insert({ ...first, windowMs: 1 }));
  await expect(again).rejects.toEqual(refusal('already_exists'));
  expect(await storages.storage.calendars.find('taken')).toEqual(first);

  const rivals = Array.from({ length: 10 }, (_, i) => {
    const storage = i % 2 === 0 ? storages.storage : storages.other;
    return calendarsOn(storage, () => NINE).create('wanted', { windowMinutes: i });
  });
  const settled = await Promise.allSettled(rivals);
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const result of settled) {
    if (result.status === 'rejected') expect(result.reason).toEqual(refusal('already_exists'));
  }
});

test('taking a place gives the policy as it stands in this transaction, and null where there is no such calendar', async () => {
  const taken = await write(async (tx) => {
    const unknown = await tx.calendars.take('nowhere', NINE);
    await tx.calendars.insert(aCalendar({ _id: 'fresh', windowMs: 5 }));
    const fresh = await tx.calendars.take('fresh', NINE);
    await tx.calendars.replace(aCalendar({ _id: 'fresh', windowMs: 6, boundary: 'exclusive', version: 2 }));
    return [unknown, fresh, await tx.calendars.take('fresh', -NINE)];
  });
  expect(taken).toEqual([
    null,
    expect.objectContaining({ windowMs: 5, boundary: 'inclusive' }),
    expect.objectContaining({ windowMs: 6, boundary: 'exclusive' }),
  ]);
});

test('a calendar that does not exist is not found', async () => {
  expect(await storages.storage.calendars.find('nowhere')).toBeNull();
});

test('the service of calendars refuses ids and windows out of range, and counts a version only for a change', async () => {
  const calendars = calendarsOn(storages.storage, () => NINE);
  for (const id of ['', 'A', 'a b', 'ä', 'x'.repeat(41)]) {
    await expect(calendars.create(id, {})).rejects.toEqual(refusal('validation_failed'));
  }
  for (const windowMinutes of [-1, 10_081, 1.5, Number.NaN]) {
    await expect(calendars.set('default', { windowMinutes })).rejects.toEqual(refusal('validation_failed'));
  }
  await expect(calendars.set('nowhere', {})).rejects.toEqual(refusal('not_found'));
  const made = await calendars.create('served', {});
  expect(made).toEqual({
    _id: 'served',
    windowMinutes: 180,
    boundary: 'inclusive',
    version: 1,
    createdAt: new Date(NINE).toISOString(),
  });
  expect(await calendars.set('served', { windowMinutes: 180, boundary: 'inclusive' })).toEqual(made);
  expect(await calendars.set('served', { windowMinutes: 10_080 })).toMatchObject({
    version: 2,
    windowMinutes: 10_080,
  });
  expect(await calendars.set('served', { boundary: 'exclusive' })).toMatchObject({
    version: 3,
    boundary: 'exclusive',
  });
});
