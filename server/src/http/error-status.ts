import type { ErrorCode } from '../domain/errors.js';

/** The HTTP status of each kind of error. A clash is 409 unless CONFLICT_STATUS says 400. */
export const ERROR_STATUS = {
  malformed_json: 400,
  validation_failed: 400,
  invalid_id: 400,
  unknown_parameter: 400,
  unknown_service: 400,
  unknown_calendar: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  route_not_found: 404,
  method_not_allowed: 405,
  booking_clash: 409,
  invalid_transition: 409,
  idempotency_in_progress: 409,
  already_exists: 409,
  precondition_failed: 412,
  body_too_large: 413,
  unsupported_media_type: 415,
  idempotency_key_reused: 422,
  precondition_required: 428,
  rate_limited: 429,
  internal: 500,
  overloaded: 503,
  shutting_down: 503,
  store_unavailable: 503,
  outcome_unknown: 503,
} as const satisfies Record<ErrorCode, number>;

/** The status of an error, with the setting for clients of the original that know a clash as 400. */
export function statusOf(code: ErrorCode, conflictStatus: number): number {
  return code === 'booking_clash' ? conflictStatus : ERROR_STATUS[code];
}
