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

/**
 * Reads a JSON body into `req.body`; a request without a body leaves it undefined. A body that says its
 * length and is not compressed, as nearly all are, is read here: body-parser would cost a write a tenth more.
 */
export function jsonBody({ limitBytes, types, isOptional }: BodyOptions): RequestHandler {
  const requireBytes = isOptional ? () => {} : requireSome;
  const read = express.json({
    limit: limitBytes,
    strict: false, // the schema says what must be an object
    type: () => true, // requireJson has looked
    verify: (_req, _res, bytes) => {
      requireBytes(bytes);
      if (!isUtf8(bytes)) throw notUtf8();
    },
  });
  return (req, res, next) => {
    requireJson(req, types);
    const isPlain = req.headers['content-encoding'] === undefined;
    if (!isPlain || !(Number(req.headers['content-length']) <= limitBytes)) return read(req, res, next);
    readBytes(req, (bytes) => {
      try {
        requireBytes(bytes);
        if (bytes.length > 0) req.body = parse(bytes);
      } catch (error) {
        return next(error);
      }
      next();
    });
  };
}

/** All bytes of a body, when they are there; never where the client goes away before. */
function readBytes(req: Request, done: (bytes: Buffer) => void): void {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => done(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function parse(bytes: Buffer): unknown {
  let text: string;
  try {
    text = UTF8.decode(bytes);
  } catch {
    throw notUtf8();
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notJson(error);
  }
}

/** Error: AppError `malformed_json`, with what the parser says. */
export function notJson(error: unknown): AppError {
  return new AppError('malformed_json', `The body is not JSON: ${(error as Error).message}.`);
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
function requireSome(bytes: Buffer): void {
  if (bytes.length > 0) return;
  throw validationError([{ pointer: '', code: 'required', message: 'The body is missing.' }]);
}

/** Bytes that are no UTF-8 would be replaced in silence, and another text kept than was sent. */
function notUtf8(): AppError {
  return new AppError('malformed_json', 'The body is not in UTF-8.');
}
