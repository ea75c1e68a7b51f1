import type { Calendar, Policy } from '../../../src/domain/calendar.js';
import { AppError } from '../../../src/domain/errors.js';
import { allLockIds, lockId, stripesOf } from '../../../src/storage/mongo/stripes.js';
import type { CalendarReads, CalendarWrites } from '../../../src/storage/storage.js';
import { Duplicate } from './database.js';
import type { Write } from './documents.js';
import { look, operate, type Process, type Scope } from './process.js';
import type { View } from './reads.js';

/** Reading calendars. */
export class ModelCalendarReads implements CalendarReads {
  readonly #process: Process;
  readonly #view: View;

  constructor(process: Process, view: View) {
    this.#process = process;
    this.#view = view;
  }

  find(id: string): Promise<Calendar | null> {
    return look(this.#process, this.#view, [`find calendar ${id}`, () => this.#view.read('calendars', id)]);
  }

  list(after: string | null, limit: number): Promise<Calendar[]> {
    return operate(this.#process, 'list calendars', () =>
      this.#view
        .all('calendars')
        .filter(({ _id }) => after === null || _id > after)
        .sort((a, b) => (a._id < b._id ? -1 : 1))
        .slice(0, limit),
    );
  }
}

/** Calendars inside one transaction: the locks are MongoDB's; SQLite's transaction is the lock. */
export class ModelCalendarWrites extends ModelCalendarReads implements CalendarWrites {
  readonly #scope: Scope;

  constructor(scope: Scope) {
    super(scope.process, scope.transaction);
    this.#scope = scope;
  }

  async take(calendar: string, datetime: number): Promise<Policy | null> {
    const { database } = this.#scope.process;
    if (database.mode === 'sqlite') {
      return operate(this.#scope.process, `take ${calendar}`, () =>
        policyOf(this.#scope.transaction.read('calendars', calendar)),
      );
    }
    const [stripe] = stripesOf(datetime, 0) as [number];
    const policy = await this.#takeStripe(calendar, stripe);
    if (policy === null || database.plants.has('no second stripe')) return policy;
    for (const next of stripesOf(datetime, policy.windowMs).slice(1)) await this.#takeStripe(calendar, next);
    return policy;
  }

  /** With its locks, so that no booking can come before them. */
  async insert(calendar: Calendar): Promise<void> {
    const { process, transaction } = this.#scope;
    await operate(process, `insert calendar ${calendar._id}`, () => {
      try {
        for (const { collection, id, value } of documentsOfCalendar(calendar)) {
          transaction.insert(collection, id, value as never);
        }
      } catch (error) {
        if (!(error instanceof Duplicate)) throw error;
        throw new AppError('already_exists', `There is a calendar "${calendar._id}" already.`);
      }
    });
  }

  /** The 64 locks in one step: a rival for one of them meets it before all or after all. */
  async replace(calendar: Calendar): Promise<void> {
    const { process, transaction } = this.#scope;
    const { _id, windowMs, boundary } = calendar;
    await operate(process, `write calendar ${_id}`, () => transaction.update('calendars', _id, calendar));
    if (process.database.mode === 'sqlite' || process.database.plants.has('window change writes no lock'))
      return;
    await operate(process, `write all locks of ${_id}`, () => {
      for (const id of allLockIds(_id)) {
        const lock = transaction.read('locks', id);
        if (lock !== null) transaction.update('locks', id, { n: lock.n + 1, windowMs, boundary });
      }
    });
  }

  async #takeStripe(calendar: string, stripe: number): Promise<Policy | null> {
    const { process, transaction, policiesBefore } = this.#scope;
    const { plants } = process.database;
    const id = lockId(calendar, stripe);
    if (plants.has('lock made after the snapshot')) await this.#makeLock(calendar, id);
    return operate(process, `take ${id}`, () => {
      const lock = transaction.read('locks', id);
      if (lock !== null && !plants.has('no lock'))
        transaction.update('locks', id, { ...lock, n: lock.n + 1 });
      if (plants.has('window change writes no lock') || plants.has('lock made after the snapshot')) {
        return policyOf(transaction.read('calendars', calendar));
      }
      if (plants.has('policy read before')) return policiesBefore.get(calendar) ?? null;
      return policyOf(lock);
    });
  }

  /** Only where a fault is planted. */
  async #makeLock(calendar: string, id: string): Promise<void> {
    const { documents } = this.#scope.process.database;
    await operate(this.#scope.process, `make ${id}`, () => {
      const policy = policyOf(documents.read('calendars', calendar));
      if (policy === null || documents.read('locks', id) !== null) return;
      documents.commit([{ collection: 'locks', id, value: { n: 0, ...policy } }]);
    });
  }
}

/** The documents of a new calendar: itself and its locks. */
export function documentsOfCalendar(calendar: Calendar): Write[] {
  const { _id, windowMs, boundary } = calendar;
  return [
    { collection: 'calendars', id: _id, value: calendar },
    ...allLockIds(_id).map((id): Write => ({ collection: 'locks', id, value: { n: 0, windowMs, boundary } })),
  ];
}

/** The policy of a document that holds one. */
export function policyOf(document: Policy | null): Policy | null {
  return document === null ? null : { windowMs: document.windowMs, boundary: document.boundary };
}
