import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { AppError, type ErrorCode } from '../domain/errors.js';
import { ResponseHandler } from '../utils/response-handler.js';
import { JSON_TYPE, send } from './answer.js';
import { notJson } from './body.js';
import { statusOf } from './error-status.js';
import { PROBLEMS } from './problems.js';

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';
/** Seconds after which a refused request may be sent again. */
const RETRY_AFTER_SECONDS = '1';
/** Statuses under which nothing but time is in the way. */
const RETRIABLE: ReadonlySet<number> = new Set([429, 503]);

/** No faults of the server, and many at once when they come: the access log and the metrics have them. */
const UNLOGGED: ReadonlySet<ErrorCode> = new Set(['shutting_down', 'overloaded']);

interface ErrorHandlerOptions {
  conflictStatus: number;
  /** Told of every error that the server did not foresee, and of every failure of the store. */
  logError: (error: unknown, requestId: string) => void;
  /** Told of the kind of every error. */
  noteError: (code: ErrorCode) => void;
}

/** Turns whatever was thrown into an answer that is enough to mend the request, and says nothing of the inside. */
export function errorHandler({
  conflictStatus,
  logError,
  noteError,
}: ErrorHandlerOptions): ErrorRequestHandler {
  return (thrown: unknown, req, res, _next) => {
    const error = toAppError(thrown);
    const status = statusOf(error.code, conflictStatus);
    noteError(error.code);
    if (status >= 500 && !UNLOGGED.has(error.code)) logError(thrown, req.requestId);
    if (res.headersSent) return void res.destroy();
    sendError(req, res, error, status);
  };
}

/** Answers a path that no route took. */
export const routeNotFound: RequestHandler = (req, res) => {
  sendError(req, res, new AppError('route_not_found', `There is nothing at ${req.path}.`), 404);
};

function sendError(req: Request, res: Response, error: AppError, status: number): void {
  const failure = { message: error.message, code: error.code, details: error.details, extra: error.extra };
  const problem = {
    type: `/problems/${error.code}`,
    title: PROBLEMS[error.code].title,
    instance: req.path,
    requestId: req.requestId,
  };
  const body =
    status === 404
      ? ResponseHandler.notFound(failure, problem)
      : ResponseHandler.error(failure, status, problem);
  const wantsProblem =
    req.accepts(['application/json', 'application/problem+json']) === 'application/problem+json';
  const headers = ['Content-Type', wantsProblem ? PROBLEM_TYPE : JSON_TYPE, 'Cache-Control', 'no-store'];
  if (RETRIABLE.has(status) || error.code === 'idempotency_in_progress') {
    if (!req.answerHeaders.includes('Retry-After')) headers.push('Retry-After', RETRY_AFTER_SECONDS);
  }
  if (status === 401) headers.push('WWW-Authenticate', challenge(req));
  if (error.code === 'shutting_down' || hasUnreadBody(req)) headers.push('Connection', 'close');
  const allow = res.getHeader('Allow');
  if (allow !== undefined) headers.push('Allow', String(allow));
  send(req, res, status, body, headers);
}

/** RFC 6750, section 3: no error where no key was sent. */
function challenge(req: Request): string {
  const error = req.headers.authorization === undefined ? '' : ', error="invalid_token"';
  return `Bearer realm="roundsman"${error}`;
}

/** Whether bytes of a body are still to come that nobody will read: the connection is then closed. */
function hasUnreadBody(req: Request): boolean {
  return !req.complete && (req.headers['transfer-encoding'] !== undefined || 'content-length' in req.headers);
}

/** The errors of Express and its body parser, by what they say of themselves. */
function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof URIError) return new AppError('route_not_found', 'The path cannot be decoded.');
  const { type, limit } = (thrown ?? {}) as { type?: unknown; limit?: unknown };
  switch (type) {
    case 'entity.parse.failed':
      return notJson(thrown);
    case 'entity.too.large':
      return new AppError('body_too_large', `The body is larger than ${limit} bytes.`);
    case 'encoding.unsupported':
      return new AppError('unsupported_media_type', 'The Content-Encoding is not understood.');
    case 'charset.unsupported':
      return new AppError('unsupported_media_type', 'The charset of the Content-Type is not understood.');
    case 'request.aborted':
    case 'request.size.invalid':
      return new AppError('malformed_json', 'The body ended before its length.');
    default:
      if (isZlibError(thrown))
        return new AppError('malformed_json', 'The body is not compressed as it says.');
      return new AppError('internal', 'The server failed; the request id says where to look.', {
        cause: thrown,
      });
  }
}

function isZlibError(thrown: unknown): boolean {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === 'string' && code.startsWith('Z_');
}
