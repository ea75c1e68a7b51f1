import { type Boundary, MS_PER_MINUTE } from '../../src/domain/calendar.js';
import { CHUNK_MS } from '../../src/storage/mongo/stripes.js';

/** Two times on a calendar, and its rule. */
export interface Geometry {
  name: string;
  windowMinutes: number;
  boundary: Boundary;
  /** The earlier time, and the later one. */
  times: readonly [number, number];
}

const DAY_MS = 24 * 3_600_000;

/** Where the times lie: around an instant, on both sides of it where they are apart. */
const PLACES = {
  'within a week': 2_971 * CHUNK_MS + 3 * DAY_MS,
  'across a week': 2_950 * CHUNK_MS,
  'across a week before 1970': -3 * CHUNK_MS,
  'across 1970': 0,
  'from the last lock to the first': 64 * CHUNK_MS,
} as const;

const APART = {
  'exactly the window': 0,
  'a millisecond less than the window': -1,
  'at once': 0,
  'a millisecond more than the window': 1,
} as const;

/** Windows, in minutes: the usual one, the longest, the smallest, none. */
const WINDOWS = [180, 10_080, 1, 0] as const;

function geometry(
  place: keyof typeof PLACES,
  apart: keyof typeof APART,
  { windowMinutes, boundary }: Pick<Geometry, 'windowMinutes' | 'boundary'>,
): Geometry {
  const apartMs = apart === 'at once' ? 0 : Math.max(0, windowMinutes * MS_PER_MINUTE + APART[apart]);
  const first = PLACES[place] - Math.max(1, Math.floor(apartMs / 2));
  const name = `${apart}, ${place}, ${windowMinutes} min ${boundary}`;
  return { name, windowMinutes, boundary, times: [first, first + apartMs] };
}

/** All of them, so that those which differ most come first. */
export function allGeometries(): Geometry[] {
  const places = Object.keys(PLACES) as (keyof typeof PLACES)[];
  const distances = Object.keys(APART) as (keyof typeof APART)[];
  return (['inclusive', 'exclusive'] as const).flatMap((boundary) =>
    distances.flatMap((apart) =>
      WINDOWS.flatMap((windowMinutes) =>
        places.map((place) => geometry(place, apart, { windowMinutes, boundary })),
      ),
    ),
  );
}

/** A few that differ most. */
export function someGeometries(): Geometry[] {
  return [
    geometry('across a week', 'exactly the window', { windowMinutes: 180, boundary: 'inclusive' }),
    geometry('within a week', 'a millisecond less than the window', {
      windowMinutes: 180,
      boundary: 'exclusive',
    }),
    geometry('across 1970', 'exactly the window', { windowMinutes: 10_080, boundary: 'inclusive' }),
    geometry('across a week before 1970', 'a millisecond more than the window', {
      windowMinutes: 1,
      boundary: 'inclusive',
    }),
  ];
}
