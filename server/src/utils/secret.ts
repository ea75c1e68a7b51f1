import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Random text of this many bytes: base64url, or hexadecimal digits. */
export function randomText(bytes: number, encoding: 'base64url' | 'hex'): string {
  return randomBytes(bytes).toString(encoding);
}

/** The SHA-256 of a text, by which it is known again. */
export function hashOf(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

/** Whether two hashes are the same; how long it takes says nothing of where they differ. */
export function isSameHash(a: Buffer, b: Buffer): boolean {
  return timingSafeEqual(a, b);
}
