import { parse as parseQueryString } from 'node:querystring';
import type { Express, Request, RequestHandler } from 'express';
import type * as z from 'zod';
import { AppError, type ErrorCode, type ErrorDetail } from '../domain/errors.js';
import type { Scope } from '../domain/scopes.js';
import { type Answer, sendAnswer } from './answer.js';
import { JSON_BODY, jsonBody } from './body.js';
import { type SizeLimits, sizeFaults } from './size-limits.js';
import { faultsOf, type Source, validationError } from './validation.js';
import {
  requireGiven,
  type WriteKind,
  WriteParameters,
  type WriteParts,
  writePartsOf,
} from './write-parameters.js';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

/** What a handler gets: the parts of the request, parsed by the route's schemas. */
export interface RouteRequest<Params, Query, Body, Write = undefined> {
  params: Params;
  query: Query;
  body: Body;
  /** How it was asked for, of a write. */
  write: Write;
  /** The address as it was asked for, path and query. */
  url: string;
  /** The first of these media types that the caller accepts, or null. */
  accepts(types: readonly string[]): string | null;
}

/** A documented answer. `schema` is that of `data`; `list` says that data comes in pages. */
export interface AnswerSpec {
  description: string;
  schema?: z.ZodType;
  list?: boolean;
  /** Whether `data` is a whole list of them. */
  isArray?: boolean;
  /** The schema of `data` in a dry run, where that differs. */
  dryRunSchema?: z.ZodType;
  /** Whether `page.count` can be asked for. */
  counted?: boolean;
  /** An answer outside the envelope, by its media type. */
  contentType?: string;
  /** The same as a page, for callers that ask for HTML. */
  asPage?: boolean;
  example?: unknown;
  /** Headers that this answer has, each with what it says. */
  headers?: Readonly<Record<string, string>>;
}

interface RouteSpec<
  P extends z.ZodType | undefined,
  Q extends z.ZodType | undefined,
  B extends z.ZodType | undefined,
  W extends WriteKind | undefined,
> {
  method: Method;
  /** In OpenAPI's form: `/orders/{id}`. */
  path: string;
  operationId: string;
  tag: string;
  summary: string;
  /** What a caller's key must allow; null where anybody may call. */
  scope: Scope | null;
  /** Whether it writes, and what: with it come Idempotency-Key, dryRun and, for one object, If-Match. */
  write?: W;
  params?: P;
  query?: Q;
  body?: B;
  bodyExample?: unknown;
  /** The media types that the body may have; JSON where none is named. */
  bodyTypes?: readonly string[];
  /** Whether the body may be left out, which then counts as `{}`. */
  isBodyOptional?: boolean;
  /** The largest body, where it is not that of all others. */
  bodyLimit?: 'batch';
  answers: Readonly<Record<number, AnswerSpec>>;
  /** The errors that this operation adds to those that any request can meet. */
  refusals: readonly ErrorCode[];
  handle(
    request: RouteRequest<Parsed<P>, Parsed<Q>, Parsed<B>, W extends WriteKind ? WriteParts : undefined>,
  ): Promise<Answer>;
}

/** A route as data: Express's handler and the OpenAPI operation are both made from it. */
export interface Route extends Omit<RouteSpec<z.ZodType, z.ZodType, z.ZodType, WriteKind>, 'handle'> {
  handle(request: RouteRequest<unknown, unknown, unknown, WriteParts | undefined>): Promise<Answer>;
}

/** Declares a route; its handler gets what its schemas give. */
export function route<
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  W extends WriteKind | undefined = undefined,
>(spec: RouteSpec<P, Q, B, W>): Route {
  return spec as unknown as Route;
}

/** What is asked of a caller before its body is read; a null scope asks for any key. */
export type Access = (scope: Scope | null) => RequestHandler[];

export interface RouteSettings extends SizeLimits {
  bodyLimitBytes: number;
  batchBodyLimitBytes: number;
  requireIfMatch: boolean;
}

/**
 * Mounts routes, `/orders/batch` before `/orders/{id}` as they come, and answers 405 with `Allow` for the methods that their
 * paths do not take.
 */
export function mountRoutes(
  app: Express,
  routes: readonly Route[],
  settings: RouteSettings,
  access: Access,
): void {
  for (const path of new Set(routes.map((spec) => spec.path))) {
    const here = routes.filter((spec) => spec.path === path);
    for (const spec of here) {
      app[spec.method](
        expressPath(path),
        noteRoute(spec),
        ...accessOf(spec, access),
        ...handlersOf(spec, settings),
      );
    }
    const isPublic = here.every(({ scope }) => scope === null);
    app.all(
      expressPath(path),
      ...(isPublic ? [] : access(null)),
      refuseMethod(here.map(({ method }) => method.toUpperCase())),
    );
  }
}

function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

/** Error: a plain one for a route that states no scope. */
function accessOf({ scope, method, path }: Route, access: Access): RequestHandler[] {
  if (scope === undefined) throw new Error(`The route ${method} ${path} states no scope.`);
  return scope === null ? [] : access(scope);
}

function handlersOf(spec: Route, settings: RouteSettings): RequestHandler[] {
  return spec.body ? [bodyReader(spec, settings), handler(spec, settings)] : [handler(spec, settings)];
}

function bodyReader(spec: Route, settings: RouteSettings): RequestHandler {
  return jsonBody({
    limitBytes: spec.bodyLimit === 'batch' ? settings.batchBodyLimitBytes : settings.bodyLimitBytes,
    types: spec.bodyTypes ?? JSON_BODY,
    isOptional: spec.isBodyOptional ?? false,
  });
}

/** Says in the log which route it was, also where the request is refused. */
function noteRoute(spec: Route): RequestHandler {
  return (req, _res, next) => {
    req.routePath = spec.path;
    next();
  };
}

function handler(spec: Route, settings: RouteSettings): RequestHandler {
  const { write: kind, isBodyOptional } = spec;
  const { requireIfMatch } = settings;
  return async (req, res) => {
    const faults: ErrorDetail[] = [];
    const write = kind && writePartsOf(req, { kind, requireIfMatch }, faults);
    const request = {
      params: parsePart(spec.params, 'params', req.params, faults),
      query: parsePart(write ? WriteParameters : spec.query, 'query', queryOf(req), faults),
      body: spec.body && parsePart(spec.body, 'body', isBodyOptional ? (req.body ?? {}) : req.body, faults),
      write,
      url: req.originalUrl,
      accepts: (types: readonly string[]) => req.accepts([...types]) || null,
    };
    faults.push(...sizeFaults(request.query, request.body, settings));
    if (faults.length > 0) throw validationError(faults);
    if (write !== undefined) {
      requireGiven(write, kind);
      write.isDryRun = (request.query as z.output<typeof WriteParameters>).dryRun === 'true';
    }
    sendAnswer(req, res, await spec.handle(request));
  };
}

/** Parses one part of a request and adds its faults; a part without a schema must be empty. */
function parsePart(
  schema: z.ZodType | undefined,
  source: Source,
  input: unknown,
  faults: ErrorDetail[],
): unknown {
  if (schema === undefined) {
    for (const key in input as object) faults.push(...faultsOf(source, [unknownKey(key)], input));
    return undefined;
  }
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  faults.push(...faultsOf(source, result.error.issues, input));
  return undefined;
}

function unknownKey(key: string): z.core.$ZodIssueUnrecognizedKeys {
  return { code: 'unrecognized_keys', keys: [key], path: [], message: '', input: {} };
}

const NO_QUERY = {};

/** The query as it stands in the address: `datetime[gte]` is a name, a parameter given twice is a list. */
function queryOf(req: Request): object {
  const start = req.url.indexOf('?');
  return start === -1 ? NO_QUERY : parseQueryString(req.url.slice(start + 1), '&', '=', { maxKeys: 0 });
}

/** Answers 405, with the methods that a path takes, in capitals, in `Allow`. */
export function refuseMethod(methods: readonly string[]): RequestHandler {
  const allowed = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].sort().join(', ');
  return (req, res, next) => {
    res.setHeader('Allow', allowed);
    next(new AppError('method_not_allowed', `${req.path} takes ${allowed}, not ${req.method}.`));
  };
}
