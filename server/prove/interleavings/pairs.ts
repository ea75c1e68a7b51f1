import { allGeometries, type Geometry, someGeometries } from './geometry.js';
import { DAY_MS, inBothModes, PLACINGS, type Placing, placing } from './placings.js';
import type { Operation, OrderOperation, Scenario } from './scenario.js';

function twoPlacings(kinds: readonly [Placing, Placing], geometry: Geometry): Scenario[] {
  const placed = kinds.map((kind, index) => placing(kind, geometry.times[index] as number, index));
  return inBothModes(`${kinds[0]} and ${kinds[1]}, ${geometry.name}`, geometry, {
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
    inBothModes(`${kind} and ${leaving.op} of what is near, ${geometry.name}`, geometry, {
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
    inBothModes(
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
        inBothModes(`${a.op} and ${b.op} of one order, ${geometry.name}`, geometry, {
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
      return inBothModes(`twins of a ${kind}, ${geometry.name}`, geometry, { writers: [twin, twin], orders });
    }),
    ...inBothModes(`creates with keys, ${geometry.name}`, geometry, {
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
  return inBothModes(`a swap and a create, ${geometry.name}`, geometry, {
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

/** Every pair of writers, so that those which differ most come first. */
export function pairs(): Scenario[] {
  const kinds = PLACINGS.flatMap((a, index) =>
    PLACINGS.slice(index).map((b): readonly [Placing, Placing] => [a, b]),
  );
  const each = (geometry: Geometry) =>
    byTurns([
      kinds.flatMap((pair) => twoPlacings(pair, geometry)),
      PLACINGS.flatMap((kind) => placingAndLeaving(kind, geometry)),
      PLACINGS.flatMap((kind) => placingAndWindow(kind, geometry)),
      twoOfOne(geometry),
      keyed(geometry),
      swap(geometry),
    ]);
  return byTurns([
    ...someGeometries().map(each),
    allGeometries().flatMap((geometry) => twoPlacings(['create', 'create'], geometry)),
  ]);
}

/** The first of each list, then the second of each, and so on. */
function byTurns(lists: readonly (readonly Scenario[])[]): Scenario[] {
  const longest = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) =>
    lists.flatMap((list) => list.slice(index, index + 1)),
  ).flat();
}
