import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Boundary, MS_PER_MINUTE, type Policy } from './calendar.js';
import { INSTANT_MAX_MS, INSTANT_MIN_MS } from './instant.js';
import {
  clashes,
  type Direction,
  FreeStartSearch,
  findClashes,
  findNearPairs,
  reach,
  type Start,
} from './schedule.js';

const HOUR_MS = 60 * MS_PER_MINUTE;
const PAIRS = 100_000;
const boundaries = fc.constantFrom<Boundary>('inclusive', 'exclusive');
const policies = fc.record({
  windowMs: fc.integer({ min: 0, max: 10_080 }).map((minutes) => minutes * MS_PER_MINUTE),
  boundary: boundaries,
});
const instants = fc.oneof(
  fc.integer({ min: INSTANT_MIN_MS, max: INSTANT_MAX_MS }),
  fc.integer({ min: -10, max: 10 }),
  fc.constantFrom(INSTANT_MIN_MS, INSTANT_MAX_MS),
);

/** The rule once more, in other words and other arithmetic. */
function bruteForce(a: number, b: number, { windowMs, boundary }: Policy): boolean {
  const [early, late] = a < b ? [BigInt(a), BigInt(b)] : [BigInt(b), BigInt(a)];
  const edge = early + BigInt(windowMs);
  return boundary === 'inclusive' ? late <= edge : late < edge;
}

const starts = (times: readonly number[]): Start[] =>
  times.map((datetime, index) => ({ _id: `o${index}`, datetime }));

describe('two starts', () => {
  test('clash as brute force says, over the years 1 to 9999, on both sides and to the millisecond', () => {
    // Most pairs stand within a few milliseconds of an edge: apart by the window, give or take.
    const distances = fc.oneof(
      fc.integer({ min: -2, max: 2 }),
      fc.integer({ min: -20 * HOUR_MS, max: 20 * HOUR_MS }),
    );
    fc.assert(
      fc.property(instants, policies, distances, fc.constantFrom(-1, 1), (a, policy, off, side) => {
        const b = a + side * (policy.windowMs + off);
        return (
          clashes(a, b, policy) === bruteForce(a, b, policy) &&
          clashes(b, a, policy) === bruteForce(a, b, policy)
        );
      }),
      { numRuns: PAIRS },
    );
  });

  test('that have nothing to do with each other clash as brute force says', () => {
    fc.assert(
      fc.property(
        instants,
        instants,
        policies,
        (a, b, policy) => clashes(a, b, policy) === bruteForce(a, b, policy),
      ),
      { numRuns: PAIRS },
    );
  });

  test.each([
    ['inclusive', -1, true],
    ['inclusive', 0, true],
    ['inclusive', 1, false],
    ['exclusive', -1, true],
    ['exclusive', 0, false],
    ['exclusive', 1, false],
  ] as const)('%s: %d ms beyond three hours apart → %s', (boundary, off, expected) => {
    const policy = { windowMs: 3 * HOUR_MS, boundary };
    for (const a of [0, -1, Date.UTC(2026, 11, 1, 9), INSTANT_MIN_MS, INSTANT_MAX_MS]) {
      expect(clashes(a, a + policy.windowMs + off, policy)).toBe(expected);
      expect(clashes(a, a - policy.windowMs - off, policy)).toBe(expected);
    }
  });

  test('at one instant clash with a window of 0 only where the boundary is inclusive', () => {
    expect(clashes(5, 5, { windowMs: 0, boundary: 'inclusive' })).toBe(true);
    expect(clashes(5, 5, { windowMs: 0, boundary: 'exclusive' })).toBe(false);
  });

  test.each([
    ['2026-03-29T00:30:00+01:00', '2026-03-29T04:30:00+02:00', true], // the clock says 4 hours, 3 passed
    ['2026-03-29T00:30:00+01:00', '2026-03-29T04:30:00.001+02:00', false],
    ['2026-10-25T01:30:00+02:00', '2026-10-25T03:30:00+01:00', true], // the clock says 2 hours, 3 passed
    ['2026-10-25T01:30:00+02:00', '2026-10-25T03:30:00.001+01:00', false],
    ['2026-10-25T02:30:00+02:00', '2026-10-25T02:30:00+01:00', true], // the same wall clock, an hour apart
  ])('%s and %s, where clocks are changed, are as far apart as time passed', (a, b, expected) => {
    const policy = { windowMs: 3 * HOUR_MS, boundary: 'inclusive' } as const;
    expect(clashes(Date.parse(a), Date.parse(b), policy)).toBe(expected);
  });
});

describe('sets of starts', () => {
  const near = fc.integer({ min: -4 * HOUR_MS, max: 4 * HOUR_MS });
  const sets = fc.array(
    fc.oneof(
      near,
      fc.integer({ min: -3, max: 3 }).map((n) => n * 3 * HOUR_MS),
    ),
    { maxLength: 12 },
  );
  const small = fc.record({ windowMs: fc.constantFrom(0, 1, HOUR_MS, 3 * HOUR_MS), boundary: boundaries });

  test('those in the way are what brute force finds, never the order itself, and the reach holds exactly them', () => {
    fc.assert(
      fc.property(instants, sets, small, fc.integer({ min: 0, max: 12 }), (base, offsets, policy, self) => {
        const others = starts(offsets.map((offset) => base + offset));
        const order = { _id: `o${self}`, datetime: base };
        const expected = others.filter(
          ({ _id, datetime }) => _id !== order._id && bruteForce(base, datetime, policy),
        );
        expect(findClashes(order, others, policy)).toEqual(expected);
        const { from, to } = reach(base, policy);
        const within = others.filter(
          ({ _id, datetime }) => _id !== order._id && from <= datetime && datetime <= to,
        );
        expect(within).toEqual(expected);
      }),
      { numRuns: 10_000 },
    );
  });

  test('near pairs are the neighbours in time that clash; none where brute force finds no pair at all', () => {
    fc.assert(
      fc.property(sets, small, (times, policy) => {
        const sorted = starts([...times].sort((a, b) => a - b));
        const pairs = findNearPairs(sorted, policy);
        const expected = sorted.slice(1).map((later, index) => [sorted[index] as Start, later] as const);
        expect(pairs).toEqual(expected.filter(([a, b]) => bruteForce(a.datetime, b.datetime, policy)));
        const anyPair = sorted.some((a, i) =>
          sorted.some((b, j) => i < j && bruteForce(a.datetime, b.datetime, policy)),
        );
        expect(pairs.length > 0).toBe(anyPair);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('the search for a free start', () => {
  /** Minute by minute from the time asked for, until nothing is in the way or the years are over. */
  function byMinutes(
    asked: number,
    taken: readonly number[],
    direction: Direction,
    policy: Policy,
  ): number | null {
    const sign = direction === 'after' ? 1 : -1;
    const isFree = (minute: number) => taken.every((time) => !bruteForce(minute, time, policy));
    let minute = sign * Math.ceil((sign * asked) / MS_PER_MINUTE) * MS_PER_MINUTE;
    while (!isFree(minute)) minute += sign * MS_PER_MINUTE;
    return minute < INSTANT_MIN_MS || minute > INSTANT_MAX_MS ? null : minute + 0;
  }

  function search(
    asked: number,
    taken: readonly number[],
    direction: Direction,
    policy: Policy,
  ): number | null {
    const sign = direction === 'after' ? 1 : -1;
    const { from, to } = reach(asked, policy);
    const inOrder = taken
      .filter((time) => (sign > 0 ? time >= from : time <= to))
      .sort((a, b) => sign * (a - b));
    const walk = new FreeStartSearch(asked, direction, policy);
    for (const time of inOrder) if (walk.passes(time)) break;
    return walk.found === null ? null : walk.found + 0;
  }

  const bases = fc.constantFrom(
    0,
    Date.UTC(2026, 11, 1, 9),
    -5_000_000_000_000,
    INSTANT_MIN_MS,
    INSTANT_MAX_MS,
  );
  const smallPolicies = fc.record({
    windowMs: fc.integer({ min: 0, max: 8 }).map((n) => n * MS_PER_MINUTE),
    boundary: boundaries,
  });
  const offsets = fc.oneof(
    fc.integer({ min: -60, max: 60 }).map((minute) => minute * MS_PER_MINUTE),
    fc.integer({ min: -60 * MS_PER_MINUTE, max: 60 * MS_PER_MINUTE }),
  );

  test('finds the closest free whole minute on either side, as trying each minute does', () => {
    fc.assert(
      fc.property(
        bases,
        offsets,
        fc.array(offsets, { maxLength: 15 }),
        smallPolicies,
        fc.constantFrom<Direction>('before', 'after'),
        (base, at, others, policy, direction) => {
          const taken = others.map((offset) => base + offset);
          const asked = base + at;
          expect(search(asked, taken, direction, policy)).toBe(byMinutes(asked, taken, direction, policy));
        },
      ),
      { numRuns: 10_000 },
    );
  });

  test('says when it has seen enough: at the first start beyond what it found', () => {
    const policy = { windowMs: MS_PER_MINUTE, boundary: 'inclusive' } as const;
    const later = new FreeStartSearch(0, 'after', policy);
    expect([0, 60_000, 10 * MS_PER_MINUTE].map((taken) => later.passes(taken))).toEqual([false, false, true]);
    const earlier = new FreeStartSearch(0, 'before', policy);
    expect([0, -10 * MS_PER_MINUTE].map((taken) => earlier.passes(taken))).toEqual([false, true]);
  });

  test('gives null where the free minute lies beyond the years 1 to 9999', () => {
    const policy = { windowMs: HOUR_MS, boundary: 'inclusive' } as const;
    expect(search(INSTANT_MIN_MS, [INSTANT_MIN_MS], 'before', policy)).toBeNull();
    expect(search(INSTANT_MAX_MS, [INSTANT_MAX_MS], 'after', policy)).toBeNull();
    expect(search(INSTANT_MIN_MS, [INSTANT_MIN_MS], 'after', policy)).toBe(
      INSTANT_MIN_MS + HOUR_MS + MS_PER_MINUTE,
    );
  });
});
