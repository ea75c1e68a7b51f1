import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { mongo } from 'mongoose';
import type { OrderFilter } from '../../src/storage/storage.js';
import { dropDatabase, freshUrl, withDatabase } from '../support/mongo.js';
import { openWatchedStorage, type SentCommand, type WatchedStorage } from '../support/mongo-commands.js';
import { anId, anOrder, HOUR_MS, NINE } from '../support/orders.js';

/*
 * Which index serves each query that is promised at any size: the command that the store sent is
 * explained as it is. On every server: the index is made, each page is read from an index that begins
 * with the filter, and never from the whole collection. How much is read is asked of servers that say
 * it as it is: MongoDB, and SecantusDB in Rust (TEST_MONGODB_URL names one). SecantusDB in Python, which
 * runs start by themselves, reads past the limit whatever the index, reports a SORT, and of several
 * indexes that begin with the filter takes any; there those tests are shown as skipped.
 */

const DAY_MS = 24 * HOUR_MS;
const url = freshUrl();
const service = anId();
let watched: WatchedStorage;

const buildInfo = await withDatabase(url, (db) => db.admin().command({ buildInfo: 1 }));
const isSecantusInPython =
  buildInfo.secantusVersion !== undefined && buildInfo.buildEnvironment === undefined;
const testHowMuch = isSecantusInPython ? test.skip : test;

beforeAll(async () => {
  watched = await openWatchedStorage(url);
  await watched.storage.transaction({ places: [] }, async (tx) => {
    for (let number = 1; number <= 20; number++) {
      const datetime = NINE + number * DAY_MS;
      await tx.orders.insert(anOrder({ number, datetime, services: [service] }));
    }
  });
});
afterAll(async () => {
  await watched.storage.close();
  await dropDatabase(url);
});

interface Plan {
  stages: string[];
  indexes: string[];
  keysExamined: number;
  limit: number;
}

/** How the server answers each of the queries that were sent. */
async function plansOf(sent: readonly SentCommand[]): Promise<Plan[]> {
  return withDatabase(url, async (db) => {
    const plans = [];
    for (const { command } of sent) {
      const explain = queryOf(command);
      const explained = await db.command({ explain, verbosity: 'executionStats' });
      const keysExamined = explained.executionStats.totalKeysExamined;
      plans.push({
        ...stagesOf(explained.queryPlanner.winningPlan),
        keysExamined,
        limit: explain.limit as number,
      });
    }
    return plans;
  });
}

/** A query as it was sent; of an aggregation what it reads first. */
function queryOf({ find, filter, sort, limit, projection, aggregate, pipeline }: mongo.Document) {
  if (aggregate === undefined) return { find, filter, sort, limit, projection };
  const [{ $match }, { $sort }, { $limit }] = pipeline;
  return { find: aggregate, filter: $match, sort: $sort, limit: $limit };
}

function stagesOf(plan: mongo.Document): Pick<Plan, 'stages' | 'indexes'> {
  const found = { stages: [] as string[], indexes: [] as string[] };
  for (let stage = plan.queryPlan ?? plan; stage !== undefined; stage = stage.inputStage) {
    found.stages.push(stage.stage);
    if (stage.indexName !== undefined) found.indexes.push(stage.indexName);
  }
  return found;
}

/** Plans of what was sent, of which there is something. */
async function plansDuring(work: () => Promise<unknown>): Promise<Plan[]> {
  const sent = await watched.sentDuring(work);
  expect(sent).not.toEqual([]);
  return plansOf(sent);
}

/** Each query that was sent is served by the index, or by another that begins as it does where `loosely`. */
async function expectIndex(work: () => Promise<unknown>, index: string, loosely = false): Promise<void> {
  for (const { stages, indexes } of await plansDuring(work)) {
    expect(stages).not.toContain('COLLSCAN');
    const beginning = index.split('_1_')[0];
    expect(indexes).toEqual([loosely ? expect.stringMatching(`^${beginning}_1_`) : index]);
  }
}

/** Each query that was sent reads keys of the index up to its limit, in the order in which it gives them. */
async function expectNoMoreThanPage(work: () => Promise<unknown>, index: string): Promise<void> {
  for (const { stages, indexes, keysExamined, limit } of await plansDuring(work)) {
    expect(indexes).toEqual([index]);
    expect(stages).not.toContain('SORT');
    expect(keysExamined).toBeLessThanOrEqual(limit);
  }
}

describe('what stands near a place', () => {
  const index = 'calendar_1_active_1_datetime_1_number_1__id_1';
  const near = (direction: 'ascending' | 'descending') => () => {
    const range = { from: NINE, to: NINE + 19 * DAY_MS };
    return watched.storage.orders.findActiveBetween({ calendar: 'default', range, direction, limit: 2 });
  };

  test.each(['ascending', 'descending'] as const)(
    '%s is read from the index made for the rule',
    (direction) => expectIndex(near(direction), index),
  );

  test('is read from it too where the policy is looked at with it', () => {
    const range = { from: NINE, to: NINE + 19 * DAY_MS };
    return expectIndex(() => watched.storage.schedules.find({ calendar: 'default', range, limit: 2 }), index);
  });

  testHowMuch.each(['ascending', 'descending'] as const)('%s reads two keys for two orders', (direction) =>
    expectNoMoreThanPage(near(direction), index),
  );
});

type Position = { value: number | string | null; tie: number } | null;
type SortedBy = 'number' | 'datetime' | 'createdAt';

describe('a list', () => {
  const calendar = 'default';
  const range = { datetimeFrom: NINE, datetimeTo: NINE + 19 * DAY_MS };
  const lists: [OrderFilter, SortedBy, string][] = [
    [{}, 'number', 'number_1'],
    [{}, 'datetime', 'datetime_1_number_1'],
    [{}, 'createdAt', 'createdAt_1_number_1'],
    [{ calendar }, 'number', 'calendar_1_number_1'],
    [{ calendar }, 'datetime', 'calendar_1_datetime_1_number_1'],
    [{ service }, 'number', 'services_1_number_1'],
    [{ service }, 'datetime', 'services_1_datetime_1_number_1'],
    [{ statuses: ['scheduled'] }, 'number', 'status_1_number_1'],
    [{ statuses: ['scheduled'] }, 'datetime', 'status_1_datetime_1_number_1'],
    [range, 'datetime', 'datetime_1_number_1'],
    [{ calendar, ...range }, 'datetime', 'calendar_1_datetime_1_number_1'],
  ];

  const list = (filter: OrderFilter, by: SortedBy, descending: boolean) => (after: Position) =>
    watched.storage.orders.list({ sort: { by, descending }, filter, limit: 2, after });

  test.each(lists)('of %j by %s has the index %s', async (filter, by, index) => {
    const made = await withDatabase(url, (db) => db.collection('orders').indexes());
    expect(made.map(({ name }) => name)).toContain(index);
    const loosely = by === 'datetime' && Object.keys(filter).length > 0;
    for (const descending of [false, true]) {
      const page = list(filter, by, descending);
      await expectIndex(() => page(null), index, loosely);
      const { next } = await page(null);
      expect(next).not.toBeNull();
      await expectIndex(() => page(next), index, loosely);
    }
  });

  testHowMuch.each(lists)('of %j by %s reads a page of %s and no more, at any depth', async (...wanted) => {
    const [filter, by, index] = wanted;
    for (const descending of [false, true]) {
      const page = list(filter, by, descending);
      let after: Position = null;
      let pages = 0;
      do {
        await expectNoMoreThanPage(() => page(after), index);
        after = (await page(after)).next;
        pages += 1;
      } while (after !== null);
      expect(pages).toBeGreaterThanOrEqual(9);
    }
  });
});
