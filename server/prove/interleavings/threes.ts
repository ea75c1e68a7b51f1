import type { Random } from '../random.js';
import { allGeometries, type Geometry, someGeometries } from './geometry.js';
import { inBothModes, type Orders, PLACINGS, type Placed, placing } from './placings.js';
import type { Operation, Scenario, ScenarioWriter } from './scenario.js';

/** Two that want places next to each other, and a third that changes what that means. */
export function chosenThrees(): Scenario[] {
  const thirds: readonly Operation[] = [
    { op: 'window', calendar: 'default', windowMinutes: 10_080 },
    { op: 'cancel', order: 'held' },
    { op: 'delete', order: 'own0' },
  ];
  return someGeometries().flatMap((geometry) =>
    (['create', 'move', 'restore'] as const).flatMap((kind) =>
      thirds.flatMap((third) => {
        const [first, second] = geometry.times;
        const placed = [placing(kind, first, 0), placing('create', second, 1)];
        return inBothModes(`${kind}, create and ${third.op}, ${geometry.name}`, geometry, {
          writers: [...placed, { operation: third }].map(({ operation }) => ({ operation })),
          orders: [
            ...placed.flatMap(({ orders }) => orders),
            ...(third.op === 'cancel' ? [{ _id: 'held', calendar: 'default', datetime: first }] : []),
          ],
          attempts: 2,
        });
      }),
    ),
  );
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
  const found = inBothModes(`${name}, ${geometry.name}`, geometry, { writers, orders, faults, attempts: 2 });
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
