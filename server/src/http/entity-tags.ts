/*
 * Entity tags as RFC 9110 has them (8.8.3): a quoted text, and W/ before it where it is weak.
 */

const TAG = '(?:W/)?"[\\x21\\x23-\\x7E\\x80-\\xFF]*"';
const LIST = new RegExp(`^[ \\t,]*${TAG}(?:[ \\t]*,[ \\t,]*${TAG})*[ \\t,]*$`);

/** The strong validator of an object, from its version and the shape of its answer. */
export function etagOf(version: number, shape: number): string {
  return `"${version}.${shape}"`;
}

/** The tags of `If-Match` or `If-None-Match`: `*`, or a list; null where it is neither. */
export function parseTags(header: string): '*' | string[] | null {
  if (header.trim() === '*') return '*';
  return LIST.test(header) ? (header.match(new RegExp(TAG, 'g')) ?? null) : null;
}

/** Whether what a caller has is what it would get, by weak comparison (RFC 9110, 13.1.2). */
export function isUnchanged(ifNoneMatch: string, etag: string): boolean {
  const tags = parseTags(ifNoneMatch);
  return tags === '*' || (tags ?? []).some((tag) => tag.replace(/^W\//, '') === etag);
}
