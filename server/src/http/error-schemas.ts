import * as z from 'zod';
import { ERROR_CODES, type ErrorCode } from '../domain/errors.js';
import { ERROR_STATUS } from './error-status.js';
import { contractSchema } from './named-schemas.js';
import { PROBLEMS } from './problems.js';
import { WireId, WireInstant } from './schemas.js';

const place = { code: z.string(), message: z.string() };
const ErrorDetailSchema = z.union([
  z.strictObject({ pointer: z.string(), ...place }),
  z.strictObject({ parameter: z.string(), ...place }),
  z.strictObject({ header: z.string(), ...place }),
]);

const ClashSchema = z.strictObject({
  calendar: z.string(),
  windowMinutes: z.number(),
  boundary: z.enum(['inclusive', 'exclusive']),
  datetime: WireInstant.meta({ description: 'The time asked for' }),
  conflicts: z
    .array(
      z.union([
        z.strictObject({ _id: WireId, number: z.int(), datetime: WireInstant }),
        z.strictObject({
          operation: z.int().meta({ description: 'The operation of the same batch that placed it' }),
          datetime: WireInstant,
        }),
      ]),
    )
    .meta({ description: 'The nearest orders in the way, at most 100, in the order of time' }),
  more: z.literal(true).optional().meta({ description: 'There are other orders in the way' }),
  nearest: z
    .strictObject({ before: WireInstant.nullable(), after: WireInstant.nullable() })
    .meta({ description: 'The closest free whole minutes on either side; null where none was found' }),
});

/** The name of a code's schema in the contract: booking_clash → BookingClashError. */
export function errorSchemaName(code: ErrorCode): string {
  return `${code.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())}Error`;
}

/** The schema of every error answer, by its name. */
export function errorSchemas(): Record<string, unknown> {
  return Object.fromEntries(ERROR_CODES.map((code) => [errorSchemaName(code), errorSchema(code)]));
}

function errorSchema(code: ErrorCode): unknown {
  const schema = z.strictObject({
    success: z.literal(false),
    status: z.literal(ERROR_STATUS[code]),
    error: z.strictObject({
      message: z.string(),
      code: z.literal(code),
      details: z.array(ErrorDetailSchema),
      ...(code === 'booking_clash' ? { clash: ClashSchema } : {}),
    }),
    type: z.literal(`/problems/${code}`),
    title: z.literal(PROBLEMS[code].title),
    detail: z.string(),
    instance: z.string(),
    requestId: z.string(),
  });
  const made = contractSchema(z.toJSONSchema(schema, { io: 'output', reused: 'inline' }));
  return { ...made, description: `${PROBLEMS[code].meaning} ${PROBLEMS[code].remedy}` };
}

const EXAMPLE_CLASH = {
  calendar: 'default',
  windowMinutes: 180,
  boundary: 'inclusive',
  datetime: '2026-12-01T09:00:00.000Z',
  conflicts: [{ _id: '6560a1b2c3d4e5f601234567', number: 1, datetime: '2026-12-01T10:00:00.000Z' }],
  nearest: { before: '2026-12-01T06:59:00.000Z', after: '2026-12-01T13:01:00.000Z' },
};

/** An error answer as it may look. */
export function errorExample(code: ErrorCode): unknown {
  const message = `${PROBLEMS[code].meaning}`;
  return {
    success: false,
    status: ERROR_STATUS[code],
    error: { message, code, details: [], ...(code === 'booking_clash' ? { clash: EXAMPLE_CLASH } : {}) },
    type: `/problems/${code}`,
    title: PROBLEMS[code].title,
    detail: message,
    instance: '/orders',
    requestId: '6f0c3a52-5d0e-4bb6-9a55-0c6f0f0c9a11',
  };
}
