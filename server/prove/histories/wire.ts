import type { Answer, Call } from '../support/http-client.js';
import type { Clash, Operation, Result, Shown } from './history.js';

/* From operations to requests, and from answers to results. */

const instantText = (ms: number) => new Date(ms).toISOString();

/** The request for one operation, or for a batch of several. */
export function callOf(operations: readonly Operation[], style: { isPut: boolean; isAtomic: boolean }): Call {
  const [only] = operations;
  if (operations.length > 1 || only === undefined)
    return {
      method: 'POST',
      path: '/orders/batch',
      body: { atomic: style.isAtomic, operations: operations.map(inBatch) },
    };
  const path = `/orders/${only.id}`;
  switch (only.op) {
    case 'create':
      return { method: 'POST', path: '/orders', body: members(only) };
    case 'update':
      return { method: style.isPut ? 'PUT' : 'PATCH', path, body: members(only) };
    case 'cancel':
      return { method: 'POST', path: `${path}/cancel`, body: { reason: String(only.serial) } };
    case 'restore':
      return { method: 'POST', path: `${path}/restore` };
    case 'delete':
      return { method: 'DELETE', path };
    case 'read':
      return { method: 'GET', path };
  }
}

function members({ serial, datetime, calendar }: Operation) {
  return {
    totalfee: serial,
    ...(datetime === undefined ? {} : { datetime: instantText(datetime) }),
    ...(calendar === undefined ? {} : { calendar }),
  };
}

function inBatch(operation: Operation) {
  const { op, id, serial } = operation;
  if (op === 'create') return { op, data: members(operation) };
  if (op === 'update') return { op, id, data: members(operation) };
  return op === 'cancel' ? { op, id, reason: String(serial) } : { op, id };
}

interface Told {
  status: number;
  data?: unknown;
  error?: { code: string; clash?: { calendar: string; datetime: string; conflicts: unknown[] } };
}

/** What an answer says of each operation; of a batch that was refused as a whole, one result alone. */
export function resultsOf({ status, text }: Answer, isBatch: boolean): Result[] {
  const told = JSON.parse(text) as Told;
  if (isBatch && status === 200) return (told.data as Told[]).map(resultOf);
  return [resultOf({ ...told, status })];
}

function resultOf({ status, data, error }: Told): Result {
  if (error === undefined) return { status, order: shownOf(data as OnWire) };
  const { code, clash } = error;
  return clash === undefined ? { status, code } : { status, code, clash: clashOf(clash) };
}

function clashOf({ calendar, datetime, conflicts }: NonNullable<NonNullable<Told['error']>['clash']>): Clash {
  const named = (conflicts as { _id?: string; datetime: string }[]).flatMap(({ _id, datetime: at }) =>
    _id === undefined ? [] : [{ _id, datetime: Date.parse(at) }],
  );
  return { calendar, datetime: Date.parse(datetime), conflicts: named };
}

type OnWire = Omit<Shown, 'datetime'> & { datetime: string };

/** An order as the checker wants it. */
export function shownOf(order: OnWire): Shown {
  const { _id, number, datetime, totalfee, calendar, status, version, cancelReason } = order;
  return { _id, number, datetime: Date.parse(datetime), totalfee, calendar, status, version, cancelReason };
}
