import { expect, test } from '@jest/globals';
import { MS_PER_MINUTE } from '../domain/calendar.js';
import { dayOf, demoOrders } from './demo-orders.js';

const TODAY = dayOf(Date.parse('2026-11-24T10:00:00Z'));
const policy = (windowMinutes: number) => ({
  windowMs: windowMinutes * MS_PER_MINUTE,
  boundary: 'inclusive' as const,
});
const all = (windowMinutes: number) => demoOrders('default', policy(windowMinutes), TODAY, 100_000);

test('are the same for a day and a calendar, and others for another', () => {
  expect(all(180)).toEqual(all(180));
  expect(all(180).map(({ datetime }) => datetime)).not.toEqual(
    demoOrders('demo-1', policy(180), TODAY, 100_000).map(({ datetime }) => datetime),
  );
  expect(all(180)).not.toEqual(demoOrders('default', policy(180), TODAY + 86_400_000, 100_000));
});

test.each([0, 1, 30, 180, 1_440, 10_080])('with a window of %d minutes none is within it', (minutes) => {
  const orders = all(minutes);
  expect(orders.length).toBeGreaterThan(9);
  for (const [index, { datetime }] of orders.entries()) {
    expect(datetime - (orders[index - 1]?.datetime ?? Number.NEGATIVE_INFINITY)).toBeGreaterThan(
      minutes * MS_PER_MINUTE,
    );
  }
});

test('stand in business hours, never on Sundays, mostly on weekdays; a few are cancelled', () => {
  const orders = all(180);
  const dates = orders.map(({ datetime }) => new Date(datetime));
  expect(dates.every((date) => date.getUTCHours() >= 8 && date.getUTCHours() <= 17)).toBe(true);
  expect(dates.every((date) => date.getUTCDay() !== 0)).toBe(true);
  expect(dates.filter((date) => date.getUTCDay() === 6).length / dates.length).toBeLessThan(0.1);
  const cancelled = orders.filter(({ isCancelled }) => isCancelled).length;
  expect(cancelled).toBeGreaterThan(0);
  expect(cancelled).toBeLessThan(orders.length / 5);
  expect(orders.every(({ totalfeeMinor }) => totalfeeMinor >= 5_000 && totalfeeMinor % 50 === 0)).toBe(true);
});

test('a few of them are those nearest to the day', () => {
  const few = demoOrders('default', policy(180), TODAY, 10);
  expect(few).toHaveLength(10);
  for (const { datetime } of few) expect(Math.abs(datetime - TODAY)).toBeLessThan(7 * 86_400_000);
});
