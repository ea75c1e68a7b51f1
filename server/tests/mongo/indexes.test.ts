import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { mongo } from 'mongoose';
import type { OrderFilter } from '../../src/storage/storage.js';
import { dropDatabase, freshUrl, withDatabase } from '../support/mongo.js';
import { openWatchedStorage, type SentCommand, type WatchedStorage } from '../support/mongo-commands.js';
import { anId, anOrder, HOUR_MS, NINE } from '../support/orders.js';

/*
 * Which index serves each query that is promised at any size: the command that the store sent is
 * explained as it is. The server that tests run on reports a SORT and reads past the limit whatever the
 * index; that there is no SORT stage and that no more than limit + 1 keys are examined is for
 * explain('executionStats') on a real replica set to show (TEST_MONGODB_URL). Nor does it look at the sort
 * where several indexes begin with the filter: there only that the index is made, and that one with the
 * same beginning serves the pages, is asked.
 */

const url = freshUrl();
const service = anId();
let watched: WatchedStorage;

beforeAll(async () => {
  watched = await openWatchedStorage(url);
  await watched.storage.transaction({ places: [] }, async (tx) => {
    for (let number = 1; number <= 20; number++) {
      const datetime = NINE + number * 24 * HOUR_MS;
      await tx.orders.insert(anOrder({ number, datetime, services: [service] }));
    }
  });
});
afterAll(async () => {
  await watched.storage.close();
  await dropDatabase(url);
});

/** The stages of the plan of each query that was sent, with the index of each. */
async function plansOf(sent: readonly SentCommand[]): Promise<{ stages: string[]; indexes: string[] }[]> {
  return withDatabase(url, async (db) => {
    const plans = [];
    for (const { command } of sent) {
      const { find, filter, sort, limit, projection } = command;
      const explained = await db.command({ explain: { find, filter, sort, limit, projection } });
      plans.push(stagesOf(explained.queryPlanner.winningPlan));
    }
    return plans;
  });
}

function stagesOf(plan: mongo.Document): { stages: string[]; indexes: string[] } {
  const found = { stages: [] as string[], indexes: [] as string[] };
  for (let stage = plan.queryPlan ?? plan; stage !== undefined; stage = stage.inputStage) {
    found.stages.push(stage.stage);
    if (stage.indexName !== undefined) found.indexes.push(stage.indexName);
  }
  return found;
}

/** Each query that was sent is served by the index, or by another that begins as it does where `loosely`. */
async function expectIndex(work: () => Promise<unknown>, index: string, loosely = false): Promise<void> {
  const sent = await watched.sentDuring(work);
  expect(sent).not.toEqual([]);
  for (const { stages, indexes } of await plansOf(sent)) {
    expect(stages).not.toContain('COLLSCAN');
    const beginning = index.split('_1_')[0];
    expect(indexes).toEqual([loosely ? expect.stringMatching(`^${beginning}_1_`) : index]);
  }
}

test('what stands near a place is read from the index made for the rule', async () => {
  for (const direction of ['ascending', 'descending'] as const) {
    const range = { from: NINE, to: NINE + 6 * HOUR_MS };
    const query = { calendar: 'default', range, direction, limit: 1 };
    await expectIndex(
      () => watched.storage.orders.findActiveBetween(query),
      'calendar_1_active_1_datetime_1_number_1__id_1',
    );
  }
});

describe('a list', () => {
  const calendar = 'default';
  const lists: [OrderFilter, 'number' | 'datetime' | 'createdAt', string][] = [
    [{}, 'number', 'number_1'],
    [{}, 'datetime', 'datetime_1_number_1'],
    [{}, 'createdAt', 'createdAt_1_number_1'],
    [{ calendar }, 'number', 'calendar_1_number_1'],
    [{ calendar }, 'datetime', 'calendar_1_datetime_1_number_1'],
    [{ service }, 'number', 'services_1_number_1'],
    [{ service }, 'datetime', 'services_1_datetime_1_number_1'],
    [{ statuses: ['scheduled'] }, 'number', 'status_1_number_1'],
    [{ statuses: ['scheduled'] }, 'datetime', 'status_1_datetime_1_number_1'],
    [{ datetimeFrom: NINE, datetimeTo: NINE + 99 * HOUR_MS }, 'datetime', 'datetime_1_number_1'],
    [
      { calendar, datetimeFrom: NINE, datetimeTo: NINE + 99 * HOUR_MS },
      'datetime',
      'calendar_1_datetime_1_number_1',
    ],
  ];

  test.each(lists)('of %j by %s has the index %s', async (filter, by, index) => {
    const made = await withDatabase(url, (db) => db.collection('orders').indexes());
    expect(made.map(({ name }) => name)).toContain(index);
    const loosely = by === 'datetime' && Object.keys(filter).length > 0;
    for (const descending of [false, true]) {
      const list = (after: { value: number | string | null; tie: number } | null) =>
        watched.storage.orders.list({ sort: { by, descending }, filter, limit: 2, after });
      await expectIndex(() => list(null), index, loosely);
      const { next } = await list(null);
      expect(next).not.toBeNull();
      await expectIndex(() => list(next), index, loosely);
    }
  });
});
