import { describe, expect, test } from '@jest/globals';
import { explore } from './explore.js';
import type { Plant } from './model/plants.js';
import { NOW, type Operation, type Scenario } from './scenario.js';

/* A search that finds nothing says something only where it finds what is there: each planted fault is found. */

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
const BORDER = Math.floor(NOW / WEEK_MS) * WEEK_MS;

const create = (datetime: number): Operation => ({ op: 'create', calendar: 'default', datetime });
const widen: Operation = { op: 'window', calendar: 'default', windowMinutes: 180 };

function scenario(name: string, members: Partial<Scenario> & Pick<Scenario, 'writers'>): Scenario {
  return {
    name,
    mode: 'mongodb',
    calendars: [{ _id: 'default', windowMinutes: 180 }],
    orders: [],
    faults: 1,
    attempts: 3,
    ...members,
  };
}

const creates = scenario('two creates in one window', {
  writers: [{ operation: create(NOW) }, { operation: create(NOW + HOUR_MS) }],
});
const acrossBorder = scenario('two creates across a week border', {
  writers: [{ operation: create(BORDER - HOUR_MS) }, { operation: create(BORDER + HOUR_MS) }],
});
const createAndWiden = scenario('a create and a wider window', {
  calendars: [{ _id: 'default', windowMinutes: 0 }],
  orders: [{ _id: 'held', calendar: 'default', datetime: NOW }],
  writers: [{ operation: create(NOW + HOUR_MS) }, { operation: widen }],
});
const moves = scenario('two moves to one place', {
  orders: [
    { _id: 'first', calendar: 'default', datetime: NOW + WEEK_MS },
    { _id: 'second', calendar: 'default', datetime: NOW + 2 * WEEK_MS },
  ],
  writers: [
    { operation: { op: 'move', order: 'first', datetime: NOW } },
    { operation: { op: 'move', order: 'second', datetime: NOW + HOUR_MS } },
  ],
});
const createAmidChanges = scenario('a create, a smaller window and another create', {
  faults: 0,
  writers: [
    { operation: create(NOW) },
    { operation: { op: 'window', calendar: 'default', windowMinutes: 0 } },
    { operation: create(NOW + HOUR_MS) },
  ],
});
const keyed = scenario('one create with a key', { writers: [{ operation: create(NOW), key: 'k' }] });

const PLANTED: readonly { plant: Plant; of: Scenario; says: string }[] = [
  { plant: 'no lock', of: creates, says: 'too near' },
  { plant: 'no lock', of: { ...creates, mode: 'sqlite' }, says: 'two orders have one number' },
  { plant: 'no second stripe', of: acrossBorder, says: 'too near' },
  { plant: 'window change writes no lock', of: createAndWiden, says: 'too near' },
  { plant: 'lock made after the snapshot', of: moves, says: 'too near' },
  { plant: 'policy read before', of: createAndWiden, says: 'too near' },
  { plant: 'policy and orders read apart', of: createAmidChanges, says: 'a clash that never was' },
  { plant: 'record not saved', of: keyed, says: 'was refused (booking_clash), and took effect' },
  { plant: 'guess that it is committed', of: keyed, says: 'A was told of' },
];

describe('a planted fault is found, with the steps that lead to it', () => {
  test.each(PLANTED)('$plant, in $of.name ($of.mode)', async ({ plant, of, says }) => {
    const { violation } = await explore(of, { plants: [plant] });
    expect(violation).toContain(says);
    expect(violation).toContain(`${of.name} (${of.mode}; default `);
    expect(violation).toMatch(/: ([A-C] [a-z].*, )+.*[A-C] .*commit/);
  });
});

test.each([...new Set(PLANTED.map(({ of }) => of))])(
  'nothing is found without it in $name ($mode)',
  async (unplanted) => {
    const { violation, isComplete, states } = await explore(unplanted);
    expect({ violation, isComplete }).toEqual({ violation: null, isComplete: true });
    expect(states).toBeGreaterThan(10);
  },
);
