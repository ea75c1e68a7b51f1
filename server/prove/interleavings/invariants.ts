import { isActive, type Order } from '../../src/domain/order.js';
import { calendarJson } from '../../src/features/calendars/calendar.presenter.js';
import { orderPresenter } from '../../src/features/orders/order.presenter.js';
import type { Client } from './client.js';
import type { Commit } from './model/database.js';
import type { Documents, Write } from './model/documents.js';
import type { Operation } from './scenario.js';

/*
 * What must hold, asked of the committed documents. The distance of two orders is reckoned here again,
 * apart from domain/schedule.ts, so that a fault there is seen too.
 */

/** Why a writer of a scenario may be refused. */
const REFUSALS: ReadonlySet<string> = new Set([
  'booking_clash',
  'not_found',
  'invalid_transition',
  'store_unavailable',
  'outcome_unknown',
]);

/** What is wrong at the instant of a commit, as a sentence; null where all holds. */
export function faultOfCommit(documents: Documents, { by, writes }: Commit): string | null {
  const numbers = documents.all('orders').map(({ number }) => number);
  if (new Set(numbers).size < numbers.length) return `two orders have one number: ${numbers.join()}`;
  for (const { collection, id } of writes) {
    if (collection !== 'orders') continue;
    const [before, after] = [documents.read('orders', id, documents.at - 1), documents.read('orders', id)];
    if (after === null || !isActive(after) || (before !== null && stands(before, after))) continue;
    const rival = rivalOf(documents, after);
    if (rival !== null) {
      return `${by} committed ${placeOf(after)}, too near ${placeOf(rival)} under the rule as it stands`;
    }
  }
  return null;
}

type Place = Pick<Order, '_id' | 'calendar'> & { datetime: number };

/** Whether an order stood where it stands already; then the rule is not asked. */
function stands(before: Order, after: Order): boolean {
  return isActive(before) && before.datetime === after.datetime && before.calendar === after.calendar;
}

/** An order that stands too near at an instant, now where none is given. */
function rivalOf(documents: Documents, order: Place, at = documents.at): Order | null {
  const rule = documents.read('calendars', order.calendar, at);
  if (rule === null) return null; // and then nothing can be booked there
  for (const other of documents.all('orders', at)) {
    if (other._id === order._id || other.calendar !== order.calendar || !isActive(other)) continue;
    const apartMs = Math.abs(other.datetime - order.datetime);
    if (apartMs < rule.windowMs || (apartMs === rule.windowMs && rule.boundary === 'inclusive')) return other;
  }
  return null;
}

/** Whether a new order would have been free of rivals at every instant since the writers asked; of other operations false. */
function wasAlwaysFree(documents: Documents, operation: Operation): boolean {
  if (operation.op !== 'create') return false;
  for (let at = 1; at <= documents.at; at++) {
    if (rivalOf(documents, { ...operation, _id: '' }, at) !== null) return false;
  }
  return true;
}

function placeOf({ _id, calendar, datetime }: Order): string {
  return `${_id} on ${calendar} at ${datetime === null ? 'no time' : new Date(datetime).toISOString()}`;
}

/** All writers, and what they have committed. */
interface Ending {
  clients: readonly Client[];
  documents: Documents;
}

/** What is wrong with the end of a writer, as a sentence; null where all holds. */
export function faultOfEnd(
  { name, writer, result, commits }: Client,
  { clients, documents }: Ending,
): string | null {
  if (result === null) return `${name} waits for ever`;
  const isTwin = (other: Client) =>
    other.name === name || (writer.key !== undefined && other.writer.key === writer.key);
  const effects = clients.filter(isTwin).flatMap((twin) => twin.commits);
  if (effects.length > 1) return `${name} took effect ${effects.length} times`;
  switch (result.kind) {
    case 'broken':
      return `${name} failed: ${result.reason}`;
    case 'unanswered':
      return null;
    case 'refused':
      if (!REFUSALS.has(result.code)) return `${name} was refused for no reason: ${result.code}`;
      if (result.code === 'booking_clash' && wasAlwaysFree(documents, writer.operation))
        return `${name} was refused for a clash that never was`;
      if (result.code === 'outcome_unknown' || commits.length === 0) return null;
      return `${name} was refused (${result.code}), and took effect`;
    case 'told': {
      const { dataJson, isReplayed } = result.told;
      const missing = missingEffect(dataJson, writer.operation, effects[0] ?? []);
      return missing === null ? null : `${name} was told${isReplayed ? ' again' : ''} of ${missing}`;
    }
  }
}

/** What was told and not committed; null where all was. */
function missingEffect(dataJson: string, operation: Operation, writes: readonly Write[]): string | null {
  if (operation.op === 'window') {
    const calendar = writes.find(({ collection }) => collection === 'calendars')?.value;
    if (calendar === undefined) return null; // it stood so already
    return calendarJson(calendar as Parameters<typeof calendarJson>[0]) === dataJson ? null : dataJson;
  }
  const last = new Map<string, { op: string; json: string }>();
  const entries =
    operation.op === 'batch'
      ? (JSON.parse(dataJson) as { op: string; data?: { _id: string } }[])
      : [{ op: operation.op, data: JSON.parse(dataJson) as { _id: string } }];
  for (const { op, data } of entries) {
    if (data !== undefined) last.set(data._id, { op, json: JSON.stringify(data) });
  }
  for (const [id, { op, json }] of last) {
    const write = writes.find((one) => one.collection === 'orders' && one.id === id);
    const isThere =
      op === 'delete'
        ? write?.value === null || write === undefined // made and deleted by one batch
        : write !== undefined &&
          write.value !== null &&
          orderPresenter.present(write.value as Order) === json;
    const isUnmoved = (op === 'move' || op === 'update') && write === undefined;
    if (!isThere && !isUnmoved) return json;
  }
  return null;
}
