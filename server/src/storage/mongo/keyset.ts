import { INSTANT_MAX_MS, INSTANT_MIN_MS } from '../../domain/instant.js';
import { mongoose } from './models/models.js';

/*
 * Pages by keyset, never by offset. What follows a row in the order of (value, tie) is asked for in
 * parts, each of which one range of an index answers in that order; together they are the rest of the
 * list. A single filter with $or would leave it to the planner whether it sorts.
 */

/** A filter of ours: values to equal, and ranges made by `range`. */
export type Filter = Readonly<Record<string, unknown>>;

type Operators = Partial<Record<'$in' | '$gt' | '$gte' | '$lt' | '$lte', unknown>>;

interface Keyset {
  by: string;
  tieBy: string;
  descending: boolean;
  /** The last row's place; null before the first page. */
  after: { value: unknown; tie: unknown } | null;
}

/** A range of dates holds no null and nothing else that is not a date. */
const FIRST_DATE = new Date(INSTANT_MIN_MS);

/** A range for a filter, past Mongoose's guard against operators that came with a request. */
export function range<O extends Operators>(operators: O): O {
  return mongoose.trusted({ ...operators });
}

/**
 * The instants of a range, both ends included. Milliseconds are whole, so that "up to" is "before the
 * next": the server that tests run on ends an inclusive range of a compound index too early.
 */
export function instantsBetween(from: number, to: number): Operators {
  const first = new Date(Math.min(Math.max(from, INSTANT_MIN_MS), INSTANT_MAX_MS));
  if (from > INSTANT_MAX_MS) return range({ $gte: first, $lt: first }); // nothing stands there
  return range({ $gte: first, ...(to < INSTANT_MAX_MS ? { $lt: new Date(to + 1) } : {}) });
}

/** The filters of the parts of a list, in the order in which they follow each other; parts that hold nothing are left out. */
export function partsAfter(filter: Filter, keyset: Keyset): Filter[] {
  return rawParts(keyset)
    .map((part) => both(filter, part))
    .filter((part) => part !== null);
}

function rawParts({ by, tieBy, descending, after }: Keyset): Filter[] {
  if (after === null) return [{}];
  const beyond = (value: unknown) => range(descending ? { $lt: value } : { $gt: value });
  if (by === tieBy) return [{ [tieBy]: beyond(after.tie) }];
  const ties = { [by]: after.value, [tieBy]: beyond(after.tie) };
  if (after.value === null) {
    // Rows without a value come first; going down, they are the last.
    return descending ? [ties] : [ties, { [by]: range({ $gte: FIRST_DATE }) }];
  }
  const rest = { [by]: beyond(after.value) };
  return descending && after.value instanceof Date ? [ties, rest, { [by]: null }] : [ties, rest];
}

/** What both filters find, as one flat filter that an index can serve; null where that is nothing. */
function both(filter: Filter, part: Filter): Filter | null {
  const joined: Record<string, unknown> = { ...filter };
  for (const [member, wanted] of Object.entries(part)) {
    const common = member in filter ? commonOf(filter[member], wanted) : wanted;
    if (common === NOTHING) return null;
    joined[member] = common;
  }
  return joined;
}

const NOTHING = Symbol('nothing');

/** One value, or one lower and one upper end: what every server finds both ends of in an index. */
function commonOf(given: unknown, wanted: unknown): unknown {
  if (!isRange(given)) return isWithin(given, wanted) ? given : NOTHING;
  if (!isRange(wanted)) return isWithin(wanted, given) ? wanted : NOTHING;
  return range({
    ...furthest(given, wanted, ['$gt', '$gte'], (one, other) => one > other),
    ...furthest(given, wanted, ['$lt', '$lte'], (one, other) => one < other),
  });
}

/** Of the ends on one side the one that leaves less; of two at the same instant the one without it, named first. */
function furthest(
  given: Operators,
  wanted: Operators,
  names: readonly ('$gt' | '$gte' | '$lt' | '$lte')[],
  leavesLess: (one: number, other: number) => boolean,
): Operators {
  const ends = names.flatMap((name) =>
    [given[name], wanted[name]].filter((value) => value !== undefined).map((value) => ({ name, value })),
  );
  const [first, ...others] = ends;
  if (first === undefined) return {};
  const { name, value } = others.reduce(
    (best, end) => (leavesLess(Number(end.value), Number(best.value)) ? end : best),
    first,
  );
  return { [name]: value };
}

/** Whether a value is the one wanted, or lies in the range. */
function isWithin(value: unknown, wanted: unknown): boolean {
  if (value === null || wanted === null) return value === wanted;
  const place = Number(value);
  if (!isRange(wanted)) return place === Number(wanted);
  const { $gt, $gte, $lt, $lte } = wanted;
  return (
    ($gt === undefined || place > Number($gt)) &&
    ($gte === undefined || place >= Number($gte)) &&
    ($lt === undefined || place < Number($lt)) &&
    ($lte === undefined || place <= Number($lte))
  );
}

function isRange(value: unknown): value is Operators {
  return typeof value === 'object' && value !== null && (Object.keys(value)[0]?.startsWith('$') ?? false);
}

/** The sort that goes with the parts. */
export function sortOf({ by, tieBy, descending }: Omit<Keyset, 'after'>): Record<string, 1 | -1> {
  const order = descending ? -1 : 1;
  return by === tieBy ? { [tieBy]: order } : { [by]: order, [tieBy]: order };
}

/** The first rows of the parts, in their order, up to a limit. */
export async function readParts<Row>(
  parts: readonly Filter[],
  limit: number,
  read: (part: Filter, limit: number) => Promise<Row[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const part of parts) {
    if (rows.length < limit) rows.push(...(await read(part, limit - rows.length)));
  }
  return rows;
}
