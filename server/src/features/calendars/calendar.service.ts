import {
  type Boundary,
  type Calendar,
  DEFAULT_WINDOW_MINUTES,
  MS_PER_MINUTE,
  WINDOW_MINUTES_MAX,
} from '../../domain/calendar.js';
import { AppError } from '../../domain/errors.js';
import type { Storage } from '../../storage/storage.js';
import { runWrite } from '../../writes/run-write.js';

/** What can be set on a calendar. `windowMinutes` is a whole number from 0 to 10,080. */
export interface CalendarInput {
  windowMinutes?: number;
  boundary?: Boundary;
}

interface CalendarServiceOptions {
  storage: Storage;
  now: () => number;
}

/** Calendars and their rule. Errors: AppError `validation_failed`, `not_found`, `already_exists`. */
export class CalendarService {
  readonly #storage: Storage;
  readonly #now: () => number;

  constructor({ storage, now }: CalendarServiceOptions) {
    this.#storage = storage;
    this.#now = now;
  }

  list(): Promise<Calendar[]> {
    return this.#storage.calendars.list();
  }

  async create(_id: string, input: CalendarInput): Promise<Calendar> {
    if (!/^[a-z0-9-]{1,40}$/.test(_id)) throw refuse('A calendar id is 1 to 40 of a-z, 0-9 and -.');
    const { windowMinutes = DEFAULT_WINDOW_MINUTES, boundary = 'inclusive' } = input;
    const calendar: Calendar = {
      _id,
      windowMs: windowMsOf(windowMinutes),
      boundary,
      version: 1,
      createdAt: this.#now(),
    };
    return runWrite(this.#storage, { places: [] }, async (tx) => {
      await tx.calendars.insert(calendar);
      return calendar;
    });
  }

  /** A wider window leaves older near pairs as they are; `verify` lists them. */
  set(id: string, { windowMinutes, boundary }: CalendarInput): Promise<Calendar> {
    return runWrite(this.#storage, { places: [] }, async (tx) => {
      const calendar = await tx.calendars.find(id);
      if (calendar === null) throw new AppError('not_found', `There is no calendar "${id}".`);
      const windowMs = windowMinutes === undefined ? calendar.windowMs : windowMsOf(windowMinutes);
      const changed = { ...calendar, windowMs, boundary: boundary ?? calendar.boundary };
      if (changed.windowMs === calendar.windowMs && changed.boundary === calendar.boundary) return calendar;
      const next = { ...changed, version: calendar.version + 1 };
      await tx.calendars.replace(next);
      return next;
    });
  }
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
