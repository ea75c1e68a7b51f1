import { AppError, type ErrorCode } from '../domain/errors.js';
import { toMinor } from '../domain/money.js';
import { CatalogService } from '../features/catalog/catalog.service.js';
import { OrderService } from '../features/orders/order.service.js';
import type { Storage } from '../storage/storage.js';
import { objectIdOf } from '../utils/object-id.js';
import { PLAIN_WRITE } from '../writes/write-request.js';
import { SAMPLE } from './sample.js';
import { servicePartsOn, withStorage } from './with-storage.js';

interface SeedLine {
  what: string;
  id: string;
  outcome: 'added' | 'already there' | 'refused';
  message?: string;
}

/** Loads the sample through the same services as everyone; says of every row what became of it. */
export async function seed({ json = false }: { json?: boolean }): Promise<void> {
  await withStorage(async (storage) => {
    for await (const line of seedLines(storage)) {
      const text = `${line.what} (${line.id}): ${line.outcome}${line.message === undefined ? '' : `: ${line.message}`}`;
      console.log(json ? JSON.stringify(line) : text);
    }
  });
}

async function* seedLines(storage: Storage): AsyncGenerator<SeedLine> {
  const parts = servicePartsOn(storage);
  for (const { id: sampleId, name } of SAMPLE.services) {
    const id = idOf(`services/${sampleId}`);
    const catalog = new CatalogService({ ...parts, newId: () => id });
    const line = { what: `service ${sampleId} "${name}"`, id };
    if ((await storage.services.find(id)) !== null) yield { ...line, outcome: 'already there' };
    else yield await outcomeOf(line, () => catalog.create(PLAIN_WRITE, name));
  }
  for (const order of SAMPLE.orders) {
    const id = idOf(`orders/${order.id}`);
    const orders = new OrderService({ ...parts, newId: () => id });
    const line = { what: `order ${order.id} at ${order.datetime}`, id };
    if ((await storage.orders.find(id)) !== null) yield { ...line, outcome: 'already there' };
    else {
      yield await outcomeOf(line, () =>
        orders.create(PLAIN_WRITE, {
          datetime: Date.parse(order.datetime),
          totalfeeMinor: toMinor(order.totalfee),
          services: order.services.map((service) => idOf(`services/${service.id}`)),
        }),
      );
    }
  }
}

/** What may be in the way of a row: another order, or a service that was deleted here. */
const REFUSALS: readonly ErrorCode[] = ['booking_clash', 'already_exists', 'unknown_service'];

async function outcomeOf(line: Omit<SeedLine, 'outcome'>, write: () => Promise<unknown>): Promise<SeedLine> {
  try {
    await write();
    return { ...line, outcome: 'added' };
  } catch (error) {
    if (error instanceof AppError && REFUSALS.includes(error.code)) {
      return { ...line, outcome: 'refused', message: error.message };
    }
    throw error;
  }
}

/** The sample's own ids are not ids here; a hash of them is, and is the same at every run. */
function idOf(sampleId: string): string {
  return objectIdOf(`roundsman-sample/${sampleId}`);
}
