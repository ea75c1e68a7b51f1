import { type Boundary, type Calendar, MS_PER_MINUTE } from '../domain/calendar.js';
import { type CalendarInput, CalendarService } from '../features/calendars/calendar.service.js';
import { withStorage } from './with-storage.js';

interface RuleOptions {
  windowMinutes?: number;
  boundary?: Boundary;
  json?: boolean;
}

/** Lists the calendars with their rules. */
export async function listCalendars({ json }: { json?: boolean }): Promise<void> {
  print(await withCalendars((calendars) => calendars.list()), json);
}

/** Makes a calendar; what is not given takes its default. */
export async function createCalendar(id: string, { json, ...rule }: RuleOptions): Promise<void> {
  print([await withCalendars((calendars) => calendars.create(id, rule as CalendarInput))], json);
}

/** Changes a calendar's rule; what is not given stays. */
export async function setCalendar(id: string, { json, ...rule }: RuleOptions): Promise<void> {
  print([await withCalendars((calendars) => calendars.set(id, rule as CalendarInput))], json);
}

function withCalendars<T>(command: (calendars: CalendarService) => Promise<T>): Promise<T> {
  return withStorage((storage) => command(new CalendarService({ storage, now: Date.now })));
}

function print(calendars: readonly Calendar[], json = false): void {
  const rows = calendars.map(({ _id, windowMs, boundary, version }) => ({
    _id,
    windowMinutes: windowMs / MS_PER_MINUTE,
    boundary,
    version,
  }));
  const lines = rows.map((row) => `${row._id}: ${row.windowMinutes} minutes, ${row.boundary}`);
  console.log(json ? JSON.stringify(rows) : lines.join('\n'));
}
