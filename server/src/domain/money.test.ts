import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasCurrencyDecimals, TOTALFEE_MAX, toMajor, toMinor } from './money.js';

const minors = fc.oneof(fc.integer({ min: 0, max: TOTALFEE_MAX * 100 }), fc.integer({ min: 0, max: 10_000 }));

test('every amount of whole minor units goes to the wire and back without loss', () => {
  fc.assert(
    fc.property(minors, (minor) => {
      const onWire: number = JSON.parse(JSON.stringify(toMajor(minor)));
      return hasCurrencyDecimals(onWire) && toMinor(onWire) === minor;
    }),
    { numRuns: 20_000 },
  );
});

test('the wire shows the shortest decimal of an amount', () => {
  fc.assert(
    fc.property(minors, (minor) => {
      const [whole, cents] = [Math.floor(minor / 100), String(minor % 100).padStart(2, '0')];
      return toMajor(minor) === Number(`${whole}.${cents}`);
    }),
    { numRuns: 20_000 },
  );
});

test('a third decimal that is no zero is one too many', () => {
  fc.assert(
    fc.property(minors, fc.integer({ min: 1, max: 9 }), (minor, third) => {
      const cents = String(minor % 100).padStart(2, '0');
      return !hasCurrencyDecimals(Number(`${Math.floor(minor / 100)}.${cents}${third}`));
    }),
    { numRuns: 20_000 },
  );
});

test.each([
  [0, 0],
  [-0, 0],
  [0.29, 29],
  [1.1, 110],
  [4.35, 435],
  [19.99, 1_999],
  [1_000_000_000, 100_000_000_000],
])('%d is %d minor units', (amount, minor) => {
  expect(toMinor(amount)).toBe(minor); // toBe tells 0 from -0
});

test.each([0.1 + 0.2, 1e-7, 19.999, Number.NaN, 0.001])(
  '%d has not the decimals of the currency',
  (amount) => {
    expect(hasCurrencyDecimals(amount)).toBe(false);
  },
);
