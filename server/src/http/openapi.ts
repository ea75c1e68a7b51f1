import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../domain/errors.js';
import { errorExample, errorSchemaName, errorSchemas } from './error-schemas.js';
import { ERROR_STATUS } from './error-status.js';
import { contractSchema } from './named-schemas.js';
import { PROBLEMS } from './problems.js';
import type { AnswerSpec, Route } from './route.js';

type Json = Record<string, unknown>;

/** What any request can meet, whatever it asks for. */
const ANY_REQUEST: readonly ErrorCode[] = [
  'validation_failed',
  'unknown_parameter',
  'internal',
  'overloaded',
  'shutting_down',
  'store_unavailable',
  'outcome_unknown',
];
const ANY_BODY: readonly ErrorCode[] = ['malformed_json', 'body_too_large', 'unsupported_media_type'];

const REQUEST_ID_HEADER = {
  'X-Request-Id': {
    description: "The caller's id for this request, or one made here",
    schema: { type: 'string' },
  },
};

/** The contract, OpenAPI 3.1, made from the routes that are mounted and the schemas that validate. */
export function buildOpenApi(routes: readonly Route[], about: { version: string }): Json {
  const paths: Record<string, Json> = {};
  for (const spec of routes) {
    paths[spec.path] = { ...paths[spec.path], [spec.method]: operation(spec) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Roundsman',
      version: about.version,
      description:
        'Orders are visits at a date and time. No two active orders of one calendar ever stand within the booking window of each other.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map((spec) => spec.tag))].map((name) => ({ name })),
    paths,
    components: { schemas: { ...schemas('input', routes), ...schemas('output', routes), ...errorSchemas() } },
  };
}

function operation(spec: Route): Json {
  const answers = Object.entries(spec.answers).map(([status, answer]) => [
    status,
    success(Number(status), answer),
  ]);
  return {
    operationId: spec.operationId,
    tags: [spec.tag],
    summary: spec.summary,
    parameters: [...parameters('path', spec.params), ...parameters('query', spec.query)],
    ...(spec.body === undefined ? {} : { requestBody: requestBody(spec.body, spec.bodyExample) }),
    responses: { ...Object.fromEntries(answers), ...refusals(spec) },
  };
}

function requestBody(schema: z.ZodType, example: unknown): Json {
  return { required: true, content: { 'application/json': { schema: refTo(schema), example } } };
}

function success(status: number, answer: AnswerSpec): Json {
  const { description, contentType, example, schema } = answer;
  const headers = Object.entries(answer.headers ?? {}).map(([name, text]) => [
    name,
    { description: text, schema: { type: 'string' } },
  ]);
  const content =
    contentType === undefined
      ? { 'application/json': { schema: envelope(status, answer), example: envelopeExample(status, answer) } }
      : { [contentType]: { schema: schema === undefined ? {} : refTo(schema), example } };
  const page = answer.asPage === true ? { 'text/html': { schema: { type: 'string' } } } : {};
  return {
    description,
    headers: { ...REQUEST_ID_HEADER, ...Object.fromEntries(headers) },
    content: { ...content, ...page },
  };
}

function envelope(status: number, { schema, list }: AnswerSpec): Json {
  const one = schema === undefined ? {} : refTo(schema);
  const properties: Json = {
    success: { const: true },
    data: list === true ? { type: 'array', items: one } : one,
    message: { type: 'string' },
    status: { const: status },
  };
  if (list === true) {
    properties.page = {
      type: 'object',
      properties: {
        hasMore: { type: 'boolean' },
        next: { type: ['string', 'null'], description: 'The cursor of the next page; null on the last' },
      },
      required: ['hasMore', 'next'],
      additionalProperties: false,
    };
  }
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

function envelopeExample(status: number, { example, description, list }: AnswerSpec): Json {
  const page = list === true ? { page: { hasMore: false, next: null } } : {};
  return { success: true, data: example, message: `${description}.`, status, ...page };
}

/** Each status once; where several errors share it, any of them. */
function refusals(spec: Route): Json {
  const codes = refusalCodes(spec);
  const statuses = [...new Set(codes.map((code) => ERROR_STATUS[code]))].sort();
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      refusal(
        status,
        codes.filter((code) => ERROR_STATUS[code] === status),
      ),
    ]),
  );
}

function refusalCodes(spec: Route): ErrorCode[] {
  const codes = new Set<ErrorCode>([...ANY_REQUEST, ...spec.refusals]);
  if (spec.body !== undefined) for (const code of ANY_BODY) codes.add(code);
  if (spec.params !== undefined) codes.add('invalid_id');
  return ERROR_CODES.filter((code) => codes.has(code));
}

function refusal(status: number, codes: readonly ErrorCode[]): Json {
  const refs = codes.map((code) => ({ $ref: `#/components/schemas/${errorSchemaName(code)}` }));
  const media = {
    schema: refs.length === 1 ? refs[0] : { oneOf: refs },
    example: errorExample(codes[0] as ErrorCode),
  };
  const retry = { 'Retry-After': { description: 'Seconds to wait', schema: { type: 'string' } } };
  return {
    description: codes.map((code) => PROBLEMS[code].title).join('; '),
    headers: { ...REQUEST_ID_HEADER, ...(status === 503 ? retry : {}) },
    content: { 'application/json': media, 'application/problem+json': media },
  };
}

function parameters(place: 'path' | 'query', schema: z.ZodType | undefined): Json[] {
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, member]) => {
    const { description, ...rest } = contractSchema(z.toJSONSchema(member, { io: 'input' }) as Json);
    const isRequired = place === 'path';
    return { name, in: place, required: isRequired, ...(description ? { description } : {}), schema: rest };
  });
}

/** The named schemas of bodies (`input`) and answers (`output`), as zod describes them. */
function schemas(io: 'input' | 'output', routes: readonly Route[]): Json {
  const registry = z.registry<{ id: string }>();
  const all = io === 'input' ? routes.map((spec) => spec.body) : routes.flatMap(answerSchemas);
  for (const schema of new Set(all)) {
    if (schema !== undefined) registry.add(schema, { id: nameOf(schema) });
  }
  const made = z.toJSONSchema(registry, { io, uri: (id) => `#/components/schemas/${id}` });
  const { __shared, ...own } = made.schemas as Record<string, Json>; // in __shared stands what several name
  const named = { ...own, ...(__shared?.$defs as Record<string, Json> | undefined) };
  return Object.fromEntries(Object.entries(named).map(([id, schema]) => [id, contractSchema(schema)]));
}

function answerSchemas(spec: Route): (z.ZodType | undefined)[] {
  return Object.values(spec.answers).map((answer) => answer.schema);
}

function refTo(schema: z.ZodType): Json {
  return { $ref: `#/components/schemas/${nameOf(schema)}` };
}

function nameOf(schema: z.ZodType): string {
  const id = schema.meta()?.id;
  if (id === undefined) throw new Error('A body or answer schema of a route has no id for the contract.');
  return id;
}
