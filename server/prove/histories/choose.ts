import type { Random } from '../random.js';
import type { Operation, OperationName } from './history.js';

/** The second calendar, with the default's rule. */
export const OTHER_CALENDAR = 'north';
const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
const FIRST = Date.UTC(2031, 0, 6, 6);
/** Few hours in each of few weeks, so that most bookings are rivals. */
const WEEKS = 8;
const HOURS = 14;

const USUAL: readonly OperationName[] = [
  ...Array<OperationName>(11).fill('create'),
  ...Array<OperationName>(9).fill('update'),
  ...Array<OperationName>(4).fill('cancel'),
  ...Array<OperationName>(4).fill('restore'),
  ...Array<OperationName>(3).fill('delete'),
  ...Array<OperationName>(3).fill('read'),
];
const IN_BATCH = USUAL.filter((op) => op !== 'read');

/** What is asked next, of which orders. */
export class Chooser {
  readonly #random: Random;
  /** Ids of orders that were booked, the latest last; some are gone. */
  readonly #known: string[];
  readonly #nextSerial: () => number;

  constructor(random: Random, known: string[], nextSerial: () => number) {
    this.#random = random;
    this.#known = known;
    this.#nextSerial = nextSerial;
  }

  chance(part: number): boolean {
    return this.#random.next() < part;
  }

  below(below: number): number {
    return this.#random.below(below);
  }

  /** The operations of one request: more than one are a batch. */
  operations(): Operation[] {
    if (this.#known.length < 4 || !this.chance(0.1)) return [this.#operation(USUAL)];
    if (this.chance(0.4)) return this.#swap();
    return Array.from({ length: 2 + this.#random.below(3) }, () => this.#operation(IN_BATCH));
  }

  #operation(from: readonly OperationName[]): Operation {
    const op = this.#known.length < 4 ? 'create' : this.#random.pick(from);
    const serial = this.#nextSerial();
    if (op === 'create') return { op, serial, datetime: this.#time(), calendar: this.#calendar() };
    const id = this.#id();
    if (op !== 'update' || this.chance(0.15)) return { op, id, serial };
    const datetime = this.#time();
    return this.chance(0.2)
      ? { op, id, serial, datetime, calendar: this.#calendar() }
      : { op, id, serial, datetime };
  }

  /** Two orders that both go to places that are near each other's. */
  #swap(): Operation[] {
    const datetime = this.#time();
    return [0, 4 * HOUR_MS].map((later) => ({
      op: 'update',
      id: this.#id(),
      serial: this.#nextSerial(),
      datetime: datetime + later,
    }));
  }

  #id(): string {
    const recent = Math.min(this.#known.length, 60);
    return this.#known[this.#known.length - 1 - this.#random.below(recent)] as string;
  }

  /** A whole hour, or a millisecond past it: just within the window of another, or just beyond. */
  #time(): number {
    const hour = FIRST + this.#random.below(WEEKS) * WEEK_MS + this.#random.below(HOURS) * HOUR_MS;
    return hour + (this.chance(0.3) ? 1 : 0);
  }

  #calendar(): string {
    return this.chance(0.5) ? 'default' : OTHER_CALENDAR;
  }
}
