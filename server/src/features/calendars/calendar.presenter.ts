import { type Calendar, MS_PER_MINUTE } from '../../domain/calendar.js';
import { toWireInstant } from '../../domain/instant.js';
import { etagOf } from '../../http/entity-tags.js';

/** Raise it with every release that adds a member: ETags carry it. */
const CALENDAR_SHAPE = 1;

/** What leaves of a calendar, and the only place that decides it. */
export function calendarOnWire({ _id, windowMs, boundary, version, createdAt }: Calendar) {
  return {
    _id,
    windowMinutes: windowMs / MS_PER_MINUTE,
    boundary,
    version,
    createdAt: toWireInstant(createdAt),
  };
}

/** A calendar as finished JSON. */
export function calendarJson(calendar: Calendar): string {
  return JSON.stringify(calendarOnWire(calendar));
}

/** A calendar's validator. */
export function calendarEtag(version: number): string {
  return etagOf(version, CALENDAR_SHAPE);
}
