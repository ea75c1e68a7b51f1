import { isUtf8 } from 'node:buffer';
import express, { type Request, type RequestHandler } from 'express';
import { AppError } from '../domain/errors.js';
import { validationError } from './validation.js';

const CONTENT_TYPE = { header: 'Content-Type' } as const;
const CONTENT_ENCODING = { header: 'Content-Encoding' } as const;
const ENCODINGS = ['identity', 'gzip', 'deflate'];

/** The media type of bodies, where a route names no others. */
export const JSON_BODY: readonly string[] = ['application/json'];

/** The media types of a PATCH (RFC 7396). */
export const MERGE_PATCH_BODY: readonly string[] = ['application/json', 'application/merge-patch+json'];

interface BodyOptions {
  limitBytes: number;
  /** Media types, in lower case. */
  types: readonly string[];
  isOptional: boolean;
}

/** Reads a JSON body into `req.body`; a request without a body leaves it undefined. */
export function jsonBody({ limitBytes, types, isOptional }: BodyOptions): RequestHandler {
  const read = express.json({
    limit: limitBytes,
    strict: false, // the schema says what must be an object
    type: () => true, // requireJson has looked
    verify: isOptional ? requireUtf8 : requireText,
  });
  return (req, res, next) => {
    requireJson(req, types);
    read(req, res, next);
  };
}

function requireJson(req: Request, types: readonly string[]): void {
  const hasBody =
    req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
  const encoding = req.headers['content-encoding'];
  if (encoding !== undefined && !ENCODINGS.includes(encoding.toLowerCase())) {
    throw unsupported(CONTENT_ENCODING, 'must be gzip, deflate or identity');
  }
  const type = req.headers['content-type'];
  if (type === 'application/json' || (type === undefined && !hasBody)) return;
  if (type === undefined || !types.includes(type.split(';', 1)[0]?.trim().toLowerCase() ?? '')) {
    throw unsupported(CONTENT_TYPE, `must be ${types.join(' or ')}`);
  }
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(type)?.[1];
  if (charset !== undefined && !/^utf-8$/i.test(charset)) {
    throw unsupported(CONTENT_TYPE, 'must have charset utf-8, or none');
  }
}

function unsupported(place: { header: string }, must: string): AppError {
  const message = `The header ${place.header} ${must}.`;
  return new AppError('unsupported_media_type', message, {
    details: [{ ...place, code: 'unsupported_media_type', message }],
  });
}

/** No bytes at all would be read as `{}`. */
function requireText(req: unknown, res: unknown, body: Buffer): void {
  if (body.length === 0)
    throw validationError([{ pointer: '', code: 'required', message: 'The body is missing.' }]);
  requireUtf8(req, res, body);
}

/** Bytes that are no UTF-8 would be replaced in silence, and another text kept than was sent. */
function requireUtf8(_req: unknown, _res: unknown, body: Buffer): void {
  if (!isUtf8(body)) throw new AppError('malformed_json', 'The body is not in UTF-8.');
}
