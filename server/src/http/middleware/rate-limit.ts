import type { Request, RequestHandler } from 'express';
import { TokenBucket } from 'limiter';
import { LRUCache } from 'lru-cache';
import { AppError } from '../../domain/errors.js';

const MS_PER_MINUTE = 60_000;
/** The most callers that are remembered; who has not called for the longest begins anew. */
const CALLERS_MAX = 10_000;

/**
 * Lets a caller send so many requests a minute, all at once if it likes: a token bucket for each key, and
 * where no key was sent for each address. What is left stands in the headers of
 * draft-ietf-httpapi-ratelimit-headers-10.
 */
export function rateLimit(perMinute: number): RequestHandler {
  const buckets = new LRUCache<string, TokenBucket>({ max: CALLERS_MAX });
  const bucketOf = (caller: string): TokenBucket => {
    const known = buckets.get(caller);
    if (known !== undefined) return known;
    const bucket = new TokenBucket({
      bucketSize: perMinute,
      tokensPerInterval: perMinute,
      interval: MS_PER_MINUTE,
    });
    bucket.content = perMinute;
    buckets.set(caller, bucket);
    return bucket;
  };
  return (req, _res, next) => {
    const bucket = bucketOf(callerOf(req));
    const isTaken = bucket.tryRemoveTokens(1);
    const waitSeconds = Math.ceil((isTaken ? untilFullMs(bucket) : bucket.getWaitTime(1)) / 1_000);
    // not by setHeader, after which Node writes all headers one by one
    req.answerHeaders.push(
      'RateLimit-Policy',
      `"caller";q=${perMinute};w=60`,
      'RateLimit',
      `"caller";r=${Math.floor(bucket.content)};t=${waitSeconds}`,
    );
    if (isTaken) return next();
    req.answerHeaders.push('Retry-After', String(waitSeconds));
    const message = `This caller may send ${perMinute} requests a minute: wait ${waitSeconds} seconds.`;
    next(new AppError('rate_limited', message));
  };
}

function callerOf(req: Request): string {
  return req.caller === 'open' ? `address ${req.ip}` : `key ${req.caller}`;
}

function untilFullMs({ bucketSize, content }: TokenBucket): number {
  return ((bucketSize - content) / bucketSize) * MS_PER_MINUTE;
}
