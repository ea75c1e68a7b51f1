/** Every kind of failure that a caller can meet. What HTTP makes of each stands in http/error-status.ts. */
export const ERROR_CODES = [
  'malformed_json',
  'validation_failed',
  'invalid_id',
  'unknown_parameter',
  'unknown_service',
  'unknown_calendar',
  'unauthenticated',
  'forbidden',
  'not_found',
  'route_not_found',
  'method_not_allowed',
  'booking_clash',
  'invalid_transition',
  'idempotency_in_progress',
  'already_exists',
  'precondition_failed',
  'body_too_large',
  'unsupported_media_type',
  'idempotency_key_reused',
  'precondition_required',
  'rate_limited',
  'internal',
  'overloaded',
  'shutting_down',
  'store_unavailable',
  'outcome_unknown',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Where in the request a fault stands: a JSON pointer (RFC 6901) into the body, or a parameter or header by name. */
export type FaultPlace = { pointer: string } | { parameter: string } | { header: string };

/** One fault of a request: where it is, a stable code, and a sentence that a person can act on. */
export type ErrorDetail = FaultPlace & { code: string; message: string };

interface AppErrorOptions {
  details?: readonly ErrorDetail[];
  /** Members that this kind of error adds beside `message`, `code` and `details`. */
  extra?: Readonly<Record<string, unknown>>;
  cause?: unknown;
}

/** A failure that the caller is told about: `message` is a sentence that a person can act on. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: readonly ErrorDetail[];
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = options.details ?? [];
    this.extra = options.extra ?? {};
  }
}
