import { AppError } from '../domain/errors.js';

/** How a write was asked for, beside what it writes. */
export interface WriteRequest {
  /** Who asks: keys of one caller are not another's. */
  caller: string;
  /** Under which key, and the fingerprint of all that the request says; null where no key was sent. */
  idempotency: { key: string; fingerprint: string } | null;
  /** Runs everything and stores nothing. */
  isDryRun: boolean;
  /** Which version the caller means to change; null where it did not say. */
  precondition: Precondition | null;
}

/** `any`: the object exists; `tags`: its ETag is one of these, by strong comparison (RFC 9110, 13.1.1); or its version. */
export type Precondition =
  | { kind: 'any' }
  | { kind: 'tags'; tags: readonly string[] }
  | { kind: 'version'; version: number };

/** A write that nobody repeats or conditions, as the commands make them. */
export const PLAIN_WRITE: WriteRequest = {
  caller: 'command',
  idempotency: null,
  isDryRun: false,
  precondition: null,
};

/** Requires that an object is as its caller thinks. Error: AppError `precondition_failed`. */
export function requirePrecondition(
  precondition: Precondition | null,
  found: { version: number; etag: string },
): void {
  if (precondition === null || meets(precondition, found)) return;
  throw new AppError(
    'precondition_failed',
    `It was changed meanwhile: it has version ${found.version} now (ETag ${found.etag}).`,
  );
}

function meets(precondition: Precondition, { version, etag }: { version: number; etag: string }): boolean {
  switch (precondition.kind) {
    case 'any':
      return true;
    case 'tags':
      return precondition.tags.includes(etag);
    case 'version':
      return precondition.version === version;
  }
}
