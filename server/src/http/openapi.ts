import * as z from 'zod';
import { ERROR_CODES, type ErrorCode } from '../domain/errors.js';
import { JSON_BODY } from './body.js';
import { errorSchemas } from './error-schemas.js';
import { ERROR_STATUS } from './error-status.js';
import { contractSchema } from './named-schemas.js';
import { NOT_MODIFIED, nameOf, refTo, refusal, success } from './openapi-answers.js';
import type { Route } from './route.js';
import { WriteParameters } from './write-parameters.js';

type Json = Record<string, unknown>;

/** What any request can meet, whatever it asks for. */
const ANY_REQUEST: readonly ErrorCode[] = [
  'validation_failed',
  'unknown_parameter',
  'forbidden',
  'rate_limited',
  'internal',
  'overloaded',
  'shutting_down',
  'store_unavailable',
  'outcome_unknown',
];
const ANY_BODY: readonly ErrorCode[] = ['malformed_json', 'body_too_large', 'unsupported_media_type'];

const ANY_WRITE: readonly ErrorCode[] = ['idempotency_key_reused', 'idempotency_in_progress'];
const ANY_CHANGE: readonly ErrorCode[] = ['precondition_failed', 'precondition_required'];

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
    components: {
      schemas: { ...schemas('input', routes), ...schemas('output', routes), ...errorSchemas() },
      securitySchemes: { apiKey: API_KEY },
    },
  };
}

const API_KEY = {
  type: 'http',
  scheme: 'bearer',
  description: 'A key of `npx roundsman keys create`; none is needed where no key was ever made',
};

function operation(spec: Route): Json {
  const answers = Object.entries(spec.answers).map(([status, answer]) => [
    status,
    success(Number(status), answer, spec.write !== undefined),
  ]);
  const unchanged = hasEtag(spec) && spec.write === undefined ? { 304: NOT_MODIFIED } : {};
  return {
    operationId: spec.operationId,
    tags: [spec.tag],
    summary: spec.summary,
    security: spec.scope === null ? [] : [{ apiKey: [spec.scope] }],
    parameters: [
      ...parameters('path', spec.params),
      ...parameters('query', spec.write === undefined ? spec.query : WriteParameters),
      ...headerParameters(spec),
    ],
    ...(spec.body === undefined ? {} : { requestBody: requestBody(spec, spec.body) }),
    responses: { ...Object.fromEntries(answers), ...unchanged, ...refusals(spec) },
  };
}

function requestBody({ bodyTypes, bodyExample, isBodyOptional }: Route, schema: z.ZodType): Json {
  const media = { schema: refTo(schema), example: bodyExample };
  const content = Object.fromEntries((bodyTypes ?? JSON_BODY).map((type) => [type, media]));
  return { required: isBodyOptional !== true, content };
}

/** Headers that a request may have, beside those that any HTTP request has. */
function headerParameters(spec: Route): Json[] {
  const header = (name: string, description: string, schema: Json = {}) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string', ...schema },
  });
  return [
    ...(spec.write === undefined
      ? []
      : [
          header(
            'Idempotency-Key',
            'Makes repeats safe: 1 to 255 visible ASCII characters, a new one for each request that is meant',
            { pattern: '^[!-~]{1,255}$' },
          ),
        ]),
    ...(spec.write === 'object'
      ? [
          header('If-Match', 'The ETag that the object must still have; *, or one or more with commas', {
            minLength: 1,
          }),
        ]
      : []),
    ...(spec.write === undefined && hasEtag(spec)
      ? [header('If-None-Match', 'The ETag that the caller has; answered with 304 where it is still right')]
      : []),
  ];
}

function hasEtag({ answers }: Route): boolean {
  return Object.values(answers).some(({ headers }) => headers?.ETag !== undefined);
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
  if (spec.scope !== null) codes.add('unauthenticated');
  if (spec.write !== undefined) for (const code of ANY_WRITE) codes.add(code);
  if (spec.write === 'object') for (const code of ANY_CHANGE) codes.add(code);
  return ERROR_CODES.filter((code) => codes.has(code));
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
  return Object.values(spec.answers).flatMap(({ schema, dryRunSchema }) => [schema, dryRunSchema]);
}
