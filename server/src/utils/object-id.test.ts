import { expect, test } from '@jest/globals';
import { objectIdMaker } from './object-id.js';

test('makes ids of 24 lower-case hex digits, none twice, also beyond the counter of one second', () => {
  const makeId = objectIdMaker(() => 1_700_000_000_123);
  const ids = Array.from({ length: 20_000 }, makeId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{24}$/);
});

test('begins with the seconds of the clock, so that later ids sort later', () => {
  let now = 0;
  const makeId = objectIdMaker(() => now);
  const ids = [0, 999, 1_000, 1_700_000_000_000, 0xffffffff * 1_000].map((ms) => {
    now = ms;
    return makeId().slice(0, 8);
  });
  expect(ids).toEqual(['00000000', '00000000', '00000001', '6553f100', 'ffffffff']);
});

test('makes other ids in another process, even at the same moment', () => {
  const [a, b] = [objectIdMaker(() => 0), objectIdMaker(() => 0)];
  expect(a().slice(8, 18)).not.toBe(b().slice(8, 18));
});
