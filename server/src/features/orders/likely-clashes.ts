import { LRUCache } from 'lru-cache';
import { MS_PER_MINUTE } from '../../domain/calendar.js';
import { AppError } from '../../domain/errors.js';
import type { OrderReads, ScheduleReads } from '../../storage/storage.js';
import {
  AROUND_MAX,
  bookingClash,
  type Claimant,
  type Clash,
  stretchOfRefusal,
  surroundings,
} from './booking-clash.js';

const MS_PER_HOUR = 60 * MS_PER_MINUTE;
/** The most hours of calendars that are remembered; the one that nobody asked for the longest is forgotten. */
const HOURS_MAX = 10_000;
/** How long the window was, by calendar and hour. */
interface Memory {
  get(hour: string): number | undefined;
  set(hour: string, windowMs: number): unknown;
  delete(hour: string): boolean;
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

  /** Error: AppError `booking_clash`, where the place is taken as of now and was refused before. */
  async refuseKnown(place: Claimant): Promise<void> {
    const windowMs = this.#windows.get(hourOf(place));
    if (windowMs === undefined) return;
    const clash = await this.#look(place, windowMs);
    if (clash !== null) throw clash;
    this.#windows.delete(hourOf(place));
  }

  /** Remembers a place that was refused; other errors say nothing of it. */
  note(place: Claimant, error: unknown): void {
    if (!(error instanceof AppError) || error.code !== 'booking_clash') return;
    this.remember(place, (error.extra.clash as Clash).windowMinutes * MS_PER_MINUTE);
  }

  /** Takes a place for one that is probably taken, on a calendar with this window. */
  remember(place: Claimant, windowMs: number): void {
    this.#windows.set(hourOf(place), windowMs);
  }

  /** The refusal, where the policy is still the one remembered and the orders around are few. */
  async #look(place: Claimant, windowMs: number): Promise<AppError | null> {
    const range = stretchOfRefusal(place, windowMs);
    const { calendar } = place;
    const found = await this.#storage.schedules.find({
      calendar,
      range,
      direction: 'ascending',
      limit: AROUND_MAX,
    });
    if (found === null || found.policy.windowMs !== windowMs || found.starts.length === AROUND_MAX)
      return null;
    const { policy, starts } = found;
    const near = surroundings(place, { range, starts }, policy);
    if (near.notLater.length + near.later.length === 0) return null;
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
