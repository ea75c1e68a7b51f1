import {
  type Calendar,
  DEFAULT_CALENDAR_ID,
  DEFAULT_WINDOW_MINUTES,
  MS_PER_MINUTE,
} from '../../domain/calendar.js';
import type { StorageLog } from '../storage.js';
import { unavailable } from './failures.js';
import type { MetaDocument } from './models/meta.model.js';
import type { Models } from './models/models.js';
import { takeOver } from './original.js';
import { allLockIds } from './stripes.js';

/** Raise it with every change that this release's code needs in documents that are there already. */
export const SCHEMA = 1;

interface MigrateOptions {
  display: string;
  migrates: boolean;
  copyOf?: string | null;
  isLookOnly?: boolean;
  now: () => number;
  log: StorageLog;
}

/**
 * Sets an empty database up and looks after the indexes of ours; brings another to this release where
 * that is asked for. Every step can be repeated, and may run in several processes at once: what marks
 * the database as done is written last. With `isLookOnly` nothing is made, and an empty database is refused.
 * Error: AppError `store_unavailable` for a newer database, for one that must be migrated first, and for an
 * unfinished copy of another store than `copyOf` names.
 */
export async function migrate(
  models: Models,
  { display, migrates, copyOf = null, isLookOnly = false, now, log }: MigrateOptions,
): Promise<void> {
  const isEmpty = await hasNoData(models); // before the mark is read: whoever wrote data wrote it before
  const mark = await models.Meta.findOne({ _id: 'schema' }).lean<MetaDocument>();
  if (mark !== null && mark.number > SCHEMA) {
    throw unavailable(
      `${display} was written by a newer Roundsman (schema ${mark.number}, this release knows ${SCHEMA}): install that release.`,
    );
  }
  requireCopy(display, { copyOf, source: mark?.copyOf ?? null, isNew: mark === null && isEmpty });
  if (mark === null && !isEmpty && !migrates) {
    throw unavailable(
      `${display} holds data that Roundsman has not taken over yet: run \`npx roundsman migrate\` once.`,
    );
  }
  if (isLookOnly) {
    if (mark !== null) return;
    throw unavailable(
      `There is no database at ${display} yet: \`npx roundsman migrate\` makes it, and so does the server when it starts.`,
    );
  }
  if (mark === null) {
    await setUp(models, now);
    if (!isEmpty) await takeOver(models, log);
  }
  await makeIndexes(models);
  if (mark === null) {
    const marks = copyOf === null ? { number: SCHEMA } : { number: SCHEMA, copyOf };
    await models.Meta.updateOne({ _id: 'schema' }, { $set: marks }, { upsert: true });
    log.info(`Set up ${display} (schema ${SCHEMA}).`);
  }
}

/** Refuses an unfinished copy of another store than `copyOf`, and a database to be filled that is in use. */
function requireCopy(
  display: string,
  { copyOf, source, isNew }: { copyOf: string | null; source: string | null; isNew: boolean },
): void {
  if (source === copyOf || isNew) return;
  if (source !== null) {
    throw unavailable(
      `${display} is an unfinished copy of ${source}: finish it with \`npx roundsman copy\` from there, or drop it.`,
    );
  }
  throw unavailable(`${display} is in use already: copy to a database that does not exist yet.`);
}

async function hasNoData({ Order, Service }: Models): Promise<boolean> {
  return (
    (await Order.findOne({}, '_id').lean()) === null && (await Service.findOne({}, '_id').lean()) === null
  );
}

/** The default calendar with its locks, and the counter of numbers; what is there already stays. */
async function setUp({ Calendar, Lock, Counter }: Models, now: () => number): Promise<void> {
  const policy: Omit<Calendar, '_id' | 'createdAt' | 'version'> = {
    windowMs: DEFAULT_WINDOW_MINUTES * MS_PER_MINUTE,
    boundary: 'inclusive',
  };
  const once = { upsert: true } as const;
  await Counter.updateOne({ _id: 'orders' }, { $setOnInsert: { value: 0 } }, once);
  await Lock.bulkWrite(
    allLockIds(DEFAULT_CALENDAR_ID).map((_id) => ({
      updateOne: {
        filter: { _id },
        update: { $setOnInsert: { calendar: DEFAULT_CALENDAR_ID, n: 0, ...policy } },
        upsert: true,
      },
    })),
    { ordered: false },
  );
  await Calendar.updateOne(
    { _id: DEFAULT_CALENDAR_ID },
    { $setOnInsert: { version: 1, createdAt: new Date(now()), ...policy } },
    once,
  );
}

async function makeIndexes({ Order, Service, Idempotency }: Models): Promise<void> {
  await Order.createIndexes();
  await Service.createIndexes();
  await Idempotency.createIndexes();
}
