import { nearPairs, unexplainedRefusals } from './check-places.js';
import { type Act, endOf, type History, type Operation, type Shown } from './history.js';
import { endOfVersion, isAtOnePlace, type Timeline, timelines, type Version } from './timeline.js';

/*
 * Decides from what clients were told whether all of it can have happened in one order: a search over
 * orders is not needed, since every acknowledged write of an order says which version it made.
 */

/** Everything in a history that no order of its requests explains, a sentence each. */
export function checkHistory(history: History): string[] {
  const byId = timelines(history);
  const all = [...byId.values()];
  return [
    ...all.flatMap(versionFaults),
    ...all.flatMap(orderFaults),
    ...all.flatMap(readFaults),
    ...all.flatMap(deleteFaults),
    ...finalFaults(history, byId),
    ...nearPairs(all),
    ...unexplainedRefusals(history, byId),
    ...replayFaults(history),
  ];
}

const named = ({ entry, operation }: Act) => `${operation.op} (key ${entry.key})`;

/** Each version is of one write, follows from the one before, and shows what was asked. */
function versionFaults({ id, versions, unsettled }: Timeline): string[] {
  const faults: string[] = [];
  let missing = (versions[0]?.shown.version ?? 1) - 1;
  versions.forEach(({ shown, act }, i) => {
    if (!showsWhatWasAsked(act.operation, shown))
      faults.push(`Order ${id}: ${named(act)} was answered with another state than it asked for.`);
    const before = versions[i - 1];
    if (before === undefined) return;
    const step = shown.version - before.shown.version;
    if (step === 0)
      faults.push(
        `Order ${id}: version ${shown.version} is of two writes, ${named(before.act)} and ${named(act)}.`,
      );
    if (step === 1 && !follows(before.shown, act.operation, shown))
      faults.push(
        `Order ${id}: version ${shown.version} by ${named(act)} does not follow from the one before.`,
      );
    missing += Math.max(0, step - 1);
  });
  const mayBe = unsettled.reduce(
    (sum, { operations }) => sum + operations.filter((o) => o.id === id).length,
    0,
  );
  if (missing > mayBe && versions.some(({ act }) => act.operation.op === 'create'))
    faults.push(`Order ${id}: ${missing} versions are missing, and only ${mayBe} requests are unsettled.`);
  return faults;
}

function showsWhatWasAsked({ op, serial, datetime, calendar }: Operation, shown: Shown): boolean {
  if (op === 'cancel') return shown.status === 'cancelled' && shown.cancelReason === String(serial);
  if (op === 'restore') return shown.status === 'scheduled' && shown.cancelReason === null;
  return (
    shown.totalfee === serial &&
    (datetime === undefined || shown.datetime === datetime) &&
    (calendar === undefined || shown.calendar === calendar) &&
    (op !== 'create' || (shown.version === 1 && shown.status === 'scheduled'))
  );
}

/** Whether a version differs from the one before in nothing but what was asked. */
function follows(before: Shown, { op, datetime, calendar }: Operation, after: Shown): boolean {
  if (before.number !== after.number) return false;
  if (op === 'cancel' || op === 'restore') {
    return (
      isAtOnePlace(before, after) && before.totalfee === after.totalfee && before.status !== after.status
    );
  }
  return (
    op === 'update' &&
    before.status === after.status &&
    before.cancelReason === after.cancelReason &&
    after.datetime === (datetime ?? before.datetime) &&
    after.calendar === (calendar ?? before.calendar)
  );
}

/** No version was made by a request that was over before the one before it began. */
function orderFaults({ id, versions }: Timeline): string[] {
  const faults: string[] = [];
  let latestStart: Version | undefined;
  for (const version of versions) {
    if (latestStart !== undefined && endOf(version.act.entry) < latestStart.act.entry.startedAt)
      faults.push(
        `Order ${id}: ${named(version.act)} was over before ${named(latestStart.act)} began, and made the later version.`,
      );
    if (latestStart === undefined || version.act.entry.startedAt > latestStart.act.entry.startedAt)
      latestStart = version;
  }
  return faults;
}

/** A read shows a version as it was written, at a time when it can have been the last. */
function readFaults(timeline: Timeline): string[] {
  const byVersion = new Map(timeline.versions.map((version) => [version.shown.version, version]));
  return timeline.reads.flatMap(({ entry, result }) => {
    const read = result.order as Shown;
    const written = byVersion.get(read.version);
    const where = `Order ${timeline.id}: a read (${entry.key})`;
    if (written === undefined)
      return timeline.unsettled.length > 0
        ? []
        : [`${where} shows version ${read.version}, which nobody wrote.`];
    if (!isSame(read, written.shown)) return [`${where} shows version ${read.version} as nobody wrote it.`];
    if (written.act.entry.startedAt > endOf(entry)) return [`${where} shows a version from the future.`];
    if (endOfVersion(timeline, read.version) < entry.startedAt)
      return [`${where} shows version ${read.version}, which was over before it began.`];
    return [];
  });
}

/** An order is deleted once, as it was last, and nothing happens to it afterwards. */
function deleteFaults({ id, versions, deletes, reads }: Timeline): string[] {
  const [deleted, again] = deletes;
  if (deleted === undefined) return [];
  const faults: string[] = [];
  if (again !== undefined)
    faults.push(`Order ${id} was deleted twice: ${named(deleted)} and ${named(again)}.`);
  const shown = deleted.result.order as Shown;
  const last = versions.at(-1);
  if (last !== undefined && last.shown.version > shown.version)
    faults.push(`Order ${id}: ${named(last.act)} made a version that ${named(deleted)} does not show.`);
  if (last !== undefined && last.shown.version === shown.version && !isSame(last.shown, shown))
    faults.push(`Order ${id}: ${named(deleted)} shows another state than was acknowledged.`);
  for (const act of [...versions.map((version) => version.act), ...reads]) {
    if (act.entry.startedAt > endOf(deleted.entry))
      faults.push(`Order ${id}: ${named(act)} succeeded after the order had been deleted.`);
  }
  return faults;
}

export function isSame(a: Shown, b: Shown): boolean {
  return (
    isAtOnePlace(a, b) &&
    a.number === b.number &&
    a.totalfee === b.totalfee &&
    a.status === b.status &&
    a.version === b.version &&
    a.cancelReason === b.cancelReason
  );
}

/** The database holds what was acknowledged last, and nothing that nobody asked for. */
function finalFaults({ entries, final }: History, byId: Map<string, Timeline>): string[] {
  const faults: string[] = [];
  const here = new Map(final.map((shown) => [shown._id, shown]));
  const openCreates = new Set(
    entries
      .filter(({ endedAt }) => endedAt === null)
      .flatMap(({ operations }) =>
        operations.filter(({ op }) => op === 'create').map(({ serial }) => serial),
      ),
  );
  for (const shown of final) {
    if (byId.get(shown._id)?.versions.length) continue;
    if (openCreates.delete(shown.totalfee)) continue;
    faults.push(
      `Order ${shown.number} (${shown._id}, fee ${shown.totalfee}) is there, and no request explains it: a key had two effects, or a refused create happened.`,
    );
  }
  for (const { id, versions, deletes, unsettled } of byId.values()) {
    const last = versions.at(-1);
    const shown = here.get(id);
    if (last === undefined) continue;
    const mayBeGone = unsettled.some(({ operations }) =>
      operations.some((o) => o.op === 'delete' && o.id === id),
    );
    if (deletes.length > 0) {
      if (shown !== undefined) faults.push(`Order ${id} was deleted and is there.`);
    } else if (shown === undefined) {
      if (!mayBeGone) faults.push(`Order ${id} is lost: ${named(last.act)} was acknowledged.`);
    } else if (shown.version < last.shown.version) {
      faults.push(`Order ${id}: ${named(last.act)} was acknowledged and is lost.`);
    } else if (shown.version === last.shown.version && !isSame(shown, last.shown)) {
      faults.push(`Order ${id} is not as ${named(last.act)} was told.`);
    } else if (shown.version > last.shown.version && unsettled.length === 0) {
      faults.push(
        `Order ${id} has version ${shown.version}, and nobody asked for a change after ${last.shown.version}.`,
      );
    }
  }
  return faults;
}

/** A key sent once more gets the first answer, and says so; one sent once is no replay. */
function replayFaults({ entries, replays }: History): string[] {
  return [
    ...replays
      .filter(({ first, again, isMarked }) => first !== again || !isMarked)
      .map(({ key, first, again }) => `Key ${key} was answered ${first} and then ${again}.`),
    ...entries
      .filter(({ attempts, isReplayed }) => attempts === 1 && isReplayed)
      .map(({ key }) => `Key ${key} was sent once, and its answer says that it was told before.`),
  ];
}
