import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { OrderFilter, OrderSort } from '../storage.js';
import { Connection, type Statement } from './connection.js';
import { migrate } from './migrate.js';
import { listOrders } from './order-list.js';
import { OrderReadStatements } from './order-statements.js';

/* The lists that are promised at any size: an index gives their rows in their order, and nothing is sorted. */

class WatchedConnection extends Connection {
  readonly prepared: string[] = [];

  override prepare(sql: string): Statement {
    this.prepared?.push(sql);
    return super.prepare(sql);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'roundsman-plans-'));
const presenter = { shape: 1, present: () => '{}' };
let connection: WatchedConnection;
beforeAll(async () => {
  connection = new WatchedConnection(join(folder, 'test.db'));
  await migrate(connection, { file: 'test.db', copyOf: null, isLookOnly: false }, async (query) => query());
});
afterAll(() => {
  connection.close();
  rmSync(folder, { recursive: true });
});

const service = 'a'.repeat(24);
const NONE: OrderFilter = {};
const PROMISED: [string, OrderFilter, OrderSort['by'][]][] = [
  ['no filter', NONE, ['number', 'datetime', 'createdAt']],
  ['calendar', { calendar: 'default' }, ['number', 'datetime']],
  ['service', { service }, ['number', 'datetime']],
  ['status', { statuses: ['scheduled'] }, ['number', 'datetime']],
  ['calendar and time', { calendar: 'default', datetimeFrom: 0, datetimeTo: 10 }, ['datetime']],
];

/** What SQLite does for a page: the lines of its plan. */
function planOf(
  filter: OrderFilter,
  by: OrderSort['by'],
  { descending, isFirst }: { descending: boolean; isFirst: boolean },
): string {
  const after = isFirst ? null : { value: 5, tie: 5 };
  listOrders(new OrderReadStatements(connection), presenter, {
    sort: { by, descending },
    filter,
    limit: 50,
    after,
  });
  const sql = connection.prepared.findLast((one) => one.includes('group_concat')) as string;
  const values = Array.from(sql.matchAll(/\?/g), () => null);
  return new Connection(join(folder, 'test.db'))
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all(values)
    .map((row) => row.at(-1))
    .join('\n');
}

const cases = PROMISED.flatMap(([name, filter, sorts]) =>
  sorts.flatMap((by) => [true, false].map((descending) => [name, by, descending, filter] as const)),
);

test.each(cases)('%s by %s, descending: %s', (_name, by, descending, filter) => {
  for (const isFirst of [true, false]) {
    const plan = planOf(filter, by, { descending, isFirst });
    expect(plan).not.toMatch(/TEMP B-TREE/);
    const isWhole = by === 'number' && filter === NONE; // the rows themselves stand in the order of their number
    if (isWhole) expect(plan).toMatch(/SCAN o$|SEARCH o USING INTEGER PRIMARY KEY/m);
    else expect(plan).toMatch(/USING (COVERING )?(INDEX|PRIMARY KEY)/);
  }
});
