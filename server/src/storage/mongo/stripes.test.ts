import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MS_PER_MINUTE, WINDOW_MINUTES_MAX } from '../../domain/calendar.js';
import { INSTANT_MAX_MS, INSTANT_MIN_MS } from '../../domain/instant.js';
import { clashes } from '../../domain/schedule.js';
import { CHUNK_MS, STRIPES, stripesOf } from './stripes.js';

const WINDOW_MAX_MS = WINDOW_MINUTES_MAX * MS_PER_MINUTE;

test('no window is longer than a chunk', () => {
  expect(WINDOW_MAX_MS).toBeLessThanOrEqual(CHUNK_MS);
});

describe('two orders that clash', () => {
  const anInstant = fc.oneof(
    fc.integer({ min: INSTANT_MIN_MS, max: INSTANT_MAX_MS }),
    fc.integer({ min: -3 * CHUNK_MS, max: 3 * CHUNK_MS }),
    fc.integer({ min: -200, max: 200 }).map((chunk) => chunk * CHUNK_MS),
  );
  const aWindow = fc.oneof(fc.integer({ min: 0, max: WINDOW_MAX_MS }), fc.constant(WINDOW_MAX_MS));

  test('always have a stripe in common, before and after 1970, for every window', () => {
    fc.assert(
      fc.property(anInstant, aWindow, fc.double({ min: -1, max: 1, noNaN: true }), (a, windowMs, part) => {
        const b = a + Math.round(part * windowMs);
        expect(clashes(a, b, { windowMs, boundary: 'inclusive' })).toBe(true);
        const [ofA, ofB] = [stripesOf(a, windowMs), stripesOf(b, windowMs)];
        expect(ofA.some((stripe) => ofB.includes(stripe))).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });

  test('have it at both edges of a chunk, to the millisecond', () => {
    for (const chunk of [-65, -64, -1, 0, 1, 63, 64]) {
      for (const windowMs of [0, 1, 3 * 3_600_000, WINDOW_MAX_MS]) {
        for (const shift of [-1, 0, 1]) {
          const a = chunk * CHUNK_MS - windowMs + shift;
          const common = stripesOf(a + windowMs, windowMs).filter((stripe) =>
            stripesOf(a, windowMs).includes(stripe),
          );
          expect(common).not.toEqual([]);
        }
      }
    }
  });
});

test('stripes are those of brute force: every chunk that the window after an order touches', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -100 * CHUNK_MS, max: 100 * CHUNK_MS }),
      fc.integer({ min: 0, max: WINDOW_MAX_MS }),
      (datetime, windowMs) => {
        const touched = new Set<number>();
        for (let chunk = -102; chunk <= 102; chunk++) {
          const [from, to] = [chunk * CHUNK_MS, (chunk + 1) * CHUNK_MS - 1];
          if (to >= datetime && from <= datetime + windowMs)
            touched.add(((chunk % STRIPES) + STRIPES) % STRIPES);
        }
        expect(new Set(stripesOf(datetime, windowMs))).toEqual(touched);
      },
    ),
    { numRuns: 2_000 },
  );
});
