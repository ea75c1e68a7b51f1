import type { Order, OrderStatus } from '../../domain/order.js';
import type { SqlRow, SqlValue } from './connection.js';

/** The columns of an order in the order in which the functions below read and write them. */
const COLUMN_NAMES = [
  'number',
  'id',
  'calendar',
  'datetime',
  'totalfee_minor',
  'services',
  'status',
  'version',
  'created_at',
  'updated_at',
  'cancelled_at',
  'cancel_reason',
] as const;
export const COLUMNS = COLUMN_NAMES.join(', ');

/** An order from the values of COLUMNS. */
export function orderOfRow(row: SqlRow): Order {
  const [number, _id, calendar, datetime, totalfeeMinor, services, status, version, createdAt, updatedAt] =
    row;
  return {
    _id: _id as string,
    number: number as number,
    datetime: datetime as number,
    totalfeeMinor: totalfeeMinor as number,
    services: JSON.parse(services as string) as string[],
    calendar: calendar as string,
    status: status as OrderStatus,
    version: version as number,
    createdAt: createdAt as number,
    updatedAt: updatedAt as number,
    cancelledAt: row[10] as number | null,
    cancelReason: row[11] as string | null,
  };
}

/** The values of COLUMNS from an order. */
export function rowOfOrder(order: Order): SqlRow {
  return [
    order.number,
    order._id,
    order.calendar,
    order.datetime,
    order.totalfeeMinor,
    JSON.stringify(order.services),
    order.status,
    order.version,
    order.createdAt,
    order.updatedAt,
    order.cancelledAt,
    order.cancelReason,
  ];
}

/** The columns in which two states of an order differ, with the values of the later one. */
export function changedColumns(before: Order, after: Order): { column: string; value: SqlValue }[] {
  const old = rowOfOrder(before);
  return rowOfOrder(after).flatMap((value, index) =>
    value === old[index] ? [] : [{ column: COLUMN_NAMES[index] as string, value }],
  );
}
