import type { Random } from '../random.js';
import { allGeometries, type Geometry, someGeometries } from './geometry.js';
import type { Mode } from './model/database.js';
import type { Operation, OrderOperation, Scenario, ScenarioWriter } from './scenario.js';

const MODES: readonly Mode[] = ['mongodb', 'sqlite'];
const DAY_MS = 24 * 3_600_000;

/** Every way into a place. */
const PLACINGS = ['create', 'move', 'restore', 'change of calendar', 'batch', 'batch one by one'] as const;
type Placing = (typeof PLACINGS)[number];

type Orders = Scenario['orders'];

interface Placed {
  operation: Operation;
  /** Those that it needs to begin with. */
  orders: Orders;
}

/** A write that wants a place on the default calendar. Writers differ in `index`, and so do their orders. */
function placing(kind: Placing, datetime: number, index: number): Placed {
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
    case 'batch one by one':
      return {
        operation: { op: 'batch', isAtomic: false, operations: [{ op: 'move', order, datetime }, create] },
        orders: [{ _id: order, calendar, datetime: far }],
      };
  }
}

function scenario(
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

function twoPlacings(kinds: readonly [Placing, Placing], geometry: Geometry): Scenario[] {
  const placed = kinds.map((kind, index) => placing(kind, geometry.times[index] as number, index));
  return scenario(`${kinds[0]} and ${kinds[1]}, ${geometry.name}`, geometry, {
    writers: placed.map(({ operation }) => ({ operation })),
    orders: placed.flatMap(({ orders }) => orders),
  });
}

/** One wants a place that the other leaves. */
function placingAndLeaving(kind: Placing, geometry: Geometry): Scenario[] {
  const [wanted, held] = geometry.times;
  const { operation, orders } = placing(kind, wanted, 0);
  const leavings: OrderOperation[] = [
    { op: 'cancel', order: 'held' },
    { op: 'delete', order: 'held' },
    { op: 'move', order: 'held', calendar: 'north' },
  ];
  return leavings.flatMap((leaving) =>
    scenario(`${kind} and ${leaving.op} of what is near, ${geometry.name}`, geometry, {
      writers: [{ operation }, { operation: leaving }],
      orders: [...orders, { _id: 'held', calendar: 'default', datetime: held }],
    }),
  );
}

/** One wants a place while the window grows over it, or leaves it free. */
function placingAndWindow(kind: Placing, geometry: Geometry): Scenario[] {
  const [wanted, held] = geometry.times;
  const { operation, orders } = placing(kind, wanted, 0);
  return [0, 10_080].flatMap((before) =>
    scenario(
      `${kind} and a change of the window from ${before}, ${geometry.name}`,
      { ...geometry, windowMinutes: before },
      {
        writers: [
          { operation },
          { operation: { op: 'window', calendar: 'default', windowMinutes: geometry.windowMinutes } },
        ],
        orders: [...orders, { _id: 'held', calendar: 'default', datetime: held }],
      },
    ),
  );
}

/** Two writes of one order. */
function twoOfOne(geometry: Geometry): Scenario[] {
  const [first, second] = geometry.times;
  const order = 'one';
  const operations: OrderOperation[] = [
    { op: 'move', order, datetime: second },
    { op: 'move', order, calendar: 'north' },
    { op: 'cancel', order },
    { op: 'restore', order },
    { op: 'delete', order },
  ];
  return operations.flatMap((a, index) =>
    operations.slice(index).flatMap((b) =>
      [false, true].flatMap((isCancelled) =>
        scenario(`${a.op} and ${b.op} of one order, ${geometry.name}`, geometry, {
          writers: [{ operation: a }, { operation: b }],
          orders: [{ _id: order, calendar: 'default', datetime: first, isCancelled }],
        }),
      ),
    ),
  );
}

/** Keys: twins that send the same at once, and two that ask again where they got no answer. */
function keyed(geometry: Geometry): Scenario[] {
  const [first, second] = geometry.times;
  const create = (datetime: number): Operation => ({ op: 'create', calendar: 'default', datetime });
  return [
    ...PLACINGS.flatMap((kind) => {
      const { operation, orders } = placing(kind, first, 0);
      const twin = { operation, key: 'twin' };
      return scenario(`twins of a ${kind}, ${geometry.name}`, geometry, { writers: [twin, twin], orders });
    }),
    ...scenario(`creates with keys, ${geometry.name}`, geometry, {
      writers: [
        { operation: create(first), key: 'a' },
        { operation: create(second), key: 'b' },
      ],
      orders: [],
    }),
  ];
}

/** Two that change places with each other, and one that wants a place between. */
function swap(geometry: Geometry): Scenario[] {
  const [first, second] = geometry.times;
  const far = second + 100 * DAY_MS;
  return scenario(`a swap and a create, ${geometry.name}`, geometry, {
    writers: [
      {
        operation: {
          op: 'batch',
          isAtomic: true,
          operations: [
            { op: 'move', order: 'near', datetime: far },
            { op: 'move', order: 'far', datetime: first },
          ],
        },
      },
      { operation: { op: 'create', calendar: 'default', datetime: second } },
    ],
    orders: [
      { _id: 'near', calendar: 'default', datetime: first },
      { _id: 'far', calendar: 'default', datetime: far },
    ],
  });
}

/** Every pair of writers, those first that differ most from each other. */
export function pairs(): Scenario[] {
  const kinds = PLACINGS.flatMap((a, index) =>
    PLACINGS.slice(index).map((b): readonly [Placing, Placing] => [a, b]),
  );
  const each = (geometry: Geometry) => [
    ...kinds.flatMap((pair) => twoPlacings(pair, geometry)),
    ...PLACINGS.flatMap((kind) => placingAndLeaving(kind, geometry)),
    ...PLACINGS.flatMap((kind) => placingAndWindow(kind, geometry)),
    ...twoOfOne(geometry),
    ...keyed(geometry),
    ...swap(geometry),
  ];
  const [first, ...others] = someGeometries() as [Geometry, ...Geometry[]];
  return [
    ...each(first),
    ...allGeometries().flatMap((geometry) => twoPlacings(['create', 'create'], geometry)),
    ...others.flatMap(each),
  ];
}

/** Three writers, as chance will have it. */
export function someThree(random: Random, name: string): Scenario {
  const geometry = random.pick(allGeometries());
  const orders: Orders[number][] = [];
  const writers: ScenarioWriter[] = [];
  const keyedOne = random.below(6);
  for (let index = 0; index < 3; index++) {
    const { operation, orders: needed } = someOperation(random, geometry, index);
    orders.push(...needed);
    writers.push({ operation, ...(index === keyedOne ? { key: 'k' } : {}) });
  }
  orders.push({
    _id: 'held',
    calendar: 'default',
    datetime: random.pick(geometry.times),
    isCancelled: random.below(2) === 0,
  });
  const faults = random.below(2);
  const found = scenario(`${name}, ${geometry.name}`, geometry, { writers, orders, faults, attempts: 2 });
  return found[random.below(4) === 0 ? 1 : 0] as Scenario;
}

function someOperation(random: Random, { times, windowMinutes }: Geometry, index: number): Placed {
  const order = 'held';
  switch (random.below(8)) {
    case 0:
      return { operation: { op: 'cancel', order }, orders: [] };
    case 1:
      return { operation: { op: 'delete', order }, orders: [] };
    case 2:
      return { operation: { op: 'restore', order }, orders: [] };
    case 3:
      return {
        operation: {
          op: 'window',
          calendar: 'default',
          windowMinutes: random.pick([0, 180, windowMinutes, 10_080]),
        },
        orders: [],
      };
    default:
      return placing(random.pick(PLACINGS), random.pick(times), index);
  }
}
