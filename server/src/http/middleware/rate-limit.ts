import type { Request, RequestHandler } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../../domain/errors.js';

const WINDOW_SECONDS = 60;

/**
 * Lets a caller send so many requests a minute: each key has its own share, and where no key was sent each
 * address. What is left stands in the headers of draft-ietf-httpapi-ratelimit-headers-10.
 */
export function rateLimit(perMinute: number): RequestHandler {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: WINDOW_SECONDS });
  return (req, _res, next) => {
    limiter.consume(callerOf(req)).then(
      (left) => {
        tell(req, perMinute, left);
        next();
      },
      (left: unknown) => {
        if (!(left instanceof RateLimiterRes)) return next(left);
        tell(req, perMinute, left);
        req.answerHeaders.push('Retry-After', String(secondsUntil(left)));
        next(
          new AppError(
            'rate_limited',
            `This caller may send ${perMinute} requests a minute: wait ${secondsUntil(left)} seconds.`,
          ),
        );
      },
    );
  };
}

function callerOf(req: Request): string {
  return req.caller === 'open' ? `address ${req.ip}` : `key ${req.caller}`;
}

/** Not by setHeader, after which Node writes all headers one by one. */
function tell(req: Request, perMinute: number, left: RateLimiterRes): void {
  req.answerHeaders.push(
    'RateLimit-Policy',
    `"caller";q=${perMinute};w=${WINDOW_SECONDS}`,
    'RateLimit',
    `"caller";r=${left.remainingPoints};t=${secondsUntil(left)}`,
  );
}

function secondsUntil({ msBeforeNext }: RateLimiterRes): number {
  return Math.ceil(msBeforeNext / 1_000);
}
