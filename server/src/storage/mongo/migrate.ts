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
const SCHEMA = 1;

interface MigrateOptions {
  display: string;
  migrates: boolean;
  now: () => number;
  log: StorageLog;
}

/**
 * Sets an empty database up and looks after the indexes of ours; brings another to this release where
 * that is asked for. Every step can be repeated, and may run in several processes at once: what marks
 * the database as done is written last.
 * Error: AppError `store_unavailable` for a newer database, and for one that must be migrated first.
 */
export async function migrate(
  models: Models,
  { display, migrates, now, log }: MigrateOptions,
): Promise<void> {
  const isEmpty = await hasNoData(models); // before the mark is read: whoever wrote data wrote it before
  const mark = await models.Meta.findOne({ _id: 'schema' }).lean<MetaDocument>();
  if (mark !== null && mark.number > SCHEMA) {
    throw unavailable(
      `${display} was written by a newer Roundsman (schema ${mark.number}, this release knows ${SCHEMA}): install that release.`,
    );
  }
  if (mark === null && !isEmpty && !migrates) {
    throw unavailable(
      `${display} holds data that Roundsman has not taken over yet: run \`npx roundsman migrate\` once.`,
    );
  }
  if (mark === null) {
    await setUp(models, now);
    if (!isEmpty) await takeOver(models, log);
  }
  await makeIndexes(models);
  if (mark === null) {
    await models.Meta.updateOne({ _id: 'schema' }, { $set: { number: SCHEMA } }, { upsert: true });
    log.info(`Set up ${display} (schema ${SCHEMA}).`);
  }
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

async function makeIndexes({ Order, Service }: Models): Promise<void> {
  await Order.createIndexes();
  await Service.createIndexes();
}
