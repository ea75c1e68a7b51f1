import * as z from 'zod';
import { isKeepableInstant } from '../domain/instant.js';
import { parseRfc3339 } from '../utils/rfc3339.js';

/*
 * What every feature's schemas are made of. Messages complete a sentence that begins with the
 * member's name: "datetime must be …".
 */

const ID_PATTERN = /^[0-9a-fA-F]{24}$/;

/** An id of 24 hexadecimal digits, taken in either case and given in lower. */
export const Id = z
  .string({ error: 'must be an id of 24 hexadecimal digits' })
  .regex(ID_PATTERN, { error: 'must be an id of 24 hexadecimal digits' })
  .transform((id) => id.toLowerCase())
  .meta({ id: 'Id', description: '24 hexadecimal digits', example: '6560a1b2c3d4e5f601234567' });

/** An id in the path; its faults have a code of their own. */
export const IdParams = z.strictObject({
  id: z
    .string()
    .superRefine((id, context) => {
      if (ID_PATTERN.test(id)) return;
      context.addIssue({
        code: 'custom',
        message: 'must be 24 hexadecimal digits',
        params: { code: 'invalid_id' },
      });
    })
    .transform((id) => id.toLowerCase())
    .meta({
      pattern: ID_PATTERN.source,
      description: 'The id: 24 hexadecimal digits',
      example: '6560a1b2c3d4e5f601234567',
    }),
});

const INSTANT_MESSAGE =
  'must be a date and time with its offset in the years 0001 to 9999 (UTC), as in 2026-12-01T09:00:00Z or 2026-12-01T10:00:00+01:00';

/** A date and time of RFC 3339 with its offset; gives milliseconds since 1970. */
export const Instant = z
  .string({ error: INSTANT_MESSAGE })
  .transform((text, context) => {
    const ms = parseRfc3339(text);
    if (ms !== null && isKeepableInstant(ms)) return ms;
    context.issues.push({
      code: 'custom',
      message: INSTANT_MESSAGE,
      input: text,
      params: { code: 'invalid_datetime' },
    });
    return z.NEVER;
  })
  .meta({
    id: 'Instant',
    format: 'date-time',
    description: 'RFC 3339 with its offset',
    example: '2026-12-01T09:00:00Z',
  });

/** An instant as it is answered. */
export const WireInstant = z.string().meta({
  id: 'WireInstant',
  format: 'date-time',
  description: 'UTC with milliseconds',
  example: '2026-12-01T09:00:00.000Z',
});

/** An id as it is answered. */
export const WireId = z
  .string()
  .regex(/^[0-9a-f]{24}$/)
  .meta({
    id: 'WireId',
    description: '24 lower-case hexadecimal digits',
    example: '6560a1b2c3d4e5f601234567',
  });

const CALENDAR_MESSAGE = 'must be "default" or the id of a calendar: 1 to 40 of a-z, 0-9 and -';
/** The id of a calendar, given at its making. */
export const CalendarId = z
  .string({ error: CALENDAR_MESSAGE })
  .regex(/^[a-z0-9-]{1,40}$/, { error: CALENDAR_MESSAGE })
  .meta({ description: 'The calendar on which the order stands', example: 'default' });

/** A page's size, from the address. */
export const Limit = digits(1, 1000).default(100).meta({ description: 'The most entries of a page' });

/** A page's place in its list, from the address. */
export const Cursor = z
  .string({ error: 'must be given once' })
  .min(1, { error: 'must not be empty' })
  .optional()
  .meta({ description: 'page.next of the page before, as it is' });

/** A whole number in an address, within bounds. */
export function digits(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string({ error: message })
    .regex(/^\d{1,16}$/, { error: message })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error: message })
    .meta({ type: 'integer', minimum: min, maximum: max });
}

/** A parameter that says whether something is wanted. */
export const Flag = z.enum(['true', 'false'], { error: 'must be true or false' });

/** A member that only the server sets, in the body of a change; writes/require-unchanged.ts looks at its value. */
export const sentBack = z
  .unknown()
  .optional()
  .meta({ description: 'Set by the server: may be sent back as it is, and is refused with any other value' });
