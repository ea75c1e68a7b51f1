import { CalendarService } from '../../src/features/calendars/calendar.service.js';
import { CatalogService, type ServiceChange } from '../../src/features/catalog/catalog.service.js';
import { type NewOrderInput, OrderService } from '../../src/features/orders/order.service.js';
import type { OrderChange } from '../../src/features/orders/order-operations.js';
import type { Storage } from '../../src/storage/storage.js';
import type { ToldOutcome } from '../../src/writes/outcome.js';
import { createRunWrite } from '../../src/writes/run-write.js';
import { PLAIN_WRITE } from '../../src/writes/write-request.js';
import { anId } from './orders.js';

/** The product's own order service on a store, for tests that ask nothing of HTTP. */
export function ordersOn(storage: Storage) {
  const now = Date.now;
  const service = new OrderService({ storage, now, newId: anId, runWrite: createRunWrite({ storage, now }) });
  return {
    async create(input: NewOrderInput): Promise<{ id: string }> {
      const { dataJson } = await service.create(PLAIN_WRITE, input);
      return { id: JSON.parse(dataJson)._id };
    },
    update: (id: string, change: OrderChange) => service.update(PLAIN_WRITE, id, change),
    delete: (id: string) => service.delete(PLAIN_WRITE, id),
    cancel: (id: string) => service.cancel(PLAIN_WRITE, id, null),
    restore: (id: string) => service.restore(PLAIN_WRITE, id),
  };
}

/** The same of the catalog. */
export function catalogOn(storage: Storage) {
  const now = Date.now;
  const service = new CatalogService({
    storage,
    now,
    newId: anId,
    runWrite: createRunWrite({ storage, now }),
  });
  return {
    async create(name: string): Promise<{ id: string }> {
      return { id: JSON.parse((await service.create(PLAIN_WRITE, name)).dataJson)._id };
    },
    update: (id: string, change: ServiceChange) => service.update(PLAIN_WRITE, id, change),
    delete: (id: string) => service.delete(PLAIN_WRITE, id),
  };
}

interface Rule {
  windowMinutes?: number;
  boundary?: 'inclusive' | 'exclusive';
}

/** The same of the service of calendars. */
export function calendarsOn(storage: Storage, now: () => number = Date.now) {
  const service = new CalendarService({ storage, now, runWrite: createRunWrite({ storage, now }) });
  const dataOf = async (outcome: Promise<ToldOutcome>) => JSON.parse((await outcome).dataJson);
  return {
    create: (id: string, rule: Rule) => dataOf(service.create(PLAIN_WRITE, id, rule)),
    set: (id: string, rule: Rule) => dataOf(service.update(PLAIN_WRITE, id, rule)),
  };
}
