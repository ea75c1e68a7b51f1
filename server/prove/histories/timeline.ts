import { type Act, type Entry, endOf, type History, isDone, type Shown, settledActs } from './history.js';

/** A version of an order that was acknowledged, and the write that made it. */
export interface Version {
  shown: Shown;
  act: Act;
}

/** All that is known of one order. */
export interface Timeline {
  id: string;
  /** Acknowledged versions, ascending. */
  versions: Version[];
  deletes: Act[];
  reads: Act[];
  /** Requests whose outcome is unknown, which may have changed it. */
  unsettled: Entry[];
}

/** An order's stay at a place, from and to the latest and earliest instants (sure) or the widest (possible). */
export interface Stay {
  id: string;
  calendar: string;
  datetime: number;
  from: number;
  to: number;
}

/** What was acknowledged and what stayed open, by order. */
export function timelines({ entries }: History): Map<string, Timeline> {
  const byId = new Map<string, Timeline>();
  const of = (id: string) => {
    const known = byId.get(id);
    if (known !== undefined) return known;
    const fresh: Timeline = { id, versions: [], deletes: [], reads: [], unsettled: [] };
    byId.set(id, fresh);
    return fresh;
  };
  for (const act of settledActs(entries).filter(isDone)) {
    const shown = act.result.order;
    if (shown === undefined) continue;
    const timeline = of(shown._id);
    if (act.operation.op === 'delete') timeline.deletes.push(act);
    else if (act.operation.op === 'read') timeline.reads.push(act);
    else timeline.versions.push({ shown, act });
  }
  for (const entry of entries.filter(({ endedAt }) => endedAt === null)) {
    for (const { id, op } of entry.operations) {
      if (id !== undefined && op !== 'read') of(id).unsettled.push(entry);
    }
  }
  for (const { versions } of byId.values()) versions.sort((a, b) => a.shown.version - b.shown.version);
  return byId;
}

const isActive = ({ shown }: Version) => shown.status === 'scheduled';

function isSamePlace(a: Version, b: Version): boolean {
  return isActive(a) && isActive(b) && isAtOnePlace(a.shown, b.shown);
}

export function isAtOnePlace(a: Shown, b: Shown): boolean {
  return a.calendar === b.calendar && a.datetime === b.datetime;
}

/**
 * Where an order surely stood and was active: from the end of the write that placed it to the start of the
 * first request that may have freed or moved it.
 */
export function sureStays({ id, versions, deletes, unsettled }: Timeline): Stay[] {
  const stays: Stay[] = [];
  for (let i = 0; i < versions.length; i++) {
    const first = versions[i] as Version;
    if (!isActive(first)) continue;
    let last = first;
    while (
      i + 1 < versions.length &&
      isSamePlace(last, versions[i + 1] as Version) &&
      isNext(last, versions[i + 1])
    ) {
      i += 1;
      last = versions[i] as Version;
    }
    const enders = [versions[i + 1]?.act.entry, ...deletes.map(({ entry }) => entry), ...unsettled];
    const to = Math.min(...enders.map((entry) => entry?.startedAt ?? Number.POSITIVE_INFINITY));
    const { calendar, datetime } = first.shown;
    const from = endOf(first.act.entry);
    if (from < to) stays.push({ id, calendar, datetime, from, to });
  }
  return stays;
}

function isNext(a: Version, b: Version | undefined): boolean {
  return b !== undefined && b.shown.version === a.shown.version + 1;
}

/** Where an order may have stood and been active: from the start of the write to the end of the next known one. */
export function possibleStays(timeline: Timeline): Stay[] {
  return timeline.versions.filter(isActive).map(({ shown, act }) => ({
    id: timeline.id,
    calendar: shown.calendar,
    datetime: shown.datetime,
    from: act.entry.startedAt,
    to: endOfVersion(timeline, shown.version),
  }));
}

/** The latest instant at which a version may have been the order's last. */
export function endOfVersion({ versions, deletes }: Timeline, version: number): number {
  const next = versions.find(({ shown }) => shown.version > version);
  const ends = [next?.act, ...deletes].map((act) =>
    act === undefined ? Number.POSITIVE_INFINITY : endOf(act.entry),
  );
  return Math.min(...ends);
}
