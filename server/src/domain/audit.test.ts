import { expect, test } from '@jest/globals';
import { orderProblems, serviceProblems } from './audit.js';
import { INSTANT_MAX_MS, INSTANT_MIN_MS, isKeepableInstant, toWireInstant } from './instant.js';
import { nameSortKey } from './offered-service.js';
import { newOrder, type Order } from './order.js';

/* What an older database may hold, and would be refused today. */

const ORDER: Order = {
  ...newOrder({ totalfeeMinor: 0, calendar: 'default', services: ['a', 'b'] }, { _id: 'o', now: 0 }),
  number: 1,
};
const FEE = 'its totalfee is not between 0 and 1000000000 with at most two decimals';
const TOO_LATE = INSTANT_MAX_MS + 1;

test.each<[Partial<Order>, string[]]>([
  [{}, []],
  [{ totalfeeMinor: 100_000_000_000, datetime: INSTANT_MAX_MS, createdAt: INSTANT_MIN_MS }, []],
  [{ datetime: null }, ['it has no datetime, so that it is not active']],
  [{ datetime: TOO_LATE }, ['its datetime lies outside the years 0001 to 9999']],
  [{ createdAt: INSTANT_MIN_MS - 1 }, ['its createdAt lies outside the years 0001 to 9999']],
  [{ updatedAt: 0.5 }, ['its updatedAt lies outside the years 0001 to 9999']],
  [{ cancelledAt: TOO_LATE }, ['its cancelledAt lies outside the years 0001 to 9999']],
  [{ totalfeeMinor: -1 }, [FEE]],
  [{ totalfeeMinor: 0.5 }, [FEE]],
  [{ totalfeeMinor: 100_000_000_001 }, [FEE]],
  [{ totalfeeAsFound: null }, [FEE]],
  [{ services: ['a', 'a'] }, ['it names a service twice']],
])('of an order with %j', (members, problems) => {
  expect(orderProblems({ ...ORDER, ...members })).toEqual(problems);
});

test.each([
  ['x', true],
  [' x ', true],
  ['😀'.repeat(200), true],
  ['x'.repeat(201), false],
  ['', false],
  ['  ', false],
])('the name %j of a service', (name, isRight) => {
  const problems = serviceProblems({ _id: 's', name, createdAt: 0, version: 1 });
  expect(problems).toEqual(isRight ? [] : ['its name has not 1 to 200 characters']);
});

test('instants are whole milliseconds of the years 1 to 9999, and are written in UTC', () => {
  expect([INSTANT_MIN_MS, INSTANT_MAX_MS, 0].map(isKeepableInstant)).toEqual([true, true, true]);
  expect([INSTANT_MIN_MS - 1, TOO_LATE, 0.5, Number.NaN].some(isKeepableInstant)).toBe(false);
  expect([INSTANT_MIN_MS, INSTANT_MAX_MS].map(toWireInstant)).toEqual([
    '0001-01-01T00:00:00.000Z',
    '9999-12-31T23:59:59.999Z',
  ]);
});

test('names are sorted without case and compatibility variants', () => {
  expect(nameSortKey('Ｆｉｌｔｅｒ ①')).toBe('filter 1');
});
