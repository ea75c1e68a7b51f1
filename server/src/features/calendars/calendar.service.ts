import {
  type Boundary,
  type Calendar,
  DEFAULT_WINDOW_MINUTES,
  MS_PER_MINUTE,
  WINDOW_MINUTES_MAX,
} from '../../domain/calendar.js';
import { AppError } from '../../domain/errors.js';
import type { CalendarReads, Storage } from '../../storage/storage.js';
import type { Outcome, ToldOutcome } from '../../writes/outcome.js';
import { requireUnchanged } from '../../writes/require-unchanged.js';
import type { RunWrite } from '../../writes/run-write.js';
import { requirePrecondition, type WriteRequest } from '../../writes/write-request.js';
import { calendarEtag, calendarJson, calendarOnWire } from './calendar.presenter.js';

/** What can be set on a calendar. `windowMinutes` is a whole number from 0 to 10,080. */
export interface CalendarInput {
  windowMinutes?: number;
  boundary?: Boundary;
}

const CALENDAR_ID = /^[a-z0-9-]{1,40}$/;

interface CalendarServiceOptions {
  storage: Pick<Storage, 'calendars'>;
  runWrite: RunWrite;
  now: () => number;
}

/** Calendars and their rule. Errors: AppError `validation_failed`, `not_found`, `already_exists`. */
export class CalendarService {
  readonly #storage: Pick<Storage, 'calendars'>;
  readonly #runWrite: RunWrite;
  readonly #now: () => number;

  constructor({ storage, runWrite, now }: CalendarServiceOptions) {
    this.#storage = storage;
    this.#runWrite = runWrite;
    this.#now = now;
  }

  /** A page of calendars by id, and whether there are others. */
  async list(after: string | null, limit: number): Promise<{ calendars: Calendar[]; hasMore: boolean }> {
    const found = await this.#storage.calendars.list(after, limit + 1);
    return { calendars: found.slice(0, limit), hasMore: found.length > limit };
  }

  get(id: string): Promise<Calendar> {
    return findCalendar(this.#storage.calendars, id);
  }

  async create(request: WriteRequest, _id: string, input: CalendarInput): Promise<ToldOutcome> {
    if (!CALENDAR_ID.test(_id)) throw refuse('A calendar id is 1 to 40 of a-z, 0-9 and -.');
    const { windowMinutes = DEFAULT_WINDOW_MINUTES, boundary = 'inclusive' } = input;
    const windowMs = windowMsOf(windowMinutes);
    const calendar: Calendar = { _id, windowMs, boundary, version: 1, createdAt: this.#now() };
    return this.#runWrite({
      request,
      places: [],
      work: async (tx) => {
        await tx.calendars.insert(calendar);
        const made = outcomeOf('Calendar created.', calendar);
        return { ...made, status: 201, location: request.isDryRun ? null : `/calendars/${_id}` };
      },
    });
  }

  /**
   * Changes what is given; `readOnly` are members sent back that only the server sets. A wider window
   * leaves older near pairs as they are; `verify` and GET /orders/clashes list them.
   */
  async update(
    request: WriteRequest,
    id: string,
    { windowMinutes, boundary }: CalendarInput,
    readOnly: Readonly<Record<string, unknown>> = {},
  ): Promise<ToldOutcome> {
    const given = windowMinutes === undefined ? {} : { windowMs: windowMsOf(windowMinutes) };
    return this.#runWrite({
      request,
      places: [],
      work: async (tx) => {
        const calendar = await findCalendar(tx.calendars, id);
        const { version } = calendar;
        requirePrecondition(request.precondition, { version, etag: calendarEtag(version) });
        requireUnchanged(() => calendarOnWire(calendar), readOnly);
        const changed = { ...calendar, ...given, boundary: boundary ?? calendar.boundary };
        const isSame = changed.windowMs === calendar.windowMs && changed.boundary === calendar.boundary;
        if (!isSame) changed.version += 1;
        if (!isSame) await tx.calendars.replace(changed);
        return outcomeOf('Calendar updated.', changed);
      },
    });
  }
}

async function findCalendar(calendars: CalendarReads, id: string): Promise<Calendar> {
  const calendar = CALENDAR_ID.test(id) ? await calendars.find(id) : null;
  if (calendar === null) throw new AppError('not_found', `There is no calendar "${id}".`);
  return calendar;
}

function outcomeOf(message: string, calendar: Calendar): Outcome {
  return {
    status: 200,
    message,
    dataJson: calendarJson(calendar),
    etag: calendarEtag(calendar.version),
    location: null,
  };
}

function windowMsOf(windowMinutes: number): number {
  if (!Number.isInteger(windowMinutes) || windowMinutes < 0 || windowMinutes > WINDOW_MINUTES_MAX) {
    throw refuse(`The window is a whole number of minutes from 0 to ${WINDOW_MINUTES_MAX}.`);
  }
  return windowMinutes * MS_PER_MINUTE;
}

function refuse(message: string): AppError {
  return new AppError('validation_failed', message);
}
