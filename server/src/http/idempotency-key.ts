const KEY = /^[\x21-\x7E]{1,255}$/;

/**
 * The key that a header names: 1 to 255 visible ASCII characters, or a quoted string of them, which means
 * its content (RFC 8941, 3.3.3). Null where it is neither.
 */
export function parseIdempotencyKey(header: string): string | null {
  const quoted = /^"((?:[\x20\x21\x23-\x5B\x5D-\x7E]|\\["\\])*)"$/.exec(header.trim())?.[1];
  const key = quoted === undefined ? header.trim() : quoted.replace(/\\(.)/g, '$1');
  return KEY.test(key) ? key : null;
}
