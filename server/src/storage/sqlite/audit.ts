import { isDeepStrictEqual } from 'node:util';
import { orderProblems, serviceProblems } from '../../domain/audit.js';
import { nameSortKey, type OfferedService } from '../../domain/offered-service.js';
import type { Order } from '../../domain/order.js';
import type { Fault, OrderPresenter } from '../storage.js';
import type { Connection, SqlRow } from './connection.js';
import { COLUMNS, orderOfRow } from './order-row.js';
import type { RunQuery } from './run-query.js';

const PAGE = 500;

/** Every damaged row of the file, read in pages while others write. */
export async function* auditRows(
  connection: Connection,
  presenter: OrderPresenter,
  runQuery: RunQuery,
): AsyncGenerator<Fault> {
  const check = await runQuery(() => connection.prepare('PRAGMA integrity_check').all([]));
  for (const [problem] of check) if (problem !== 'ok') yield { row: 'file', problem: String(problem) };
  yield* auditServices(connection, runQuery);
  yield* auditOrders(connection, presenter, runQuery);
  const strays = await runQuery(() =>
    connection
      .prepare(
        'SELECT DISTINCT number FROM order_services WHERE number NOT IN (SELECT number FROM orders) LIMIT 1000',
      )
      .all([]),
  );
  for (const [number] of strays)
    yield { row: `order_services/${number}`, problem: 'its order does not exist' };
}

async function* auditServices(connection: Connection, runQuery: RunQuery): AsyncGenerator<Fault> {
  const statement = connection.prepare(
    'SELECT id, name, created_at, version, sort_name FROM services WHERE id > ? ORDER BY id LIMIT ?',
  );
  for await (const row of pages((after) => runQuery(() => statement.all([after, PAGE])), '')) {
    const [_id, name, createdAt, version, sortName] = row;
    for (const problem of serviceProblems({ _id, name, createdAt, version } as OfferedService)) {
      yield { row: `services/${_id}`, problem };
    }
    if (sortName !== nameSortKey(name as string)) {
      yield { row: `services/${_id}`, problem: 'it is not sorted by its name' };
    }
  }
}

async function* auditOrders(
  connection: Connection,
  presenter: OrderPresenter,
  runQuery: RunQuery,
): AsyncGenerator<Fault> {
  const statement = connection.prepare(
    `SELECT ${COLUMNS}, shape, json,
      (SELECT group_concat(value) FROM json_each(o.services) WHERE value NOT IN (SELECT id FROM services)),
      (SELECT group_concat(service) FROM (SELECT service FROM order_services s
        WHERE s.number = o.number AND s.datetime = o.datetime ORDER BY service)),
      o.number > (SELECT value FROM counters WHERE name = 'orders'),
      EXISTS (SELECT 1 FROM calendars WHERE id = o.calendar)
    FROM orders o WHERE number > ? ORDER BY number LIMIT ?`,
  );
  for await (const row of pages((after) => runQuery(() => statement.all([after, PAGE])), 0)) {
    const order = orderOfRow(row);
    for (const problem of [...orderProblems(order), ...rowProblems(order, row.slice(12), presenter)]) {
      yield { row: `orders/${order._id}`, problem };
    }
  }
}

function rowProblems(order: Order, extra: SqlRow, presenter: OrderPresenter): string[] {
  const [shape, json, unknown, indexed, isUncounted, hasCalendar] = extra;
  const problems: string[] = [];
  if (!isPresented(order, json as string, shape === presenter.shape, presenter)) {
    problems.push('its stored JSON is not what its columns say');
  }
  if (unknown !== null) problems.push(`it names services that never were: ${unknown}`);
  if ((indexed ?? '') !== [...order.services].sort().join(','))
    problems.push('its services are not indexed as they are');
  if (isUncounted === 1) problems.push('its number could be given a second time');
  if (hasCalendar === 0) problems.push(`its calendar "${order.calendar}" does not exist`);
  return problems;
}

/** Whether JSON of this release's shape is what the presenter makes; of another shape, whether no member differs. */
function isPresented(
  order: Order,
  json: string,
  isCurrentShape: boolean,
  presenter: OrderPresenter,
): boolean {
  const expected = orderProblems(order).length === 0 ? presenter.present(order) : json; // reported as itself
  if (isCurrentShape) return json === expected;
  const [stored, fresh] = [parseObject(json), parseObject(expected)];
  return (
    stored !== null &&
    fresh !== null &&
    Object.keys(stored).every(
      (member) => !(member in fresh) || isDeepStrictEqual(stored[member], fresh[member]),
    )
  );
}

function parseObject(json: string): Record<string, unknown> | null {
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** The rows of a walk by key, page by page; the key is each row's first column. */
async function* pages<Key extends string | number>(
  readAfter: (key: Key) => Promise<SqlRow[]>,
  first: Key,
): AsyncGenerator<SqlRow> {
  let after = first;
  for (;;) {
    const rows = await readAfter(after);
    yield* rows;
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.[0] as Key;
  }
}
