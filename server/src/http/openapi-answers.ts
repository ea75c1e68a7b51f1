import type * as z from 'zod';
import type { ErrorCode } from '../domain/errors.js';
import { errorExample, errorSchemaName } from './error-schemas.js';
import { PROBLEMS } from './problems.js';
import type { AnswerSpec } from './route.js';

/* The answers of an operation, as OpenAPI's response objects. */

type Json = Record<string, unknown>;

const REQUEST_ID_HEADER = {
  'X-Request-Id': {
    required: true,
    description: "The caller's id for this request, or one made here",
    schema: { type: 'string' },
  },
};

/** A success as a route documents it. */
export function success(status: number, answer: AnswerSpec, isWrite: boolean): Json {
  const { description, contentType, example, schema } = answer;
  const headers: [string, Json][] = Object.entries(answer.headers ?? {}).map(([name, text]) => [
    name,
    {
      required: name === 'ETag' && !isWrite,
      description: text,
      schema: { type: 'string' },
    },
  ]);
  if (isWrite) headers.push(['Idempotent-Replayed', REPLAYED]);
  const content =
    contentType === undefined
      ? {
          'application/json': {
            schema: envelope(status, answer, isWrite),
            example: envelopeExample(status, answer),
          },
        }
      : { [contentType]: { schema: schema === undefined ? {} : refTo(schema), example } };
  const page = answer.asPage === true ? { 'text/html': { schema: { type: 'string' } } } : {};
  return {
    description,
    headers: { ...REQUEST_ID_HEADER, ...Object.fromEntries(headers) },
    content: { ...content, ...page },
  };
}

const REPLAYED = {
  required: false,
  description: 'true where this is the first answer again, to a repeat with the same Idempotency-Key',
  schema: { const: 'true' },
};

/** The answer to a caller that has the object as it is. */
export const NOT_MODIFIED = {
  description: 'The caller has it as it is: If-None-Match names its ETag',
  headers: {
    ...REQUEST_ID_HEADER,
    ETag: { required: true, description: 'The ETag that it has', schema: { type: 'string' } },
  },
};

function envelope(status: number, answer: AnswerSpec, isWrite: boolean): Json {
  const { schema, dryRunSchema, list, isArray, counted } = answer;
  const real = schema === undefined ? {} : refTo(schema);
  const one = dryRunSchema === undefined ? real : { anyOf: [real, refTo(dryRunSchema)] };
  const properties: Json = {
    success: { const: true },
    data: list === true || isArray === true ? { type: 'array', items: one } : one,
    message: { type: 'string' },
    status: { const: status },
  };
  if (list === true) {
    properties.page = {
      type: 'object',
      properties: {
        hasMore: { type: 'boolean' },
        next: { type: ['string', 'null'], description: 'The cursor of the next page; null on the last' },
        ...(counted === true ? { count: COUNT } : {}),
      },
      required: ['hasMore', 'next'],
      additionalProperties: false,
    };
  }
  const required = Object.keys(properties);
  if (isWrite) properties.dryRun = { const: true, description: 'Nothing was stored' };
  return { type: 'object', properties, required, additionalProperties: false };
}

const COUNT = {
  description: 'With count=true: how many there are',
  anyOf: [
    { type: 'integer', minimum: 0 },
    {
      type: 'object',
      properties: { atLeast: { type: 'integer' } },
      required: ['atLeast'],
      additionalProperties: false,
    },
  ],
};

function envelopeExample(status: number, { example, description, list }: AnswerSpec): Json {
  const page = list === true ? { page: { hasMore: false, next: null } } : {};
  return { success: true, data: example, message: `${description}.`, status, ...page };
}

const RETRY_AFTER = { required: true, description: 'Seconds to wait', schema: { type: 'string' } };

const LIMIT = {
  required: false,
  description: "The caller's share of requests, and what is left of it",
  schema: { type: 'string' },
};

/** What refusals of a status say in their headers. */
const REFUSAL_HEADERS: Readonly<Record<number, Json>> = {
  401: {
    'WWW-Authenticate': { required: true, description: 'Bearer', schema: { type: 'string' } },
  },
  409: { 'Retry-After': { ...RETRY_AFTER, required: false } },
  429: { 'Retry-After': RETRY_AFTER, 'RateLimit-Policy': LIMIT, RateLimit: LIMIT },
  503: { 'Retry-After': RETRY_AFTER },
};

/** The refusals of one status. */
export function refusal(status: number, codes: readonly ErrorCode[]): Json {
  const refs = codes.map((code) => ({ $ref: `#/components/schemas/${errorSchemaName(code)}` }));
  const media = {
    schema: refs.length === 1 ? refs[0] : { oneOf: refs },
    example: errorExample(codes[0] as ErrorCode),
  };
  return {
    description: codes.map((code) => PROBLEMS[code].title).join('; '),
    headers: { ...REQUEST_ID_HEADER, ...REFUSAL_HEADERS[status] },
    content: { 'application/json': media, 'application/problem+json': media },
  };
}

/** Where the contract has a schema that has a name. */
export function refTo(schema: z.ZodType): Json {
  return { $ref: `#/components/schemas/${nameOf(schema)}` };
}

/** The name of a schema in the contract. Error: a plain one where it has none. */
export function nameOf(schema: z.ZodType): string {
  const id = schema.meta()?.id;
  if (id === undefined) throw new Error('A body or answer schema of a route has no id for the contract.');
  return id;
}
