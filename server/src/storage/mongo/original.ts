import type { Types } from 'mongoose';
import { DEFAULT_CALENDAR_ID } from '../../domain/calendar.js';
import { nameSortKey } from '../../domain/offered-service.js';
import type { StorageLog } from '../storage.js';
import type { Models } from './models/models.js';
import type { OrderDocument } from './models/order.model.js';
import type { ServiceDocument } from './models/service.model.js';

/*
 * Takes over a database that the original wrote. What is missing is filled in, and no member that is
 * there is changed. It goes through the documents by id in batches, and passes over those that have
 * what it fills in, so that it can be interrupted and repeated.
 */

const BATCH = 500;

type Found<T> = Partial<T> & { _id: Types.ObjectId };
/** Members to fill in, by the id of their document. */
type Filling = [Types.ObjectId, Record<string, unknown>];

/** What takes a batch of one collection over: what is missing in each of its documents. */
interface Take<T> {
  name: string;
  /** The member by which a document that was taken over is told from the others. */
  mark: keyof T & string;
  fill: (documents: Found<T>[]) => Promise<Filling[]>;
}

/** Fills in what the original's services and orders have not; says how far it is. */
export async function takeOver(models: Models, log: StorageLog): Promise<void> {
  await takeCollection<ServiceDocument>(models.Service.collection, log, {
    name: 'services',
    mark: 'version',
    fill: async (documents) => documents.map((document) => [document._id, missingInService(document)]),
  });
  await raiseCounter(models);
  await takeCollection<OrderDocument>(models.Order.collection, log, {
    name: 'orders',
    mark: 'number',
    fill: async (documents) => {
      const numbers = await takeNumbers(models, documents.length);
      return documents.map((document, index) => [
        document._id,
        { ...missingInOrder(document), number: numbers + index },
      ]);
    },
  });
}

type Collection = Models['Order']['collection'];

async function takeCollection<T>(collection: Collection, log: StorageLog, take: Take<T>): Promise<void> {
  const isMissing = { [take.mark]: { $exists: false } };
  const total = await collection.countDocuments(isMissing);
  let done = 0;
  for (let after: Types.ObjectId | null = null; ; ) {
    const later = after === null ? isMissing : { ...isMissing, _id: { $gt: after } };
    const documents = (await collection.find(later).sort({ _id: 1 }).limit(BATCH).toArray()) as Found<T>[];
    if (documents.length === 0) return;
    const fillings = await take.fill(documents);
    await collection.bulkWrite(
      fillings.map(([_id, members]) => ({
        updateOne: { filter: { _id, ...isMissing }, update: { $set: members } },
      })),
      { ordered: true }, // a run that is interrupted leaves the later ones, so that numbers keep the order of ids
    );
    done += documents.length;
    log.info(`Took over ${done} of ${total} ${take.name}.`);
    after = documents.at(-1)?._id ?? null;
  }
}

/** Numbers that stand in orders already, from a run that was interrupted, are not given again. */
async function raiseCounter({ Order, Counter }: Models): Promise<void> {
  const last = await Order.findOne({}, 'number').sort({ number: -1 }).lean<OrderDocument>();
  await Counter.updateOne({ _id: 'orders' }, { $max: { value: last?.number ?? 0 } });
}

/** The first of so many numbers. */
async function takeNumbers({ Counter }: Models, count: number): Promise<number> {
  const counter = await Counter.findOneAndUpdate(
    { _id: 'orders' },
    { $inc: { value: count } },
    { returnDocument: 'after' },
  );
  if (counter === null) throw new Error('The counter of order numbers is missing.');
  return counter.value - count + 1;
}

function missingInService(found: Found<ServiceDocument>): Record<string, unknown> {
  const filling = {
    createdAt: found._id.getTimestamp(),
    version: 1,
    sortName: nameSortKey(found.name ?? ''),
  };
  return missing(found, filling);
}

function missingInOrder(found: Found<OrderDocument>): Record<string, unknown> {
  const createdAt = found.createdAt ?? found._id.getTimestamp();
  const filling = {
    services: [],
    calendar: DEFAULT_CALENDAR_ID,
    status: 'scheduled',
    active: found.datetime instanceof Date,
    version: 1,
    createdAt,
    updatedAt: createdAt,
    cancelledAt: null,
    cancelReason: null,
  };
  return missing(found, filling);
}

function missing(found: object, filling: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(filling).filter(([member]) => (found as Record<string, unknown>)[member] == null),
  );
}
