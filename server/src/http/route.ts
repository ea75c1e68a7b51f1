import { parse as parseQueryString } from 'node:querystring';
import type { Express, Request, RequestHandler } from 'express';
import type { z } from 'zod';
import { AppError, type ErrorCode, type ErrorDetail } from '../domain/errors.js';
import { type Answer, sendAnswer } from './answer.js';
import { jsonBody } from './body.js';
import { faultsOf, type Source, validationError } from './validation.js';

type Method = 'get' | 'post' | 'put' | 'delete';
type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

/** What a handler gets: the parts of the request, parsed by the route's schemas. */
export interface RouteRequest<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
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
> {
  method: Method;
  /** In OpenAPI's form: `/orders/{id}`. */
  path: string;
  operationId: string;
  tag: string;
  summary: string;
  params?: P;
  query?: Q;
  body?: B;
  bodyExample?: unknown;
  answers: Readonly<Record<number, AnswerSpec>>;
  /** The errors that this operation adds to those that any request can meet. */
  refusals: readonly ErrorCode[];
  handle(request: RouteRequest<Parsed<P>, Parsed<Q>, Parsed<B>>): Promise<Answer>;
}

/** A route as data: Express's handler and the OpenAPI operation are both made from it. */
export interface Route extends Omit<RouteSpec<z.ZodType, z.ZodType, z.ZodType>, 'handle'> {
  handle(request: RouteRequest<unknown, unknown, unknown>): Promise<Answer>;
}

/** Declares a route; its handler gets what its schemas give. */
export function route<
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(spec: RouteSpec<P, Q, B>): Route {
  return spec as unknown as Route;
}

/** Mounts routes, and answers 405 with `Allow` for the methods that their paths do not take. */
export function mountRoutes(app: Express, routes: readonly Route[], limits: { bodyBytes: number }): void {
  const readBody = jsonBody(limits.bodyBytes);
  for (const spec of routes) {
    const handlers = spec.body ? [noteRoute(spec), readBody, handler(spec)] : [handler(spec)];
    app[spec.method](expressPath(spec.path), ...handlers);
  }
  for (const path of new Set(routes.map((spec) => spec.path))) {
    const methods = routes.filter((spec) => spec.path === path).map((spec) => spec.method.toUpperCase());
    app.all(expressPath(path), refuseMethod(methods));
  }
}

function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

/** Says in the log which route it was, also where the body is refused. */
function noteRoute(spec: Route): RequestHandler {
  return (req, _res, next) => {
    req.routePath = spec.path;
    next();
  };
}

function handler(spec: Route): RequestHandler {
  return async (req, res) => {
    req.routePath = spec.path;
    const faults: ErrorDetail[] = [];
    const request = {
      params: parsePart(spec.params, 'params', req.params, faults),
      query: parsePart(spec.query, 'query', queryOf(req), faults),
      body: spec.body && parsePart(spec.body, 'body', req.body, faults),
      url: req.originalUrl,
      accepts: (types: readonly string[]) => req.accepts([...types]) || null,
    };
    if (faults.length > 0) throw validationError(faults);
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
