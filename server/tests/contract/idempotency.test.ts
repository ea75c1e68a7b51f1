import { expect, test } from '@jest/globals';
import type { IdempotencyRecord } from '../../src/storage/storage.js';
import { anId, anOrder, HOUR_MS, NINE } from '../support/orders.js';
import { useStorages } from '../support/use-storages.js';

const stores = useStorages();
const { write } = stores;
const aRecord = (members: Partial<IdempotencyRecord> = {}): IdempotencyRecord => ({
  caller: 'open',
  key: anId(),
  fingerprint: 'f',
  outcome: '{"a":"ü\\n"}',
  createdAt: Date.now(),
  ...members,
});
const find = ({ caller, key }: IdempotencyRecord) => write((tx) => tx.idempotency.find(caller, key));

test('a record is found as it was saved, by its caller and its key', async () => {
  const record = aRecord({ key: '!~"%/'.repeat(20), caller: 'rm-1' });
  await write((tx) => tx.idempotency.save(record));
  expect(await find(record)).toEqual(record);
  expect(await find({ ...record, caller: 'rm-2' })).toBeNull();
  expect(await find({ ...record, key: record.key.slice(1) })).toBeNull();
});

test('a record takes the place of an older one', async () => {
  const record = aRecord();
  await write((tx) => tx.idempotency.save(record));
  const newer = { ...record, fingerprint: 'g', createdAt: record.createdAt + 5 };
  await write((tx) => tx.idempotency.save(newer));
  expect(await find(record)).toEqual(newer);
});

test('a record goes with its transaction', async () => {
  const record = aRecord();
  const failed = write(async (tx) => {
    await tx.idempotency.save(record);
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  expect(await find(record)).toBeNull();
});

test('of twins over two connections one saves its record and the others find it', async () => {
  for (let round = 0; round < 5; round++) {
    const key = anId();
    const twin = (storage: typeof stores.storage, fingerprint: string) =>
      storage.transaction({ places: [] }, async (tx) => {
        const found = await tx.idempotency.find('open', key);
        if (found !== null) return found.fingerprint;
        await tx.idempotency.save(aRecord({ key, fingerprint }));
        return fingerprint;
      });
    const told = await Promise.all(
      Array.from({ length: 10 }, (_, i) => twin(i % 2 === 0 ? stores.storage : stores.other, `f${i}`)),
    );
    expect(new Set(told).size).toBe(1);
  }
});

test('sweeping keeps what is younger', async () => {
  const young = aRecord({ createdAt: NINE + HOUR_MS });
  await write((tx) => tx.idempotency.save(young));
  await stores.storage.sweepIdempotency(NINE + HOUR_MS);
  expect(await find(young)).toEqual(young);
});

test('a dry run gives what its work gave, and leaves nothing: no row, no number, no record', async () => {
  const number = await write((tx) => tx.orders.takeNumber());
  const order = anOrder({ datetime: NINE + 900 * HOUR_MS });
  const record = aRecord();
  const seen = await stores.storage.transaction(
    { places: [order], numbers: 1, isDryRun: true },
    async (tx) => {
      await tx.calendars.take(order.calendar, order.datetime);
      await tx.orders.insert({ ...order, number: await tx.orders.takeNumber() });
      await tx.idempotency.save(record);
      return (await tx.orders.find(order._id))?._id;
    },
  );
  expect(seen).toBe(order._id);
  expect(await stores.storage.orders.find(order._id)).toBeNull();
  expect(await find(record)).toBeNull();
  expect(await write((tx) => tx.orders.takeNumber())).toBe(number + 1);
});

test('what a dry run refuses is thrown on', async () => {
  const refused = stores.storage.transaction({ places: [], isDryRun: true }, async () => {
    throw new Error('refused');
  });
  await expect(refused).rejects.toThrow('refused');
});

test('dry runs at once, with real bookings among them, disturb nobody', async () => {
  const base = NINE + 2_000 * HOUR_MS;
  const book = (i: number, isDryRun: boolean) =>
    (i % 2 === 0 ? stores.storage : stores.other).transaction(
      { places: [], numbers: 1, isDryRun },
      async (tx) => {
        const order = anOrder({ datetime: base + i * HOUR_MS });
        await tx.orders.insert({ ...order, number: await tx.orders.takeNumber() });
        return order._id;
      },
    );
  const ids = await Promise.all(Array.from({ length: 20 }, (_, i) => book(i, i % 4 !== 0)));
  const there = await Promise.all(ids.map(async (id) => (await stores.storage.orders.find(id)) !== null));
  expect(there).toEqual(ids.map((_, i) => i % 4 === 0));
});
