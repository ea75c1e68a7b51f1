import type { Request, Response } from 'express';
import { ResponseHandler } from '../utils/response-handler.js';
import { isUnchanged } from './entity-tags.js';
import { STATIC_HEADERS } from './static-headers.js';

/** What a controller answers with data: finished JSON, and headers of this answer alone. */
export interface DataAnswer {
  status: number;
  message: string;
  dataJson: string;
  /** For lists: whether there is more, and the cursor of the next page. */
  page?: { hasMore: boolean; next: string | null; count?: number | { atLeast: number } };
  /** Says that nothing was stored. */
  isDryRun?: boolean;
  headers?: Readonly<Record<string, string>>;
}

/** What is answered outside the envelope: documents and pages. */
interface RawAnswer {
  status: number;
  contentType: string;
  body: string;
}

export type Answer = DataAnswer | RawAnswer;

export const JSON_TYPE = 'application/json; charset=utf-8';
const SECURITY_HEADERS: readonly string[] = Object.entries(STATIC_HEADERS).flat();

/** Sends an answer of a route. */
export function sendAnswer(req: Request, res: Response, answer: Answer): void {
  if ('body' in answer) {
    send(req, res, answer.status, answer.body, [
      'Content-Type',
      answer.contentType,
      'Cache-Control',
      'no-cache',
    ]);
    return;
  }
  const { status, dataJson, message, page, isDryRun, headers } = answer;
  const list = ['Cache-Control', 'private, no-cache'];
  for (const name in headers) list.push(name, headers[name] as string);
  if (hasIt(req, headers?.ETag)) {
    sendNotModified(req, res, list);
    return;
  }
  const body = ResponseHandler.success(dataJson, message, status, {
    ...(isDryRun === true ? { dryRun: 'true' } : {}),
    ...(page === undefined ? {} : { page: JSON.stringify(page) }),
  });
  list.push('Content-Type', JSON_TYPE);
  send(req, res, status, body, list);
}

/** Whether the caller has this answer already (RFC 9110, 13.1.2). */
function hasIt(req: Request, etag: string | undefined): boolean {
  const ifNoneMatch = req.headers['if-none-match'];
  if (ifNoneMatch === undefined || etag === undefined) return false;
  return (req.method === 'GET' || req.method === 'HEAD') && isUnchanged(ifNoneMatch, etag);
}

function sendNotModified(req: Request, res: Response, headers: string[]): void {
  res.writeHead(304, [
    ...headers,
    'X-Request-Id',
    req.requestId,
    'Vary',
    varyOf(res),
    ...req.answerHeaders,
    ...SECURITY_HEADERS,
  ]);
  res.end();
}

/**
 * Writes head and body at once, with all headers in one flat list: the way on which Node does least.
 */
export function send(req: Request, res: Response, status: number, body: string, headers: string[]): void {
  headers.push(
    'X-Request-Id',
    req.requestId,
    'Vary',
    varyOf(res),
    'Content-Length',
    String(Buffer.byteLength(body)),
    ...req.answerHeaders,
    ...SECURITY_HEADERS,
  );
  res.writeHead(status, headers);
  res.end(body);
}

/** An answer to a web page of another origin differs by that too; cors has said so then. */
function varyOf(res: Response): string {
  return res.hasHeader('Vary') ? 'Accept, Origin' : 'Accept';
}
