import { describe, expect, test } from '@jest/globals';
import { checkHistory } from './check.js';
import type { Entry, History, Operation, Result, Shown } from './history.js';

/* A history that is right, and for each kind of violation one small change of it that must be found. */

const HOUR = 3_600_000;
const A = 'a'.repeat(24);
const B = 'b'.repeat(24);

function shown(change: Partial<Shown> = {}): Shown {
  return {
    _id: A,
    number: 1,
    datetime: 0,
    totalfee: 1,
    calendar: 'default',
    status: 'scheduled',
    version: 1,
    cancelReason: null,
    ...change,
  };
}

/** A request of one operation, from and to the instants given. */
function entry(
  key: string,
  [startedAt, endedAt]: [number, number | null],
  said: [Operation, Result?],
): Entry {
  const [operation, result] = said;
  return {
    key,
    operations: [operation],
    isBatch: false,
    startedAt,
    lastSentAt: startedAt,
    endedAt,
    attempts: 1,
    results: result === undefined ? [] : [result],
    isReplayed: false,
  };
}

const done = (order: Shown, status = 200): Result => ({ status, order });
const create = (serial: number, datetime: number): Operation => ({
  op: 'create',
  serial,
  datetime,
  calendar: 'default',
});
const isRefused = (conflict: { _id: string; datetime: number }): Result => ({
  status: 409,
  code: 'booking_clash',
  clash: { calendar: 'default', datetime: HOUR, conflicts: [conflict] },
});

const cancelledA = shown({
  version: 3,
  datetime: 9 * HOUR,
  totalfee: 2,
  status: 'cancelled',
  cancelReason: '4',
});
const movedA = shown({ version: 2, datetime: 9 * HOUR, totalfee: 2 });
const bookedB = shown({ _id: B, number: 2, datetime: HOUR, totalfee: 3 });

/** A is booked, another is refused, A is moved, B takes its place, A is read and cancelled, B is deleted. */
function rightHistory() {
  return {
    createA: entry('createA', [0, 10], [create(1, 0), done(shown(), 201)]),
    refused: entry('refused', [11, 20], [create(9, HOUR), isRefused({ _id: A, datetime: 0 })]),
    moveA: entry('moveA', [21, 30], [{ op: 'update', id: A, serial: 2, datetime: 9 * HOUR }, done(movedA)]),
    createB: entry('createB', [25, 40], [create(3, HOUR), done(bookedB, 201)]),
    readA: entry('readA', [41, 45], [{ op: 'read', id: A, serial: 8 }, done(movedA)]),
    cancelA: entry('cancelA', [50, 60], [{ op: 'cancel', id: A, serial: 4 }, done(cancelledA)]),
    restoreB: entry(
      'restoreB',
      [61, 65],
      [
        { op: 'restore', id: B, serial: 7 },
        { status: 409, code: 'invalid_transition' },
      ],
    ),
    deleteB: entry('deleteB', [70, 80], [{ op: 'delete', id: B, serial: 5 }, done(bookedB)]),
    readB: entry(
      'readB',
      [81, 85],
      [
        { op: 'read', id: B, serial: 6 },
        { status: 404, code: 'not_found' },
      ],
    ),
  };
}

type Right = ReturnType<typeof rightHistory>;

/** The right history after a change of it. */
function faultsAfter(change: (right: Right) => Partial<History> & { more?: Entry[] }): string[] {
  const right = rightHistory();
  const { more = [], ...rest } = change(right);
  return checkHistory({
    entries: [...Object.values(right), ...more],
    replays: [],
    final: [cancelledA],
    ...rest,
  });
}

/** Gives an entry another outcome. */
function becomes(of: Entry, change: Partial<Entry>): object {
  Object.assign(of, change);
  return {};
}

test('a history that some order explains has no faults', () => {
  expect(faultsAfter(() => ({}))).toEqual([]);
  expect(
    faultsAfter(() => ({ replays: [{ key: 'createA', first: 'x', again: 'x', isMarked: true }] })),
  ).toEqual([]);
});

test('a request whose outcome is unknown may have happened, or not', () => {
  const open = entry('open', [62, null], [create(77, 50 * HOUR)]);
  const made = shown({ _id: 'c'.repeat(24), number: 3, datetime: 50 * HOUR, totalfee: 77 });
  expect(faultsAfter(() => ({ more: [open] }))).toEqual([]);
  expect(faultsAfter(() => ({ more: [open], final: [cancelledA, made] }))).toEqual([]);
  expect(faultsAfter(({ cancelA }) => becomes(cancelA, { endedAt: null, results: [] }))).toEqual([]);
});

test('an answer that is told again may be about the time of the first attempt', () => {
  const late = { startedAt: 15, lastSentAt: 35, endedAt: 40, attempts: 2, isReplayed: true };
  expect(faultsAfter(({ refused }) => becomes(refused, late))).toEqual([]);
  expect(faultsAfter(({ refused }) => becomes(refused, { ...late, isReplayed: false }))).toEqual([
    expect.stringMatching(/cannot have stood there/),
  ]);
});

const C = 'c'.repeat(24);
const wrong: [string, (right: Right) => Partial<History> & { more?: Entry[] }, RegExp][] = [
  ['an order that is lost', () => ({ final: [] }), /is lost: cancel/],
  ['a write that is lost', () => ({ final: [movedA] }), /cancel .*acknowledged and is lost/],
  ['an order that is not as it was told', () => ({ final: [{ ...cancelledA, totalfee: 5 }] }), /not as/],
  ['a change that nobody asked for', () => ({ final: [{ ...cancelledA, version: 4 }] }), /nobody asked/],
  ['a deleted order that is there', () => ({ final: [cancelledA, bookedB] }), /was deleted and is there/],
  [
    'a second effect of a key',
    () => ({ final: [cancelledA, shown({ _id: C, number: 3, totalfee: 1, datetime: 40 * HOUR })] }),
    /no request explains it/,
  ],
  [
    'two writes with one version',
    ({ cancelA }) => becomes(cancelA, { results: [done({ ...cancelledA, version: 2 })] }),
    /version 2 is of two writes/,
  ],
  [
    'a version that nobody wrote',
    ({ cancelA }) => becomes(cancelA, { results: [done({ ...cancelledA, version: 5 })] }),
    /2 versions are missing/,
  ],
  [
    'a member changed that nobody changed',
    ({ cancelA }) => becomes(cancelA, { results: [done({ ...cancelledA, datetime: 8 * HOUR })] }),
    /does not follow/,
  ],
  [
    'an answer that shows another state than was asked for',
    ({ moveA }) => becomes(moveA, { results: [done({ ...movedA, datetime: 8 * HOUR })] }),
    /another state than it asked for/,
  ],
  [
    'an order of versions against the order in time',
    ({ cancelA }) => becomes(cancelA, { startedAt: 11, lastSentAt: 11, endedAt: 15 }),
    /made the later version/,
  ],
  [
    'a near pair that stood for a while',
    ({ createB }) => becomes(createB, { startedAt: 11, lastSentAt: 11, endedAt: 18 }),
    /Near pair on default/,
  ],
  [
    'a clash with an order that had gone',
    ({ refused }) => becomes(refused, { startedAt: 31, lastSentAt: 31, endedAt: 35 }),
    /cannot have stood there/,
  ],
  [
    'a clash with an order that never was',
    ({ refused }) => becomes(refused, { results: [isRefused({ _id: C, datetime: 0 })] }),
    /cannot have stood there/,
  ],
  [
    'a clash with an order that is far away',
    ({ refused }) => becomes(refused, { results: [isRefused({ _id: A, datetime: 9 * HOUR })] }),
    /not within the window/,
  ],
  [
    'a transition refused without reason',
    ({ restoreB }) => becomes(restoreB, { operations: [{ op: 'cancel', id: B, serial: 7 }] }),
    /cannot have been cancelled/,
  ],
  [
    'not_found of an order that was never deleted',
    ({ readB }) => becomes(readB, { operations: [{ op: 'read', id: A, serial: 6 }] }),
    /nobody had deleted it/,
  ],
  [
    'a read of a version that was over',
    ({ readA }) => becomes(readA, { results: [done(shown())] }),
    /over before it began/,
  ],
  [
    'a read of a version from the future',
    ({ readA }) => becomes(readA, { results: [done(cancelledA)] }),
    /from the future/,
  ],
  [
    'a read of what was never there',
    ({ readA }) => becomes(readA, { results: [done({ ...movedA, totalfee: 9 })] }),
    /as nobody wrote it/,
  ],
  [
    'a success after the deletion',
    ({ deleteB }) => ({
      more: [entry('late', [90, 95], [{ op: 'delete', id: B, serial: 6 }, deleteB.results[0] as Result])],
    }),
    /deleted twice/,
  ],
  [
    'a read after the deletion',
    ({ readB }) => becomes(readB, { results: [done(bookedB)] }),
    /after the order had been deleted/,
  ],
  [
    'a replay with another answer',
    () => ({ replays: [{ key: 'createA', first: 'x', again: 'y', isMarked: true }] }),
    /answered x and then y/,
  ],
  [
    'a replay that does not say so',
    () => ({ replays: [{ key: 'createA', first: 'x', again: 'x', isMarked: false }] }),
    /createA/,
  ],
  [
    'a replay of what was sent once',
    ({ createA }) => becomes(createA, { isReplayed: true }),
    /was sent once/,
  ],
];

describe('finds', () => {
  test.each(wrong)('%s', (_name, change, sentence) => {
    expect(faultsAfter(change)).toEqual(expect.arrayContaining([expect.stringMatching(sentence)]));
  });
});
