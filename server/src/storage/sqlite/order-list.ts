import type { OrderFilter, OrderListQuery, OrderPresenter, Page } from '../storage.js';
import type { SqlRow, SqlValue } from './connection.js';
import { COLUMNS, orderOfRow } from './order-row.js';
import type { OrderReadStatements } from './order-statements.js';

/*
 * Pages by keyset, never by offset, so that the millionth row costs what the first does. SQLite
 * joins the stored JSON of a page itself: one row crosses into JavaScript instead of fifty.
 */

/** Stands between the orders of a page; JSON.stringify never writes a raw line break, so it is nowhere else. */
const SEPARATOR = ',\n';

const SORT_COLUMN = { number: 'number', datetime: 'datetime', createdAt: 'created_at' } as const;

const QUALIFIED_COLUMNS = COLUMNS.replace(/\w+/g, 'o.$&');

/** How many orders a list has, counted up to `max`. */
export function countOrders(statements: OrderReadStatements, filter: OrderFilter, max: number): number {
  const { conditions, values } = conditionsOf(filter);
  const sql = `SELECT count(*) FROM (SELECT 1 FROM ${tableOf(filter)} ${whereAll(conditions)} LIMIT ?)`;
  return statements.list(sql).get([...values, max])?.[0] as number;
}

interface ListSql {
  from: string;
  values: SqlValue[];
}

/** A page of orders as finished JSON. */
export function listOrders(
  statements: OrderReadStatements,
  presenter: OrderPresenter,
  query: OrderListQuery,
): Page<number> {
  const { from, values } = listSql(query);
  const joined = statements
    .list(
      `SELECT group_concat(json, ',' || char(10)), count(*), min(shape), max(shape) FROM (SELECT o.json, o.shape ${from})`,
    )
    .get(values);
  const [text, count, oldest, newest] = joined as [string | null, number, number | null, number | null];
  if (text === null) return { items: '', next: null };
  const isCurrent = oldest === presenter.shape && newest === presenter.shape;
  const items = isCurrent
    ? text
    : presentAgain(statements.list(`SELECT ${QUALIFIED_COLUMNS} ${from}`).all(values), presenter);
  return count > query.limit ? cutPage(items, query) : { items, next: null };
}

/** Rows that another release wrote are presented from their columns. */
function presentAgain(rows: readonly SqlRow[], presenter: OrderPresenter): string {
  return rows.map((row) => presenter.present(orderOfRow(row))).join(SEPARATOR);
}

/** Takes the one row too many off, and finds the place of the last that stays. */
function cutPage(items: string, query: OrderListQuery): Page<number> {
  const page = items.slice(0, items.lastIndexOf(SEPARATOR));
  const last = JSON.parse(page.slice(page.lastIndexOf(SEPARATOR) + 1)) as Record<string, string | number>;
  const value = query.sort.by === 'number' ? last.number : Date.parse(last[query.sort.by] as string);
  return { items: page, next: { value: value as number, tie: last.number as number } };
}

function listSql({ sort, filter, limit, after }: OrderListQuery): ListSql {
  const { conditions, values } = conditionsOf(filter);
  // A service's orders are found, and sorted by number or time, in the index of order_services.
  const isByService = filter.service !== undefined;
  const key = isByService && sort.by !== 'createdAt' ? `s.${sort.by}` : `o.${SORT_COLUMN[sort.by]}`;
  const tie = isByService ? 's.number' : 'o.number';

  if (after !== null) {
    const isBeyond = sort.descending ? '<' : '>';
    conditions.push(sort.by === 'number' ? `${tie} ${isBeyond} ?` : `(${key}, ${tie}) ${isBeyond} (?, ?)`);
    values.push(...(sort.by === 'number' ? [after.tie] : [after.value, after.tie]));
  }

  const order = sort.descending ? 'DESC' : 'ASC';
  const orderBy = sort.by === 'number' ? `${tie} ${order}` : `${key} ${order}, ${tie} ${order}`;
  const from = `FROM ${tableOf(filter)} ${whereAll(conditions)} ORDER BY ${orderBy} LIMIT ?`;
  return { from, values: [...values, limit + 1] };
}

function tableOf({ service }: OrderFilter): string {
  return service === undefined ? 'orders o' : 'order_services s JOIN orders o ON o.number = s.number';
}

function whereAll(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
}

function conditionsOf(filter: OrderFilter): { conditions: string[]; values: SqlValue[] } {
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  const where = (condition: string, ...bound: SqlValue[]) => {
    conditions.push(condition);
    values.push(...bound);
  };
  if (filter.service !== undefined) where('s.service = ?', filter.service);
  if (filter.calendar !== undefined) where('o.calendar = ?', filter.calendar);
  if (filter.number !== undefined) where('o.number = ?', filter.number);
  if (filter.statuses !== undefined) {
    where(`o.status IN (${filter.statuses.map(() => '?').join(', ')})`, ...filter.statuses);
  }
  if (filter.datetimeFrom !== undefined) where('o.datetime >= ?', filter.datetimeFrom);
  if (filter.datetimeTo !== undefined) where('o.datetime <= ?', filter.datetimeTo);
  return { conditions, values };
}
