import * as z from 'zod';
import { ERROR_CODES } from '../../domain/errors.js';

/** The path of a problem's page. */
export const ProblemParams = z.strictObject({ code: z.string().meta({ example: 'booking_clash' }) });

/** What an error code means and what to do. */
export const ProblemAnswer = z
  .strictObject({
    code: z.enum(ERROR_CODES),
    status: z.int(),
    title: z.string(),
    meaning: z.string(),
    remedy: z.string(),
  })
  .meta({ id: 'Problem' });

/** The contract itself. */
export const OpenApiDocument = z.looseObject({ openapi: z.string() }).meta({ id: 'OpenApiDocument' });
