import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '../domain/errors.js';
import { decodeCursor, encodeCursor, type ListIdentity } from './cursor.js';

const list: ListIdentity = {
  path: '/orders',
  sort: { by: 'number', descending: false },
  filter: { calendar: 'default' },
};
const isNumber = (tie: unknown): tie is number => Number.isSafeInteger(tie);
const isText = (tie: unknown): tie is string => typeof tie === 'string';

/** What a cursor leads to, or the parameter that was refused. */
function decode(cursor: string, asked = list): unknown {
  try {
    return decodeCursor(cursor, asked, isNumber);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'validation_failed') throw error;
    return error.details.map(({ code }) => code);
  }
}

const REFUSED = ['invalid_cursor'];
const values = fc.oneof(
  fc.constant(null),
  fc.integer({ min: -8.64e15, max: 8.64e15 }),
  fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
);

test('leads back to the place that it was made from, and is fit for an address', () => {
  fc.assert(
    fc.property(values, fc.maxSafeInteger(), (value, tie) => {
      const cursor = encodeCursor(list, { value, tie });
      expect(cursor).toMatch(/^[\w-]+$/);
      expect(decodeCursor(cursor, list, isNumber)).toEqual({
        value: Object.is(value, -0) ? 0 : value,
        tie: tie + 0,
      });
    }),
  );
  const cursor = encodeCursor(list, { value: 'Straße 点', tie: 'a' });
  expect(decodeCursor(cursor, list, isText)).toEqual({ value: 'Straße 点', tie: 'a' });
});

test('is good for no other path, sort, direction or filter', () => {
  const cursor = encodeCursor(list, { value: 1, tie: 1 });
  expect(decode(cursor)).toEqual({ value: 1, tie: 1 });
  const others: ListIdentity[] = [
    { ...list, path: '/services' },
    { ...list, sort: { by: 'datetime', descending: false } },
    { ...list, sort: { by: 'number', descending: true } },
    { ...list, filter: {} },
    { ...list, filter: { calendar: 'north' } },
    { ...list, filter: { calendar: 'default', number: 1 } },
  ];
  for (const other of others) expect([other, decode(cursor, other)]).toEqual([other, REFUSED]);
});

test('with a place that no list has is refused', () => {
  const identity = JSON.parse(
    Buffer.from(encodeCursor(list, { value: 1, tie: 1 }), 'base64url').toString(),
  )[0];
  const made = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');
  expect(decode(made([identity, 1, 1]))).toEqual({ value: 1, tie: 1 });
  for (const content of [
    [identity, 1.5, 1],
    [identity, 1e16, 1],
    [identity, true, 1],
    [identity, [], 1],
    [identity, {}, 1],
    [identity, 'a\0', 1],
    [identity, '\ud800', 1],
    [identity, 1, '1'],
    [identity, 1, null],
    [identity, 1, 1.5],
    [identity, 1],
    [identity, 1, 1, 1],
    [],
    {},
    null,
    'x',
  ]) {
    expect([content, decode(made(content))]).toEqual([content, REFUSED]);
  }
});

test('that is any other text is refused, and nothing but refused', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: 'binary' })), (text) =>
      expect(decode(text)).toEqual(REFUSED),
    ),
    {
      numRuns: 2_000,
    },
  );
});
