import type { Boundary } from '../domain/calendar.js';
import { calendarOnWire } from '../features/calendars/calendar.presenter.js';
import { type CalendarInput, CalendarService } from '../features/calendars/calendar.service.js';
import { allCalendars } from '../features/orders/near-pairs.js';
import type { ToldOutcome } from '../writes/outcome.js';
import { PLAIN_WRITE } from '../writes/write-request.js';
import { servicePartsOn, withStorage } from './with-storage.js';

interface RuleOptions {
  windowMinutes?: number;
  boundary?: Boundary;
  json?: boolean;
}

type WireCalendar = ReturnType<typeof calendarOnWire>;

/** Lists the calendars with their rules. */
export async function listCalendars({ json }: { json?: boolean }): Promise<void> {
  const calendars: WireCalendar[] = [];
  await withStorage(async (storage) => {
    for await (const calendar of allCalendars(storage.calendars)) calendars.push(calendarOnWire(calendar));
  });
  print(calendars, json);
}

/** Makes a calendar; what is not given takes its default. */
export async function createCalendar(id: string, { json, ...rule }: RuleOptions): Promise<void> {
  print([await write((calendars) => calendars.create(PLAIN_WRITE, id, rule as CalendarInput))], json);
}

/** Changes a calendar's rule; what is not given stays. */
export async function setCalendar(id: string, { json, ...rule }: RuleOptions): Promise<void> {
  print([await write((calendars) => calendars.update(PLAIN_WRITE, id, rule as CalendarInput))], json);
}

function write(command: (calendars: CalendarService) => Promise<ToldOutcome>): Promise<WireCalendar> {
  return withStorage(async (storage) => {
    const service = new CalendarService(servicePartsOn(storage));
    return JSON.parse((await command(service)).dataJson) as WireCalendar;
  });
}

function print(calendars: readonly WireCalendar[], json = false): void {
  const rows = calendars.map(({ createdAt, ...row }) => row);
  const lines = rows.map((row) => `${row._id}: ${row.windowMinutes} minutes, ${row.boundary}`);
  console.log(json ? JSON.stringify(rows) : lines.join('\n'));
}
