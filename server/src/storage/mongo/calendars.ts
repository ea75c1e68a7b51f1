import type { Calendar, Policy } from '../../domain/calendar.js';
import { AppError } from '../../domain/errors.js';
import type { CalendarReads, CalendarWrites } from '../storage.js';
import { isServerFailure } from './failures.js';
import { insertDocuments } from './insert.js';
import { range } from './keyset.js';
import type { CalendarDocument } from './models/calendar.model.js';
import type { LockDocument } from './models/lock.model.js';
import type { Models } from './models/models.js';
import { type RunQuery, withinSession } from './run-query.js';
import { allLockIds, lockId, stripesOf } from './stripes.js';
import type { Attempt } from './transactions.js';

const MEMBERS = 'windowMs boundary version createdAt';

/** Reading calendars; `query` says how a query gets at the database. */
export class MongoCalendarReads implements CalendarReads {
  readonly #calendars: Models['Calendar'];
  readonly #query: RunQuery;

  constructor({ Calendar }: Pick<Models, 'Calendar'>, query: RunQuery) {
    this.#calendars = Calendar;
    this.#query = query;
  }

  find(id: string): Promise<Calendar | null> {
    return this.#query.run(async () => {
      const document = await this.#calendars
        .findOne({ _id: id }, MEMBERS)
        .session(this.#query.session)
        .lean<CalendarDocument>();
      return document === null ? null : calendarOfDocument(document);
    });
  }

  list(after: string | null, limit: number): Promise<Calendar[]> {
    return this.#query.run(async () => {
      const documents = await this.#calendars
        .find(after === null ? {} : { _id: range({ $gt: after }) }, MEMBERS)
        .sort({ _id: 1 })
        .limit(limit)
        .session(this.#query.session)
        .lean<CalendarDocument[]>();
      return documents.map(calendarOfDocument);
    });
  }
}

/** Calendars inside one transaction. */
export class MongoCalendarWrites extends MongoCalendarReads implements CalendarWrites {
  readonly #models: Pick<Models, 'Calendar' | 'Lock'>;
  readonly #attempt: Attempt;

  constructor(models: Pick<Models, 'Calendar' | 'Lock'>, attempt: Attempt) {
    super(models, withinSession(attempt.session));
    this.#models = models;
    this.#attempt = attempt;
  }

  /** Writes the locks of the weeks that the order and the window after it touch; the first holds the policy. */
  async take(calendar: string, datetime: number): Promise<Policy | null> {
    const [stripe] = stripesOf(datetime, 0) as [number];
    const lock = await this.#write(calendar, stripe);
    if (lock === null) return null;
    const { windowMs, boundary } = lock;
    this.#attempt.noteWindow(calendar, windowMs);
    for (const next of stripesOf(datetime, windowMs).slice(1)) await this.#write(calendar, next);
    return { windowMs, boundary };
  }

  /** The calendar and its 64 locks, so that no booking can come before them. */
  async insert(calendar: Calendar): Promise<void> {
    this.#attempt.requireOpen();
    const { session } = this.#attempt;
    try {
      await insertDocuments(this.#models.Calendar, [documentOfCalendar(calendar)], session);
      await insertDocuments(this.#models.Lock, locksOf(calendar), session);
    } catch (error) {
      if (!isServerFailure(error, 'duplicateKey')) throw error;
      throw new AppError('already_exists', `There is a calendar "${calendar._id}" already.`, {
        cause: error,
      });
    }
  }

  /** Writes all 64 locks: a booking under way that was judged by the old policy cannot commit after this. */
  async replace(calendar: Calendar): Promise<void> {
    const { _id, ...members } = documentOfCalendar(calendar);
    const { windowMs, boundary } = calendar;
    const ids = allLockIds(_id);
    for (const id of ids) this.#attempt.noteStripe(id);
    const { session } = this.#attempt;
    await this.#models.Calendar.updateOne({ _id }, { $set: members }, { session });
    await this.#models.Lock.updateMany(
      { _id: range({ $in: ids }), calendar: _id },
      { $inc: { n: 1 }, $set: { windowMs, boundary } },
      { session },
    );
  }

  async #write(calendar: string, stripe: number): Promise<LockDocument | null> {
    const _id = lockId(calendar, stripe);
    this.#attempt.noteStripe(_id);
    return this.#models.Lock.findOneAndUpdate(
      { _id, calendar },
      { $inc: { n: 1 } },
      { session: this.#attempt.session, projection: 'windowMs boundary' },
    ).lean<LockDocument>();
  }
}

/** The locks of a calendar, as they are at first. */
export function locksOf({ _id, windowMs, boundary }: Calendar): LockDocument[] {
  return allLockIds(_id).map((id) => ({ _id: id, calendar: _id, n: 0, windowMs, boundary }));
}

function calendarOfDocument({ _id, windowMs, boundary, version, createdAt }: CalendarDocument): Calendar {
  return { _id, windowMs, boundary, version, createdAt: createdAt.getTime() };
}

/** The document of a calendar. */
export function documentOfCalendar({ createdAt, ...members }: Calendar): CalendarDocument {
  return { ...members, createdAt: new Date(createdAt) };
}
