import type { Boundary } from '../../src/domain/calendar.js';
import { MS_PER_MINUTE } from '../../src/domain/calendar.js';
import { newOrder } from '../../src/domain/order.js';
import { documentsOfCalendar } from './model/calendars.js';
import type { Mode } from './model/database.js';
import { Documents, type Write } from './model/documents.js';
import type { Plant } from './model/plants.js';

/** An operation on orders, as a batch may hold it. Times are milliseconds since 1970. */
export type OrderOperation =
  | { op: 'create'; calendar: string; datetime: number }
  | { op: 'move'; order: string; calendar?: string; datetime?: number }
  | { op: 'cancel' | 'restore' | 'delete'; order: string };

/** What a writer does. */
export type Operation =
  | OrderOperation
  | { op: 'batch'; isAtomic: boolean; operations: readonly OrderOperation[] }
  | { op: 'window'; calendar: string; windowMinutes: number };

/** A client that writes once; with an Idempotency-Key it asks again where it got no answer. */
export interface ScenarioWriter {
  operation: Operation;
  key?: string;
}

/** A small case of which every interleaving is tried. */
export interface Scenario {
  name: string;
  mode: Mode;
  calendars: readonly { _id: string; windowMinutes: number; boundary?: Boundary }[];
  orders: readonly { _id: string; calendar: string; datetime: number; isCancelled?: boolean }[];
  /** They are called A, B, C. */
  writers: readonly ScenarioWriter[];
  /** How many deaths of a process, or lost messages, there are at most. */
  faults: number;
  /** How often a transaction runs before it is given up. */
  attempts: number;
}

/** What every clock shows. */
export const NOW = Date.UTC(2026, 11, 1);

/** The documents that a scenario begins with. */
export function documentsOf(scenario: Scenario, plants: ReadonlySet<Plant>): Documents {
  const documents = Documents.empty();
  const writes: Write[] = scenario.calendars.flatMap(({ _id, windowMinutes, boundary = 'inclusive' }) =>
    documentsOfCalendar({
      _id,
      windowMs: windowMinutes * MS_PER_MINUTE,
      boundary,
      version: 1,
      createdAt: NOW,
    }),
  );
  for (const [index, { _id, calendar, datetime, isCancelled = false }] of scenario.orders.entries()) {
    const draft = newOrder({ calendar, datetime, totalfeeMinor: 100 }, { _id, now: NOW });
    const end = isCancelled ? { status: 'cancelled' as const, cancelledAt: NOW } : {};
    writes.push({ collection: 'orders', id: _id, value: { ...draft, ...end, number: index + 1 } });
    writes.push({ collection: 'numbers', id: String(index + 1), value: { order: _id } });
  }
  writes.push({ collection: 'counters', id: 'orders', value: { value: scenario.orders.length } });
  const isLate = plants.has('lock made after the snapshot');
  documents.commit(writes.filter(({ collection }) => !isLate || collection !== 'locks'));
  return documents.copy();
}

/** A scenario in words. */
export function describeScenario({ name, mode, calendars, orders, writers, faults }: Scenario): string {
  const parts = [
    ...calendars.map(
      ({ _id, windowMinutes, boundary = 'inclusive' }) => `${_id} ${windowMinutes} min ${boundary}`,
    ),
    ...orders.map(
      ({ _id, calendar, datetime, isCancelled }) =>
        `${_id} on ${calendar} at ${timeOf(datetime)}${isCancelled ? ' cancelled' : ''}`,
    ),
    ...writers.map(
      ({ operation, key }, index) =>
        `${writerName(index)} ${describeOperation(operation)}${key === undefined ? '' : ` with key ${key}`}`,
    ),
  ];
  return `${name} (${mode}; ${parts.join('; ')}; at most ${faults} faults)`;
}

export function writerName(index: number): string {
  return String.fromCharCode(65 + index);
}

function describeOperation(operation: Operation): string {
  switch (operation.op) {
    case 'create':
      return `create on ${operation.calendar} at ${timeOf(operation.datetime)}`;
    case 'move': {
      const { order, calendar, datetime } = operation;
      const to = [
        ...(calendar === undefined ? [] : [calendar]),
        ...(datetime === undefined ? [] : [timeOf(datetime)]),
      ];
      return `move ${order} to ${to.join(' at ')}`;
    }
    case 'batch':
      return `batch${operation.isAtomic ? '' : ' one by one'} [${operation.operations.map(describeOperation).join(', ')}]`;
    case 'window':
      return `window of ${operation.calendar} to ${operation.windowMinutes} min`;
    default:
      return `${operation.op} ${operation.order}`;
  }
}

function timeOf(datetime: number): string {
  return new Date(datetime).toISOString();
}
