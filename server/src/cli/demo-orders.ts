import { MS_PER_MINUTE, type Policy } from '../domain/calendar.js';

const DAY_MS = 1_440 * MS_PER_MINUTE;
/** How many days before and after today have orders. */
const REACH_DAYS = 90;
/** Visits start on the quarter of an hour. */
const GRID_MS = 15 * MS_PER_MINUTE;
/** First and last start of a day, in minutes since midnight (UTC). */
const HOURS = { weekday: [8 * 60, 17 * 60], saturday: [9 * 60, 12 * 60] } as const;

/** What is offered, with a usual fee in minor units. */
export const DEMO_SERVICES = [
  { name: 'Boiler service', feeMinor: 14_900 },
  { name: 'Chimney sweep', feeMinor: 6_500 },
  { name: 'Electrical inspection', feeMinor: 23_900 },
  { name: 'Gutter cleaning', feeMinor: 11_000 },
  { name: 'Home energy report', feeMinor: 34_900 },
  { name: 'Piano tuning', feeMinor: 12_500 },
  { name: 'Water analysis', feeMinor: 8_900 },
] as const;

const CANCEL_REASONS = [
  'The customer is ill.',
  'The customer moved away.',
  'Booked twice by mistake.',
  'The van broke down.',
  null,
] as const;

/** An order as it is to be booked. */
export interface DemoOrder {
  calendar: string;
  datetime: number;
  totalfeeMinor: number;
  /** Places in DEMO_SERVICES. */
  services: readonly number[];
  isCancelled: boolean;
  cancelReason: string | null;
}

/** The midnight (UTC) at which a day began. */
export function dayOf(now: number): number {
  return Math.floor(now / DAY_MS) * DAY_MS;
}

/** Up to `limit` orders that one calendar can have around a day, those nearest to it, by time; the same at every call. */
export function demoOrders(
  calendar: string,
  { windowMs }: Policy,
  today: number,
  limit: number,
): DemoOrder[] {
  const random = generator(`${calendar}/${today}`);
  return [...starts(windowMs, today, random)]
    .map((datetime) => ({ isKept: random() < 0.75, order: anOrder(calendar, datetime, random) }))
    .flatMap(({ isKept, order }) => (isKept ? [order] : []))
    .sort((a, b) => Math.abs(a.datetime - today) - Math.abs(b.datetime - today))
    .slice(0, limit)
    .sort((a, b) => a.datetime - b.datetime);
}

/** Starts in business hours, each more than the window after the one before. */
function* starts(windowMs: number, today: number, random: () => number): Generator<number> {
  let free = 0;
  for (let day = today - REACH_DAYS * DAY_MS; day <= today + REACH_DAYS * DAY_MS; day += DAY_MS) {
    const hours = hoursOf(day, random);
    if (hours === null) continue;
    const [first, last] = hours.map((minutes) => day + minutes * MS_PER_MINUTE) as [number, number];
    for (let start = first; ; ) {
      start = Math.ceil(Math.max(start, free) / GRID_MS) * GRID_MS + below(3, random) * GRID_MS;
      if (start > last) break;
      yield start;
      free = start + windowMs + GRID_MS;
    }
  }
}

/** Nobody works on Sundays, and few do on Saturdays. */
function hoursOf(day: number, random: () => number): readonly [number, number] | null {
  const weekday = new Date(day).getUTCDay();
  if (weekday === 0) return null;
  if (weekday === 6) return random() < 0.2 ? HOURS.saturday : null;
  return HOURS.weekday;
}

function anOrder(calendar: string, datetime: number, random: () => number): DemoOrder {
  const first = below(DEMO_SERVICES.length, random);
  const second = (first + 1 + below(DEMO_SERVICES.length - 1, random)) % DEMO_SERVICES.length;
  const services = random() < 0.2 ? [first, second] : [first];
  const usual = services.reduce((sum, index) => sum + (DEMO_SERVICES[index]?.feeMinor ?? 0), 0);
  const isCancelled = random() < 0.08;
  const reason = CANCEL_REASONS[below(CANCEL_REASONS.length, random)] ?? null;
  return {
    calendar,
    datetime,
    totalfeeMinor: Math.round((usual * (0.9 + 0.3 * random())) / 50) * 50,
    services,
    isCancelled,
    cancelReason: isCancelled ? reason : null,
  };
}

function below(limit: number, random: () => number): number {
  return Math.floor(random() * limit);
}

/** Numbers from 0 to 1 that follow from a text alone: FNV-1a of it, then mulberry32. */
function generator(text: string): () => number {
  let state = 0x811c9dc5;
  for (const character of text) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
}
