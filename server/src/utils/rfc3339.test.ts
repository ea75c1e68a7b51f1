import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRfc3339 } from './rfc3339.js';

const MIN = Date.parse('0001-01-01T00:00:00Z');
const MAX = Date.parse('9999-12-31T23:59:59.999Z');
const MS_PER_MINUTE = 60_000;

test('reads every instant of the years 1 to 9999 as it is written in UTC', () => {
  fc.assert(
    fc.property(fc.integer({ min: MIN, max: MAX }), (ms) => parseRfc3339(new Date(ms).toISOString()) === ms),
    { numRuns: 20_000 },
  );
});

test('reads an instant through any offset', () => {
  const day = 86_400_000;
  fc.assert(
    fc.property(
      fc.integer({ min: MIN + day, max: MAX - day }),
      fc.integer({ min: -1_439, max: 1_439 }),
      (ms, minutes) => {
        const local = new Date(ms + minutes * MS_PER_MINUTE).toISOString().slice(0, -1);
        const [hour, minute] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((n) =>
          String(n).padStart(2, '0'),
        );
        return parseRfc3339(`${local}${minutes < 0 ? '-' : '+'}${hour}:${minute}`) === ms;
      },
    ),
    { numRuns: 20_000 },
  );
});

test('takes of all days of a month only those that it has, in leap years too', () => {
  for (const year of [1, 4, 100, 400, 1900, 1969, 2000, 2023, 2024, 9999]) {
    for (let month = 1; month <= 12; month++) {
      const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
      const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] as number;
      for (let day = 0; day <= 32; day++) {
        const pad = (value: number, length: number) => String(value).padStart(length, '0');
        const text = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T12:00:00Z`;
        expect([text, parseRfc3339(text) !== null]).toEqual([text, day >= 1 && day <= days]);
      }
    }
  }
});

test('never throws, and what it takes of random texts JavaScript reads as the same instant', () => {
  const characters = fc.constantFrom(...'0123456789-:.TtZz+ ');
  const almost = fc
    .tuple(fc.integer({ min: MIN, max: MAX }), fc.nat(24), characters)
    .map(([ms, at, character]) => {
      const text = new Date(ms).toISOString();
      return text.slice(0, at) + character + text.slice(at + 1);
    });
  fc.assert(
    fc.property(fc.oneof(almost, fc.string({ unit: characters, maxLength: 30 })), (text) => {
      const ms = parseRfc3339(text);
      return ms === null || ms === Date.parse(text.toUpperCase());
    }),
    { numRuns: 20_000 },
  );
});

describe('decimals of a second', () => {
  test.each([
    ['.1', 100],
    ['.12', 120],
    ['.123', 123],
    ['.1230', 123],
    ['.000', 0],
    [`.999${'0'.repeat(50)}`, 999],
  ])('%s is taken', (decimals, ms) => {
    expect(parseRfc3339(`1970-01-01T00:00:00${decimals}Z`)).toBe(ms);
    expect(parseRfc3339(`1969-12-31T23:59:59${decimals}Z`)).toBe(ms - 1_000);
  });

  test.each(['.', '.0001', '.1239', `.000${'0'.repeat(50)}1`, ',5', '.5.5', '.-5', '.٥'])(
    '%s is not',
    (decimals) => {
      expect(parseRfc3339(`1970-01-01T00:00:00${decimals}Z`)).toBeNull();
    },
  );
});

test.each([
  '2016-12-31T23:59:60Z',
  '2026-12-01T24:00:00Z',
  '2026-12-01T09:00:00',
  '2026-12-01',
  '2026-12-01T09:00:00+24:00',
  '',
])('does not take %j', (text) => {
  expect(parseRfc3339(text)).toBeNull();
});

test('takes lower-case t and z', () => {
  expect(parseRfc3339('2026-12-01t09:00:00z')).toBe(Date.UTC(2026, 11, 1, 9));
});
