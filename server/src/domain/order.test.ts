import { describe, expect, test } from '@jest/globals';
import { DEFAULT_CALENDAR_ID } from './calendar.js';
import { changeOrder, isActive, newOrder, type Order } from './order.js';
import { cancelOrder, restoreOrder, transitionText } from './order-transitions.js';

/* An order through its life, as pure functions. */

const NOW = 1_000_000;
const ORDER: Order = {
  ...newOrder({ totalfeeMinor: 100, calendar: 'default', services: ['a', 'b'] }, { _id: 'o', now: NOW }),
  number: 7,
};

test('a new order stands now, has no services and is scheduled, unless it says otherwise', () => {
  const made = { _id: 'o', now: NOW };
  const plain = newOrder({ totalfeeMinor: 100, calendar: 'default' }, made);
  expect(plain).toEqual({
    _id: 'o',
    datetime: NOW,
    totalfeeMinor: 100,
    services: [],
    calendar: 'default',
    status: 'scheduled',
    version: 1,
    createdAt: NOW,
    updatedAt: NOW,
    cancelledAt: null,
    cancelReason: null,
  });
  const given = newOrder({ totalfeeMinor: 1, calendar: 'north', datetime: 0, services: ['a'] }, made);
  expect(given).toMatchObject({ datetime: 0, services: ['a'], calendar: 'north' });
});

test('an order is active while it is scheduled and has a time', () => {
  expect(isActive(ORDER)).toBe(true);
  expect(isActive({ ...ORDER, datetime: 0 })).toBe(true);
  expect(isActive({ ...ORDER, datetime: null })).toBe(false);
  expect(isActive({ ...ORDER, status: 'cancelled' })).toBe(false);
});

describe('a change', () => {
  test.each([
    {},
    { datetime: NOW },
    { totalfeeMinor: 100 },
    { services: ['a', 'b'] },
    { calendar: 'default' },
  ])('to what it is already, %j, gives the same object', (input) => {
    expect(changeOrder(ORDER, input, NOW + 1)).toBe(ORDER);
  });

  test.each([
    { datetime: NOW + 1 },
    { totalfeeMinor: 101 },
    { calendar: 'north' },
    { services: ['b', 'a'] },
    { services: ['a', 'c'] },
    { services: ['a'] },
    { services: ['a', 'b', 'c'] },
    { services: [] },
  ])('of one member, %j, counts a version and leaves the others', (input) => {
    expect(changeOrder(ORDER, input, NOW + 1)).toEqual({
      ...ORDER,
      ...input,
      version: 2,
      updatedAt: NOW + 1,
    });
  });

  test('of the fee takes the place of one found in an older database, and of nothing else does', () => {
    const found = { ...ORDER, totalfeeAsFound: 1.005 };
    expect(changeOrder(found, { totalfeeMinor: 100 }, NOW)).toEqual({ ...ORDER, version: 2 });
    expect(changeOrder(found, { datetime: 5 }, NOW)).toMatchObject({ totalfeeAsFound: 1.005 });
    expect(changeOrder(found, {}, NOW)).toBe(found);
  });
});

describe('a transition', () => {
  const cancelled = cancelOrder(ORDER, { reason: 'ill', now: NOW + 1 });

  test('cancels a scheduled order and restores a cancelled one, and counts a version', () => {
    const members = { status: 'cancelled', version: 2, updatedAt: NOW + 1 };
    expect(cancelled).toEqual({ ...ORDER, ...members, cancelledAt: NOW + 1, cancelReason: 'ill' });
    expect(restoreOrder(cancelled, NOW + 2)).toEqual({ ...ORDER, version: 3, updatedAt: NOW + 2 });
  });

  test('from another status is refused with where it goes', () => {
    const refusal = (message: string) => expect.objectContaining({ code: 'invalid_transition', message });
    expect(() => cancelOrder(cancelled, { reason: null, now: NOW })).toThrow(
      refusal('Order 7 is cancelled: cancel goes from scheduled to cancelled.'),
    );
    expect(() => restoreOrder(ORDER, NOW)).toThrow(
      refusal('Order 7 is scheduled: restore goes from cancelled to scheduled.'),
    );
    expect(transitionText('restore')).toBe('from cancelled to scheduled');
  });
});

test('the calendar of orders that name none has the name that databases know it by', () => {
  expect(DEFAULT_CALENDAR_ID).toBe('default');
});
