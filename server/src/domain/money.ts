/** Two decimals for every currency until money has rules of its own. */
const MINOR_PER_MAJOR = 100;

/** The highest fee of an order, in whole units of the company's currency. */
export const TOTALFEE_MAX = 1_000_000_000;

/** Whether a decimal number has no more decimals than the currency. */
export function hasCurrencyDecimals(amount: number): boolean {
  return Number(amount.toFixed(2)) === amount;
}

/** A decimal amount (19.99) as integer minor units (1999). The amount has at most two decimals; -0 becomes 0. */
export function toMinor(amount: number): number {
  return Math.round(amount * MINOR_PER_MAJOR) + 0;
}

/** Integer minor units (1999) as the decimal number that stands on the wire (19.99). */
export function toMajor(minor: number): number {
  return minor / MINOR_PER_MAJOR;
}
