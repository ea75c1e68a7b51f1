import type { Scope } from './scopes.js';

/** A key by which a system or a person calls. Times are milliseconds since 1970 (UTC). */
export interface ApiKey {
  /** Stands in the key itself, in the log and in the list of keys: `rm_<id>_<secret>`. */
  _id: string;
  name: string;
  scopes: readonly Scope[];
  /** SHA-256 of the secret, in hexadecimal digits; the secret itself is kept nowhere. */
  secretHash: string;
  createdAt: number;
  /** Null where it never expires. */
  expiresAt: number | null;
  revokedAt: number | null;
  /** To the minute or so; null where it was never used. */
  lastUsedAt: number | null;
}

/** Whether a key opens anything now. */
export function isUsable({ expiresAt, revokedAt }: ApiKey, now: number): boolean {
  return revokedAt === null && (expiresAt === null || now < expiresAt);
}
