import type { RequestHandler } from 'express';
import { AppError } from '../../domain/errors.js';

/** Whether the process has begun to stop; main.ts says so. */
export interface Lifecycle {
  isStopping: boolean;
}

/** Refuses what comes on connections kept alive while the server stops; nothing of it was done. */
export function refuseWhenStopping(lifecycle: Lifecycle): RequestHandler {
  return (req, _res, next) => {
    if (!lifecycle.isStopping || req.path.startsWith('/health/')) return next();
    next(new AppError('shutting_down', 'The server is stopping: send the request again in a moment.'));
  };
}
