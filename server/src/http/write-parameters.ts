import type { Request } from 'express';
import { configure } from 'safe-stable-stringify';
import * as z from 'zod';
import { AppError, type ErrorDetail } from '../domain/errors.js';
import { hashOf } from '../utils/secret.js';
import { parseTags } from './entity-tags.js';
import { parseIdempotencyKey } from './idempotency-key.js';
import { Flag } from './schemas.js';

/** The parameters of every write. */
export const WriteParameters = z.strictObject({
  dryRun: Flag.default('false').meta({
    description: 'Runs every check and answers as it would, but stores nothing',
  }),
});

/** How a write was asked for. Its shape is that of writes/write-request.ts, which takes it as it is. */
export interface WriteParts {
  caller: string;
  idempotency: { key: string; fingerprint: string } | null;
  isDryRun: boolean;
  precondition: { kind: 'any' } | { kind: 'tags'; tags: readonly string[] } | null;
  /** Whether operations on objects that exist must say which version they mean. */
  needsPrecondition: boolean;
}

/** What a write changes: one object that exists, or none (a new one, a batch), where If-Match means nothing. */
export type WriteKind = 'object' | 'other';

/** Reads what a write says in its headers and its address; adds the faults. */
export function writePartsOf(
  req: Request,
  { kind, requireIfMatch }: { kind: WriteKind; requireIfMatch: boolean },
  faults: ErrorDetail[],
): WriteParts {
  const key = req.headers['idempotency-key'];
  return {
    caller: req.caller,
    idempotency: key === undefined ? null : keyed(req, String(key), faults),
    isDryRun: false, // the route's schema reads it
    precondition: preconditionOf(req.headers['if-match'], kind, faults),
    needsPrecondition: requireIfMatch,
  };
}

/** Error: AppError `precondition_required`, where the server asks for a version and none was sent. */
export function requireGiven(
  { precondition, needsPrecondition }: WriteParts,
  kind: WriteKind | undefined,
): void {
  if (kind !== 'object' || precondition !== null || !needsPrecondition) return;
  const message = 'The header If-Match is missing: read the object, and send its ETag.';
  throw new AppError('precondition_required', message, {
    details: [{ header: 'If-Match', code: 'required', message }],
  });
}

function preconditionOf(
  header: string | undefined,
  kind: WriteKind,
  faults: ErrorDetail[],
): WriteParts['precondition'] {
  if (header === undefined) return null;
  if (kind === 'other') {
    faults.push(headerFault('If-Match', 'has no meaning here: there is no one object to compare with'));
    return null;
  }
  const tags = parseTags(header);
  if (tags === null) faults.push(headerFault('If-Match', 'must be * or ETags in quotes, as in "7.1"'));
  return tags === '*' ? { kind: 'any' } : tags && { kind: 'tags', tags };
}

function keyed(req: Request, header: string, faults: ErrorDetail[]): WriteParts['idempotency'] {
  const key = parseIdempotencyKey(header);
  if (key === null) {
    faults.push(headerFault('Idempotency-Key', 'must be 1 to 255 visible ASCII characters'));
    return null;
  }
  return { key, fingerprint: fingerprintOf(req) };
}

function headerFault(header: string, problem: string): ErrorDetail {
  return { header, code: 'invalid_header', message: `The header ${header} ${problem}.` };
}

const canonical = configure({ maximumDepth: 100 });

/** Method, address and body, whatever the order of the body's members. */
function fingerprintOf(req: Request): string {
  const content = canonical([req.method, req.originalUrl, req.body ?? {}]); // no body is an empty one
  return hashOf(String(content)).toString('hex');
}
