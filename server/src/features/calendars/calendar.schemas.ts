import * as z from 'zod';
import { DEFAULT_WINDOW_MINUTES, WINDOW_MINUTES_MAX } from '../../domain/calendar.js';
import { CalendarId, Cursor, Limit, sentBack, WireInstant } from '../../http/schemas.js';

const WINDOW_MESSAGE = `must be a whole number of minutes from 0 to ${WINDOW_MINUTES_MAX}`;

const members = {
  windowMinutes: z
    .int({ error: WINDOW_MESSAGE })
    .min(0, { error: WINDOW_MESSAGE })
    .max(WINDOW_MINUTES_MAX, { error: WINDOW_MESSAGE })
    .optional()
    .meta({
      description: `The least distance between two orders, in minutes; ${DEFAULT_WINDOW_MINUTES} for a new calendar`,
      example: DEFAULT_WINDOW_MINUTES,
    }),
  boundary: z
    .enum(['inclusive', 'exclusive'], { error: 'must be inclusive or exclusive' })
    .optional()
    .meta({ description: 'Whether exactly that distance clashes' }),
};
const bodyError = { error: 'must be a JSON object' };

/** The body of POST /calendars. */
export const NewCalendarBody = z
  .strictObject({ _id: CalendarId, ...members }, bodyError)
  .meta({ id: 'NewCalendar' });

/** The body of PATCH /calendars/:id: the members given are changed. */
export const CalendarChangeBody = z
  .strictObject({ ...members, _id: sentBack, version: sentBack, createdAt: sentBack }, bodyError)
  .meta({ id: 'CalendarChange' });

/** The id in the path; one that no calendar can have is simply not found. */
export const CalendarParams = z.strictObject({
  id: z.string().meta({ description: 'The calendar', example: 'default' }),
});

/** The parameters of GET /calendars. */
export const CalendarListParameters = z.strictObject({ limit: Limit, cursor: Cursor });

/** A calendar as it is answered. */
export const CalendarAnswer = z
  .strictObject({
    _id: z.string().meta({ example: 'default' }),
    windowMinutes: z.number().meta({ example: DEFAULT_WINDOW_MINUTES }),
    boundary: z.enum(['inclusive', 'exclusive']),
    version: z.int().meta({ description: 'Counts every change', example: 1 }),
    createdAt: WireInstant,
  })
  .meta({ id: 'Calendar' });
