import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { Express } from 'express';
import { createApp, openApiOf } from '../../src/app.js';
import { ERROR_CODES } from '../../src/domain/errors.js';
import { createMetrics } from '../../src/features/metrics/metrics.js';
import { ContractChecker, type OpenApiDocument, type Operation } from '../support/contract-checker.js';
import { contractRoutes } from '../support/contract-routes.js';
import { anId } from '../support/orders.js';
import { useTestApp } from '../support/test-app.js';

/* The contract itself: fresh, valid, whole, and its examples true. */

const app = useTestApp();
const METRICS = createMetrics({ inFlight: () => 0 });
const file = readFileSync(new URL('../../../openapi.json', import.meta.url), 'utf8');
const document: OpenApiDocument = JSON.parse(file);
const checker = new ContractChecker(document);

const operations = Object.entries(document.paths).flatMap(([path, verbs]) =>
  Object.entries(verbs).map(([verb, operation]): [string, string, Operation] => [verb, path, operation]),
);

/** Every media type of every answer and body of an operation, with where it stands. */
function mediaOf([verb, path, { requestBody, responses }]: [string, string, Operation]) {
  const at = ['paths', path, verb];
  const bodies = Object.entries(requestBody?.content ?? {}).map(([type, media]) => ({
    place: [...at, 'requestBody', 'content', type],
    media,
  }));
  const answers = Object.entries(responses).flatMap(([status, { content }]) =>
    Object.entries(content ?? {}).map(([type, media]) => ({
      place: [...at, 'responses', status, 'content', type],
      media,
    })),
  );
  return [...bodies, ...answers];
}

test('openapi.json is what the routes make', () => {
  expect(file).toBe(openApiOf(contractRoutes(app)));
});

test('openapi.json is valid OpenAPI 3.1', async () => {
  const result = await new Validator().validate(JSON.parse(file));
  expect(result).toMatchObject({ valid: true });
});

test('every reference leads to a schema of the document', () => {
  const refs = [...file.matchAll(/"\$ref": "([^"]+)"/g)].map((match) => match[1] as string);
  expect(refs.length).toBeGreaterThan(0);
  for (const ref of new Set(refs)) {
    const name = /^#\/components\/schemas\/([A-Za-z]+)$/.exec(ref)?.[1] ?? ref;
    expect(Object.keys(document.components.schemas)).toContain(name);
  }
});

test('no schema of the document lies unused, but the errors that any path can meet', () => {
  const unused = Object.keys(document.components.schemas).filter(
    (name) => !file.includes(`/schemas/${name}"`),
  );
  expect(unused.sort()).toEqual(['MethodNotAllowedError', 'RouteNotFoundError']);
});

describe('the routes', () => {
  interface Layer {
    route?: { path: string | string[]; methods: Record<string, boolean>; stack: unknown[] };
    handle: unknown;
  }
  let mounted: string[];

  beforeAll(() => {
    const express: Express = createApp({
      storage: app.storage,
      lifecycle: app.lifecycle,
      settings: {
        conflictStatus: 409,
        bodyLimitBytes: 1,
        batchBodyLimitBytes: 1,
        pageSizeMax: 1_000,
        batchOperationsMax: 100,
        requireIfMatch: false,
        corsOrigins: [],
        rateLimitPerMinute: 0,
        maxInFlight: 1,
        trustProxy: null,
      },
      load: { inFlight: 0 },
      metrics: METRICS,
      random: Math.random,
      gate: { needsKey: () => false, isForLocalCallers: () => false, callerOf: () => null },
      now: Date.now,
      monotonicNow: Date.now,
      newId: anId,
      log: { access: () => {}, error: () => {} },
    });
    const layers = (express.router as unknown as { stack: Layer[] }).stack;
    mounted = layers.flatMap(({ route }) => (route === undefined ? [] : routesOf(route)));
  });

  function routesOf({ path, methods }: NonNullable<Layer['route']>): string[] {
    const paths = [path].flat().map((one) => one.replace(/:(\w+)/g, '{$1}'));
    const takesAll = methods.purge === true; // app.all: what answers 405, on paths that are documented
    if (takesAll) return paths.filter((one) => !(one in document.paths)).map((one) => `all ${one}`);
    return paths.flatMap((one) => Object.keys(methods).map((method) => `${method} ${one}`));
  }

  test('that are mounted are all in the document, and the other way round', () => {
    const documented = operations.map(([verb, path]) => `${verb} ${path}`);
    const withoutPages = mounted.filter((route) => !/^(get|all) \/docs(\/|$)/.test(route));
    expect(withoutPages.length).toBeGreaterThan(10);
    expect(withoutPages.sort()).toEqual(documented.sort());
  });
});

describe('every operation', () => {
  test('has an id that is its own, a tag and a summary', () => {
    const ids = operations.map(([, , { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, , { operationId, tags, summary }] of operations) {
      expect(operationId).toMatch(/^[a-z][A-Za-z]+$/);
      expect(tags).toEqual([expect.stringMatching(/^[a-z]+$/)]);
      expect(summary).toMatch(/^[A-Z].{5,}[^.]$/);
    }
  });

  test('says what every parameter of its path is', () => {
    for (const [, path, { parameters }] of operations) {
      const inPath = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]));
    }
  });

  test('has an example in each JSON body and answer, and each is what its schema says', () => {
    for (const operation of operations) {
      for (const { place, media } of mediaOf(operation)) {
        if (!/json$/.test(place.at(-1) as string)) continue;
        expect([place, media]).toEqual([place, expect.objectContaining({ example: expect.anything() })]);
        const validate = checker.validator(...place, 'schema');
        validate(media.example);
        expect([place, validate.errors]).toEqual([place, null]);
      }
    }
  });

  test('names a schema for every error, in both media types', () => {
    for (const [verb, path, { responses }] of operations) {
      const errors = Object.entries(responses).filter(([status]) => Number(status) >= 400);
      expect(errors.map(([status]) => status)).toEqual(expect.arrayContaining(['400', '500', '503']));
      for (const [status, { content }] of errors) {
        expect(Object.keys(content ?? {})).toEqual(['application/json', 'application/problem+json']);
        for (const { schema } of Object.values(content ?? {})) {
          const refs = (schema.oneOf ?? [schema]) as { $ref?: string }[];
          for (const { $ref } of refs) {
            expect([verb, path, status, $ref]).toEqual([
              verb,
              path,
              status,
              expect.stringMatching(/^#\/components\/schemas\/[A-Z]\w+Error$/),
            ]);
          }
        }
      }
    }
  });

  test('has its whole answer described: no schema is open', () => {
    for (const code of ERROR_CODES) {
      const name = `${code.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())}Error`;
      expect(document.components.schemas[name]).toMatchObject({
        type: 'object',
        additionalProperties: false,
      });
    }
  });
});

describe('the examples of bodies', () => {
  /** What each example needs to be there before it is sent; calendars stay, so each has an id of its own. */
  const NEW: Record<string, object> = {
    '/orders': { datetime: '2035-01-01T09:00:00Z', totalfee: 1 },
    '/services': { name: 'x' },
    get '/calendars'() {
      return { _id: anId() };
    },
  };
  const withBody = operations.filter(([, , { requestBody }]) => requestBody !== undefined);

  test.each(withBody)(
    'sent with %s %s give the success that is documented',
    async (verb, path, operation) => {
      const example = operation.requestBody?.content['application/json']?.example as object;
      const list = path.replace(/^(\/\w+).*$/, '$1');
      const made = await app.api.post(list).send(NEW[list]);
      expect(made.status).toBe(201);
      const { _id } = made.body.data;
      if (path.endsWith('/restore')) await app.api.post(`/orders/${_id}/cancel`);
      const method = verb as 'post' | 'put' | 'patch';
      const answer = await app.api[method](path.replace('{id}', _id)).send(example);
      const documented = Object.keys(operation.responses).filter((status) => Number(status) < 400);
      expect(documented).toEqual([String(answer.status)]);
      if (list === '/orders') await app.api.delete(`/orders/${_id}`);
    },
  );
});
