import type { AppError } from '../domain/errors.js';
import { isWellFormedText } from '../utils/text.js';
import { validationError } from './validation.js';

/** The last row of a page: what the list is sorted by, and a tie-breaker. */
interface Position {
  value: string | number | null;
  tie: string | number;
}

/** The list that a cursor belongs to: it is good for no other path, sort or filter. */
export interface ListIdentity {
  path: string;
  sort: { by: string; descending: boolean };
  filter: object;
}

/** The largest distance from 1970 that a JavaScript date can have, in milliseconds (ECMA-262, 21.4.1.1). */
const DATE_MAX_MS = 8.64e15;

/** A cursor, opaque to callers: the list it belongs to and the last row's place. */
export function encodeCursor(list: ListIdentity, { value, tie }: Position): string {
  return Buffer.from(JSON.stringify([identityOf(list), value, tie])).toString('base64url');
}

/** The place in a cursor made for this list. Error: AppError `validation_failed` for any other text. */
export function decodeCursor<Tie extends string | number>(
  cursor: string,
  list: ListIdentity,
  isTie: (tie: unknown) => tie is Tie,
): { value: string | number | null; tie: Tie } {
  const content = parseContent(cursor);
  if (content === null) throw refuse('is not a cursor of this service: take page.next as it is');
  const [identity, value, tie] = content;
  if (identity !== identityOf(list)) throw refuse('was given for another list: keep path, sort and filters');
  if (!isValue(value) || !isTie(tie))
    throw refuse('is not a cursor of this service: take page.next as it is');
  return { value, tie };
}

function identityOf({ path, sort, filter }: ListIdentity): string {
  return JSON.stringify([path, sort.by, sort.descending, filter]);
}

function parseContent(cursor: string): unknown[] | null {
  try {
    const content: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(content) && content.length === 3 ? content : null;
  } catch {
    return null;
  }
}

function isValue(value: unknown): value is Position['value'] {
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) <= DATE_MAX_MS;
  return value === null || (typeof value === 'string' && isWellFormedText(value));
}

function refuse(message: string): AppError {
  return validationError([
    { parameter: 'cursor', code: 'invalid_cursor', message: `The parameter cursor ${message}.` },
  ]);
}
