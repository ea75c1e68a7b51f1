import type { RequestHandler } from 'express';

/** One line a request: never a header, a query or a body, which may hold what is secret. */
export interface AccessLine {
  requestId: string;
  method: string;
  route: string | null;
  /** The key's id, never the key; `open` where none was needed. */
  caller: string;
  status: number;
  ms: number;
}

/** Logs each request when its answer is out, or when its client went away before. */
export function accessLog(write: (line: AccessLine) => void, monotonicNow: () => number): RequestHandler {
  return (req, res, next) => {
    res.on('close', () => {
      write({
        requestId: req.requestId,
        method: req.method,
        route: req.routePath,
        caller: req.caller,
        status: res.writableFinished ? res.statusCode : 499,
        ms: Math.round((monotonicNow() - req.startedAt) * 1000) / 1000,
      });
    });
    next();
  };
}
