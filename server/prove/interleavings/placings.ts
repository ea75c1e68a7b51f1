import type { Geometry } from './geometry.js';
import type { Mode } from './model/database.js';
import type { Operation, OrderOperation, Scenario } from './scenario.js';

const MODES: readonly Mode[] = ['mongodb', 'sqlite'];
export const DAY_MS = 24 * 3_600_000;

/** Every way into a place. */
export const PLACINGS = [
  'create',
  'move',
  'restore',
  'change of calendar',
  'batch',
  'batch of moves',
  'batch one by one',
] as const;
export type Placing = (typeof PLACINGS)[number];

export type Orders = Scenario['orders'];

export interface Placed {
  operation: Operation;
  /** Those that it needs to begin with. */
  orders: Orders;
}

/** A write that wants a place on the default calendar. Writers differ in `index`, and so do their orders. */
export function placing(kind: Placing, datetime: number, index: number): Placed {
  const calendar = 'default';
  const order = `own${index}`;
  const far = datetime + (index + 1) * 100 * DAY_MS;
  const create: OrderOperation = { op: 'create', calendar, datetime };
  switch (kind) {
    case 'create':
      return { operation: create, orders: [] };
    case 'move':
      return {
        operation: { op: 'move', order, datetime },
        orders: [{ _id: order, calendar, datetime: far }],
      };
    case 'restore':
      return {
        operation: { op: 'restore', order },
        orders: [{ _id: order, calendar, datetime, isCancelled: true }],
      };
    case 'change of calendar':
      return {
        operation: { op: 'move', order, calendar },
        orders: [{ _id: order, calendar: 'north', datetime }],
      };
    case 'batch':
      return {
        operation: { op: 'batch', isAtomic: true, operations: [{ op: 'cancel', order }, create] },
        orders: [{ _id: order, calendar, datetime: far }],
      };
    case 'batch of moves':
      return {
        operation: { op: 'batch', isAtomic: true, operations: [{ op: 'move', order, datetime }] },
        orders: [{ _id: order, calendar, datetime: far }],
      };
    case 'batch one by one':
      return {
        operation: { op: 'batch', isAtomic: false, operations: [{ op: 'move', order, datetime }, create] },
        orders: [{ _id: order, calendar, datetime: far }],
      };
  }
}

/** A scenario on two calendars, once with either store's isolation. */
export function inBothModes(
  name: string,
  { windowMinutes, boundary }: Pick<Geometry, 'windowMinutes' | 'boundary'>,
  {
    writers,
    orders,
    faults = 1,
    attempts = 3,
  }: Pick<Scenario, 'writers' | 'orders'> & Partial<Pick<Scenario, 'faults' | 'attempts'>>,
): Scenario[] {
  const calendars = [
    { _id: 'default', windowMinutes, boundary },
    { _id: 'north', windowMinutes: 0, boundary: 'exclusive' as const },
  ];
  return MODES.map((mode) => ({ name, mode, calendars, orders, writers, faults, attempts }));
}
