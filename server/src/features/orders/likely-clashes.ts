import { LRUCache } from 'lru-cache';
import { MS_PER_MINUTE } from '../../domain/calendar.js';
import { AppError } from '../../domain/errors.js';
import type { OrderReads, ScheduleReads } from '../../storage/storage.js';
import {
  AROUND_MAX,
  bookingClash,
  type Claimant,
  type Clash,
  isTaken,
  stretchOfRefusal,
  surroundings,
} from './booking-clash.js';

const MS_PER_HOUR = 60 * MS_PER_MINUTE;
/** The most hours of calendars that are remembered; the one that nobody asked for the longest is forgotten. */
const HOURS_MAX = 10_000;
/** In place of a window: so many orders stand around that a look would be in vain. */
const CROWDED = -1;

/** How long the window was, by calendar and hour. */
interface Memory {
  get(calendarHour: string): number | undefined;
  set(calendarHour: string, windowMs: number): unknown;
  delete(calendarHour: string): boolean;
}

interface Reads {
  orders: OrderReads;
  schedules: ScheduleReads;
}

/**
 * Where bookings were refused lately. Who asks for such a time is probably refused too, and is told so after one
 * read, without a transaction and without a lock that others wait for. Nothing is ever booked by what is
 * remembered here, and nothing refused: the read says who is refused, and by which policy.
 */
export class LikelyClashes {
  readonly #storage: Reads;
  readonly #windows: Memory;

  constructor(storage: Reads, memory: Memory = new LRUCache<string, number>({ max: HOURS_MAX })) {
    this.#storage = storage;
    this.#windows = memory;
  }

  /**
   * Error: AppError `booking_clash`, where a time of that hour was refused before and this one is taken now.
   * Where the store fails, the booking is left to tell of it.
   */
  async refuseKnown(place: Claimant): Promise<void> {
    const windowMs = this.#windows.get(hourOf(place));
    if (windowMs === undefined || windowMs === CROWDED) return;
    const clash = await this.#look(place, windowMs).catch((error: unknown) => {
      if (error instanceof AppError) return null;
      throw error;
    });
    if (clash !== null) throw clash;
  }

  /** Remembers a place that was refused; other errors say nothing of it. */
  note(place: Claimant, error: unknown): void {
    if (!(error instanceof AppError) || error.code !== 'booking_clash') return;
    if (this.#windows.get(hourOf(place)) === CROWDED) return;
    this.remember(place, (error.extra.clash as Clash).windowMinutes * MS_PER_MINUTE);
  }

  /** Takes the hour of a place for one that is probably taken, on a calendar with this window. */
  remember(place: Claimant, windowMs: number): void {
    this.#windows.set(hourOf(place), windowMs);
  }

  /** The refusal, where the policy is still the one remembered and the orders around are few. */
  async #look(place: Claimant, windowMs: number): Promise<AppError | null> {
    const range = stretchOfRefusal(place, windowMs);
    const { calendar } = place;
    const found = await this.#storage.schedules.find({ calendar, range, limit: AROUND_MAX });
    if (found === null || found.policy.windowMs !== windowMs) {
      this.#windows.delete(hourOf(place));
      return null;
    }
    if (found.starts.length === AROUND_MAX) {
      this.remember(place, CROWDED);
      return null;
    }
    const { policy, starts } = found;
    const near = surroundings(place, { range, starts }, policy);
    if (!isTaken(near)) return null;
    return bookingClash(this.#storage.orders, place, {
      policy,
      near,
      asking: 'datetime',
      operationOf: new Map(),
    });
  }
}

function hourOf({ calendar, datetime }: Claimant): string {
  return `${calendar}/${Math.floor(datetime / MS_PER_HOUR)}`;
}
