import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { AppError } from '../../domain/errors.js';

/** How long a request may wait for its turn, in milliseconds, and how many may, as a part of those in flight. */
export const QUEUE_WAIT_MS = 1_000;
const QUEUE_PART = 0.1;
/** The most seconds after which a refused request is to come again; each is told another number. */
const RETRY_SPREAD_SECONDS = 5;

interface ShedOptions {
  maxInFlight: number;
  /** A number from 0 to 1. */
  random: () => number;
}

interface Waiting {
  isRead: boolean;
  start: () => void;
  refuse: () => void;
}

/** How much is under way; for the metrics. */
export interface Load {
  inFlight: number;
}

/**
 * Takes so many requests at once. A few more wait a moment for their turn, and the rest are refused before
 * their body is read: reads first, which are easily asked again, then writes. Health checks always pass.
 */
export function shedLoad({ maxInFlight, random }: ShedOptions, load: Load): RequestHandler {
  const queueMax = Math.ceil(maxInFlight * QUEUE_PART);
  const queue: Waiting[] = [];

  function begin(res: Response, next: NextFunction): void {
    load.inFlight += 1;
    res.once('close', () => {
      load.inFlight -= 1;
      queue.shift()?.start();
    });
    next();
  }

  function wait(req: Request, res: Response, next: NextFunction): void {
    const leave = () => {
      clearTimeout(timer);
      res.off('close', leave);
      const index = queue.indexOf(waiting);
      if (index !== -1) queue.splice(index, 1);
    };
    const waiting: Waiting = {
      isRead: isRead(req),
      start: () => {
        leave();
        begin(res, next);
      },
      refuse: () => {
        leave();
        refuse(req, next);
      },
    };
    const timer = setTimeout(waiting.refuse, QUEUE_WAIT_MS);
    res.once('close', leave);
    queue.push(waiting);
  }

  function refuse(req: Request, next: NextFunction): void {
    const seconds = 1 + Math.floor(random() * RETRY_SPREAD_SECONDS);
    req.answerHeaders.push('Retry-After', String(seconds));
    next(new AppError('overloaded', 'The server has too much to do: nothing was done, send it again later.'));
  }

  return (req, res, next) => {
    if (req.path.startsWith('/health/')) return next();
    if (load.inFlight < maxInFlight) return begin(res, next);
    if (queue.length < queueMax) return wait(req, res, next);
    const read = isRead(req) ? undefined : queue.findLast((waiting) => waiting.isRead);
    if (read === undefined) return refuse(req, next);
    read.refuse();
    wait(req, res, next);
  };
}

function isRead({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD';
}
