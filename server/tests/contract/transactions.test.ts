import { describe, expect, test } from '@jest/globals';
import { AppError } from '../../src/domain/errors.js';
import type { Tx } from '../../src/storage/storage.js';
import { anId, anOrder, NINE } from '../support/orders.js';
import { useStorages } from '../support/use-storages.js';

const storages = useStorages();
const { write } = storages;

const aService = () => ({ _id: anId(), name: 'Inspection', createdAt: NINE, version: 1 });

/** Writes one of each kind; gives their ids. */
async function writeAll(tx: Tx) {
  const service = aService();
  const order = anOrder({ number: await tx.orders.takeNumber(), services: [service._id] });
  const calendar = {
    _id: `c-${anId()}`,
    windowMs: 0,
    boundary: 'inclusive',
    version: 1,
    createdAt: NINE,
  } as const;
  await tx.services.insert(service);
  await tx.orders.insert(order);
  await tx.calendars.insert(calendar);
  return { service: service._id, order: order._id, calendar: calendar._id };
}

type Ids = Awaited<ReturnType<typeof writeAll>>;
const found = async (
  { service, order, calendar }: Ids,
  { services, orders, calendars }: Pick<Tx, 'services' | 'orders' | 'calendars'> | typeof storages.other,
) =>
  [await services.find(service), await orders.find(order), await calendars.find(calendar)].map(
    (one) => one !== null,
  );

const ALL = [true, true, true];
const NONE = [false, false, false];

describe('a transaction', () => {
  test('gives what its work gives, and all of it is there for everyone', async () => {
    const ids = await write(writeAll);
    expect(await found(ids, storages.storage)).toEqual(ALL);
    expect(await found(ids, storages.other)).toEqual(ALL);
  });

  test('sees its own writes', async () => {
    const { ids, inside } = await write(async (tx) => {
      const written = await writeAll(tx);
      return { ids: written, inside: await found(written, tx) };
    });
    expect(inside).toEqual(ALL);
    expect(await found(ids, storages.storage)).toEqual(ALL);
  });

  test('shows nobody else what it wrote, should it be undone', async () => {
    let outside: Promise<unknown>[] = [];
    const undone = write(async (tx) => {
      const ids = await writeAll(tx);
      outside = [found(ids, storages.storage), found(ids, storages.other)]; // asked while it is open
      await found(ids, tx);
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    expect(await Promise.all(outside)).toEqual([NONE, NONE]);
  });

  test.each([new AppError('not_found', 'Refused.'), new Error('broken'), 'a text', undefined])(
    'that throws %p is undone whole, and what it threw is thrown on as it is',
    async (thrown) => {
      let ids: Ids | null = null;
      const outcome = await write(async (tx) => {
        ids = await writeAll(tx);
        throw thrown;
      }).then(
        () => 'done',
        (error: unknown) => ({ error }),
      );
      expect(outcome).toEqual({ error: thrown });
      expect((outcome as { error: unknown }).error).toBe(thrown);
      expect(await found(ids as unknown as Ids, storages.other)).toEqual(NONE);
    },
  );

  test('that is undone leaves what stood before as it was', async () => {
    const order = await write(async (tx) => {
      const made = anOrder({ number: await tx.orders.takeNumber(), services: [anId()] });
      await tx.orders.insert(made);
      return made;
    });
    const undone = async (work: (tx: Tx) => Promise<unknown>) => {
      await write(async (tx) => {
        await work(tx);
        throw new Error('undone');
      }).catch(() => {});
      expect(await storages.storage.orders.find(order._id)).toEqual(order);
      const byService = {
        sort: { by: 'number', descending: false },
        filter: { service: order.services[0] as string },
        limit: 2,
        after: null,
      } as const;
      expect((await storages.storage.orders.list(byService)).items).toBe(
        (await storages.storage.orders.present(order._id))?.json,
      );
    };
    await undone((tx) => tx.orders.replace(order, { ...order, version: 2, datetime: 0, services: [] }));
    await undone((tx) => tx.orders.delete(order._id));
  });

  test('that has ended takes no more writes', async () => {
    let kept: Tx | null = null;
    await write(async (tx) => {
      kept = tx;
    });
    const service = aService();
    await expect((kept as unknown as Tx).services.insert(service)).rejects.toThrow();
    const whileAnotherRuns = write(() => (kept as unknown as Tx).services.insert(service));
    await expect(whileAnotherRuns).rejects.toThrow('This transaction has ended.');
    expect(await storages.storage.services.find(service._id)).toBeNull();
  });
});

describe('50 transactions at once, over two openings', () => {
  test('each happen whole or not at all, and the failure of one leaves the others', async () => {
    const attempted: Ids[] = [];
    const works = Array.from({ length: 50 }, (_, i) =>
      (i % 2 === 0 ? storages.storage : storages.other).transaction({ places: [] }, async (tx) => {
        const ids = await writeAll(tx);
        attempted[i] = ids;
        if (i % 3 === 1) throw new AppError('not_found', `refused ${i}`);
        if (i % 3 === 2) await tx.orders.insert(anOrder({ _id: ids.order, number: 900_000 + i })); // an id twice
        return i;
      }),
    );
    const settled = await Promise.allSettled(works);
    for (const [i, result] of settled.entries()) {
      const isDone = i % 3 === 0;
      expect([i, result.status]).toEqual([i, isDone ? 'fulfilled' : 'rejected']);
      if (i % 3 === 1)
        expect((result as PromiseRejectedResult).reason).toMatchObject({ message: `refused ${i}` });
      expect([i, await found(attempted[i] as Ids, storages.other)]).toEqual([i, isDone ? ALL : NONE]);
    }
  });

  test('lose no update of one row', async () => {
    const service = aService();
    await write((tx) => tx.services.insert(service));
    const bump = (i: number) =>
      (i % 2 === 0 ? storages.storage : storages.other).transaction({ places: [] }, async (tx) => {
        const now = await tx.services.find(service._id);
        if (now === null) throw new Error('gone');
        await tx.services.replace({ ...now, version: now.version + 1 });
      });
    await Promise.all(Array.from({ length: 50 }, (_, i) => bump(i)));
    expect((await storages.storage.services.find(service._id))?.version).toBe(51);
  });
});

describe('a store', () => {
  test('is ready while it is open; closed, it refuses with store_unavailable, and closing it twice does no harm', async () => {
    const storage = await storages.open();
    expect(await storage.isReady()).toBe(true);
    const service = aService();
    const lastWrite = storage.transaction({ places: [] }, (tx) => tx.services.insert(service));
    await Promise.all([lastWrite, storage.close()]);
    await storage.close();
    const refusal = expect.objectContaining({ name: 'AppError', code: 'store_unavailable' });
    await expect(storage.transaction({ places: [] }, writeAll)).rejects.toEqual(refusal);
    await expect(storage.services.find(service._id)).rejects.toEqual(refusal);
    await expect(storage.isReady()).rejects.toEqual(refusal);
    expect(await storages.storage.services.find(service._id)).toEqual(service);
  });
});
