import * as z from 'zod';
import { SERVICE_NAME_MAX } from '../../domain/offered-service.js';
import { Cursor, Limit, sentBack, WireId, WireInstant } from '../../http/schemas.js';
import { isWellFormedText } from '../../utils/text.js';

const NAME_MESSAGE = `must be a text of 1 to ${SERVICE_NAME_MAX} characters without control characters`;
const CONTROL_CHARACTER = /\p{Cc}/u;

const Name = z
  .string({ error: NAME_MESSAGE })
  .transform((name) => name.trim())
  .refine(
    (name) => {
      const length = [...name].length;
      return (
        length >= 1 && length <= SERVICE_NAME_MAX && isWellFormedText(name) && !CONTROL_CHARACTER.test(name)
      );
    },
    { error: NAME_MESSAGE },
  )
  .meta({ description: `1 to ${SERVICE_NAME_MAX} characters after trimming`, example: 'Inspection' });

const bodyError = { error: 'must be a JSON object' };

/** The body of POST /services. */
export const NewServiceBody = z.strictObject({ name: Name }, bodyError).meta({ id: 'NewService' });

/** The body of PUT /services/:id: the members given are changed. */
export const ServiceChangeBody = z
  .strictObject({ name: Name.optional(), _id: sentBack, createdAt: sentBack, version: sentBack }, bodyError)
  .meta({ id: 'ServiceChange' });

const SORTS = ['createdAt', '-createdAt', 'name', '-name'] as const;

/** The parameters of GET /services. */
export const ServiceListParameters = z.strictObject({
  limit: Limit,
  cursor: Cursor,
  sort: z
    .enum(SORTS, { error: `must be one of ${SORTS.join(', ')}` })
    .default('createdAt')
    .meta({ description: 'The order of the list; - turns it round' }),
});

/** A service as it is answered. */
export const ServiceAnswer = z
  .strictObject({
    _id: WireId,
    name: z.string().meta({ example: 'Inspection' }),
    createdAt: WireInstant,
    version: z.int().meta({ description: 'Counts every change', example: 1 }),
  })
  .meta({ id: 'Service' });

/** A service as a dry run would add it. */
export const ServiceDraftAnswer = ServiceAnswer.omit({ _id: true }).meta({ id: 'ServiceDraft' });
