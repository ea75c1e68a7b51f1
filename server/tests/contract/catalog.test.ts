import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nameSortKey, type OfferedService } from '../../src/domain/offered-service.js';
import { serviceOnWire } from '../../src/features/catalog/catalog.presenter.js';
import type { ServiceListQuery, ServiceSort } from '../../src/storage/storage.js';
import { anId, NINE } from '../support/orders.js';
import { useStorages } from '../support/use-storages.js';

const storages = useStorages();
const { write } = storages;

function aService(members: Partial<OfferedService> = {}): OfferedService {
  return { _id: anId(), name: 'Inspection', createdAt: NINE, version: 1, ...members };
}

async function offer(members: Partial<OfferedService> = {}): Promise<OfferedService> {
  const service = aService(members);
  await write((tx) => tx.services.insert(service));
  return service;
}

async function walk(sort: ServiceSort, limit: number): Promise<OfferedService[]> {
  const found = [];
  for (let after: ServiceListQuery['after'] = null; ; ) {
    const { items, next } = await storages.storage.services.list({ sort, limit, after });
    const page = JSON.parse(`[${items}]`);
    expect(page.length).toBeLessThanOrEqual(limit);
    found.push(...page);
    if (next === null) return found;
    after = next;
  }
}

describe('a list of services', () => {
  let services: OfferedService[];

  beforeAll(async () => {
    const names = [
      'beta',
      'Beta',
      'BETA',
      'alpha',
      'Ａlpha',
      'ﬁre',
      'FIRE',
      '\u00C5',
      '\u212B',
      'ß',
      '点検',
      '😀',
      '\uFFFD',
      '_',
      '1',
      '10',
      '2',
    ];
    services = names.map((name, index) => aService({ name, createdAt: NINE + (index % 3) }));
    await write(async (tx) => {
      for (const service of services) await tx.services.insert(service);
    });
  });

  /** Texts by their code points, as their UTF-8 bytes sort; not by UTF-16 units. */
  const compare = (a: string | number, b: string | number) =>
    typeof a === 'number' ? a - Number(b) : Buffer.compare(Buffer.from(a), Buffer.from(String(b)));

  test('by creation or by the lower-case NFKC form of the name, ties by id, either way, whatever the page', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ by: fc.constantFrom('name' as const, 'createdAt' as const), descending: fc.boolean() }),
        fc.integer({ min: 1, max: 20 }),
        async (sort, limit) => {
          const key = ({ name, createdAt }: OfferedService) =>
            sort.by === 'name' ? nameSortKey(name) : createdAt;
          const sorted = [...services].sort((a, b) => compare(key(a), key(b)) || compare(a._id, b._id));
          const expected = (sort.descending ? sorted.reverse() : sorted).map(serviceOnWire);
          expect(await walk(sort, limit)).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('puts case and compatibility variants of one name together', () => {
    expect(nameSortKey('ＦＩＲＥ')).toBe(nameSortKey('ﬁre'));
    expect(nameSortKey('\u212B')).toBe(nameSortKey('\u00C5'));
  });
});

describe('one service', () => {
  test('is found as it was inserted, and as it was replaced', async () => {
    const service = await offer({ name: 'Ö "x" \\ 😀', createdAt: -1, version: 7 });
    expect(await storages.other.services.find(service._id)).toEqual(service);
    const renamed = { ...service, name: 'aaa', version: 8 };
    await write((tx) => tx.services.replace(renamed));
    expect(await storages.storage.services.find(service._id)).toEqual(renamed);
    const names = (await walk({ by: 'name', descending: false }, 5)).map(({ name }) => name);
    expect(names).toContain('aaa');
    expect(names).not.toContain(service.name);
  });

  test('of an id that another has is refused', async () => {
    const service = await offer();
    await expect(
      write((tx) => tx.services.insert(aService({ _id: service._id, name: 'thief' }))),
    ).rejects.toThrow();
    expect(await storages.storage.services.find(service._id)).toEqual(service);
  });

  test('that was deleted is not found, not listed, not offered, and does not come back', async () => {
    const [gone, kept, never] = [await offer({ name: 'gone' }), await offer(), anId()];
    await write((tx) => tx.services.delete(gone._id, NINE));
    expect(await storages.storage.services.find(gone._id)).toBeNull();
    expect(await storages.storage.services.findOffered([gone._id, kept._id, never])).toEqual(
      new Set([kept._id]),
    );
    const listed = await walk({ by: 'createdAt', descending: true }, 100);
    expect(listed.map(({ _id }) => _id)).not.toContain(gone._id);
    expect(listed.map(({ _id }) => _id)).toContain(kept._id);
    await write((tx) => tx.services.replace({ ...gone, name: 'back', version: 2 }));
    expect(await storages.storage.services.find(gone._id)).toBeNull();
    await expect(write((tx) => tx.services.insert(gone))).rejects.toThrow();
  });

  test('inside a transaction its changes are seen at once', async () => {
    const service = aService();
    const seen = await write(async (tx) => {
      const before = await tx.services.find(service._id);
      await tx.services.insert(service);
      const offered = await tx.services.findOffered([service._id]);
      await tx.services.delete(service._id, NINE);
      return [before, offered.size, await tx.services.find(service._id)];
    });
    expect(seen).toEqual([null, 1, null]);
  });

  test('no service at all is offered where none is asked for', async () => {
    expect(await storages.storage.services.findOffered([])).toEqual(new Set());
  });
});
