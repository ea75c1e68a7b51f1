import {
  type Act,
  type Clash,
  type Entry,
  endOf,
  type History,
  settledActs,
  sinceWhen,
  WINDOW_MS,
} from './history.js';
import { possibleStays, type Stay, sureStays, type Timeline } from './timeline.js';

/** Orders that surely stood too near each other at one time. */
export function nearPairs(all: readonly Timeline[]): string[] {
  const stays = all.flatMap(sureStays).sort((a, b) => a.from - b.from);
  const standing = new Map<string, Stay[]>();
  const faults: string[] = [];
  for (const stay of stays) {
    const others = (standing.get(stay.calendar) ?? []).filter(({ to }) => to > stay.from);
    for (const other of others) {
      if (Math.abs(other.datetime - stay.datetime) <= WINDOW_MS)
        faults.push(
          `Near pair on ${stay.calendar}: order ${other.id} at ${instant(other)} and order ${stay.id} at ${instant(stay)} stood at once.`,
        );
    }
    standing.set(stay.calendar, [...others, stay]);
  }
  return faults;
}

const instant = ({ datetime }: { datetime: number }) => new Date(datetime).toISOString();

/** Refusals for a reason that cannot have held at any moment between the request and its answer. */
export function unexplainedRefusals({ entries }: History, byId: Map<string, Timeline>): string[] {
  const open = entries.filter(({ endedAt }) => endedAt === null);
  const stays = new Map([...byId].map(([id, timeline]) => [id, possibleStays(timeline)]));
  const clashes = entries.flatMap((entry) =>
    entry.results.flatMap(({ clash }) => (clash === undefined ? [] : [{ entry, clash }])),
  );
  return [
    ...clashes.flatMap(({ entry, clash }) => falseConflicts({ entry, clash, stays, byId, open })),
    ...settledActs(entries).flatMap((act) => falseRefusal(act, byId)),
  ];
}

interface Named {
  entry: Entry;
  clash: Clash;
  stays: Map<string, Stay[]>;
  byId: Map<string, Timeline>;
  open: readonly Entry[];
}

function falseConflicts({ entry, clash, stays, byId, open }: Named): string[] {
  if (clash.conflicts.length === 0 && !entry.isBatch)
    return [`Key ${entry.key}: a clash that names no order.`];
  return clash.conflicts.flatMap(({ _id, datetime }) => {
    if (Math.abs(datetime - clash.datetime) > WINDOW_MS)
      return [`Key ${entry.key}: order ${_id} was named as in the way and is not within the window.`];
    const mayStand = (stays.get(_id) ?? []).some(
      (stay) =>
        stay.calendar === clash.calendar &&
        stay.datetime === datetime &&
        stay.from <= endOf(entry) &&
        stay.to >= sinceWhen(entry),
    );
    if (mayStand || (byId.get(_id)?.unsettled.length ?? 0) > 0) return [];
    const mayBeNew = open.some(({ operations }) =>
      operations.some((o) => o.op === 'create' && o.datetime === datetime && o.calendar === clash.calendar),
    );
    if (!byId.has(_id) && mayBeNew) return [];
    return [
      `Key ${entry.key}: order ${_id} at ${instant({ datetime })} was named as in the way, and cannot have stood there then.`,
    ];
  });
}

/** 404 of an order that nobody deleted, or a transition refused from a state that the order did not have. */
function falseRefusal({ entry, operation, result }: Act, byId: Map<string, Timeline>): string[] {
  const timeline = operation.id === undefined ? undefined : byId.get(operation.id);
  if (timeline === undefined || timeline.unsettled.length > 0) return [];
  const what = `Key ${entry.key}: ${operation.op} of order ${timeline.id}`;
  if (result.code === 'not_found') {
    const mayBeGone = timeline.deletes.some((act) => act.entry.startedAt <= endOf(entry));
    return mayBeGone ? [] : [`${what} was answered not_found, and nobody had deleted it.`];
  }
  if (result.code !== 'invalid_transition') return [];
  const refusing = operation.op === 'cancel' ? 'cancelled' : 'scheduled';
  const mayRefuse = timeline.versions.some(({ shown, act }, i) => {
    const next = timeline.versions[i + 1];
    const end = next === undefined ? Number.POSITIVE_INFINITY : endOf(next.act.entry);
    return shown.status === refusing && act.entry.startedAt <= endOf(entry) && end >= sinceWhen(entry);
  });
  return mayRefuse ? [] : [`${what} was refused, and the order cannot have been ${refusing} then.`];
}
