import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';

declare global {
  namespace Express {
    interface Request {
      /** The caller's id for this request, or one made here; in the answer, the log and every error. */
      requestId: string;
      /** Who calls: a key's id, or `open` where no key is needed. */
      caller: string;
      /** When the request came, in milliseconds on a clock that never goes back. */
      startedAt: number;
      /** Headers that its answer gets beside its own: names and values by turns. */
      answerHeaders: string[];
      /** The route that took the request as it is documented, `/orders/{id}`; null where none did. */
      routePath: string | null;
    }
  }
}

const CALLERS_ID = /^[\w.:-]{1,128}$/;

/** An id for a request that came without a usable one. */
export function newRequestId(): string {
  return randomUUID();
}

/** Notes of each request what its log line and its errors will say. */
export function requestContext(monotonicNow: () => number): RequestHandler {
  return (req, _res, next) => {
    const given = req.headers['x-request-id'];
    req.requestId = typeof given === 'string' && CALLERS_ID.test(given) ? given : newRequestId();
    req.startedAt = monotonicNow();
    req.caller = 'open';
    req.routePath = null;
    req.answerHeaders = [];
    next();
  };
}
