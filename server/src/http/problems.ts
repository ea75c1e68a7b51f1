import type { ErrorCode } from '../domain/errors.js';

/** What a kind of error means and what its receiver can do; served at /problems/:code. */
interface ProblemText {
  title: string;
  meaning: string;
  remedy: string;
}

export const PROBLEMS = {
  malformed_json: {
    title: 'The body is not JSON',
    meaning: 'The body could not be read as JSON in UTF-8.',
    remedy: 'Send what a JSON library writes; the message says where reading stopped.',
  },
  validation_failed: {
    title: 'The request has faults',
    meaning: 'Members, parameters or headers are missing, unknown, or not of the form that they must have.',
    remedy: 'Mend every entry of error.details: each says where it is and what it must be.',
  },
  invalid_id: {
    title: 'The id has not the form of an id',
    meaning: 'Ids are 24 hexadecimal digits.',
    remedy: 'Take the id from _id of an answer.',
  },
  unknown_parameter: {
    title: 'The address has a parameter that is not known here',
    meaning: 'Parameters are never ignored: a misspelt filter would give the wrong list.',
    remedy: 'Take the parameter out or mend its name; /openapi.json lists those of every operation.',
  },
  unknown_service: {
    title: 'The order names a service that is not offered',
    meaning: 'A service of the order does not exist, or was deleted.',
    remedy: 'Name services from GET /services.',
  },
  unknown_calendar: {
    title: 'The order names a calendar that does not exist',
    meaning: 'Orders stand on calendars that were made before.',
    remedy: 'Name a calendar that exists, or leave the member out for the default one.',
  },
  unauthenticated: {
    title: 'The call has no valid key',
    meaning: 'This operation needs an API key, and none was sent, or it is unknown, expired or revoked.',
    remedy: 'Send a key as Authorization: Bearer rm_…; `npx roundsman keys create` makes one.',
  },
  forbidden: {
    title: 'The caller may not do this',
    meaning:
      'The key lacks the scope that this operation needs, or the server is open to local callers only.',
    remedy:
      'The message names the scope: use a key that has it, or make one with `npx roundsman keys create`.',
  },
  not_found: {
    title: 'There is no such object',
    meaning: 'No object has this id, or it was deleted.',
    remedy: 'Look for it in the list.',
  },
  route_not_found: {
    title: 'There is nothing at this address',
    meaning: 'No operation has this path.',
    remedy: 'See /openapi.json or /docs for the paths that exist.',
  },
  method_not_allowed: {
    title: 'This address does not take this method',
    meaning: 'The path exists, but not with this method.',
    remedy: 'Use one of the methods in the Allow header.',
  },
  booking_clash: {
    title: 'The time is too near another order',
    meaning: 'Two active orders of one calendar never stand within the booking window of each other.',
    remedy: 'Take one of error.clash.nearest, the closest free times before and after, or another time.',
  },
  invalid_transition: {
    title: 'The order cannot change in this way',
    meaning: 'The status that the order has does not allow this change.',
    remedy: 'Read the order: its status says which changes are left.',
  },
  idempotency_in_progress: {
    title: 'The same request is still running',
    meaning: 'Another request with this Idempotency-Key has not ended yet.',
    remedy: 'Send it again after the seconds in Retry-After: it then gets the first answer.',
  },
  already_exists: {
    title: 'An object of this id exists already',
    meaning: 'The id was given at the making, and another object has it.',
    remedy: 'Choose another id, or change the object that exists.',
  },
  precondition_failed: {
    title: 'The object is not as it was',
    meaning: 'The object has another version than If-Match asks for: someone changed it meanwhile.',
    remedy: 'Read the object again, make the change anew, and send it with the new ETag.',
  },
  body_too_large: {
    title: 'The body is too large',
    meaning: 'The body has more bytes than the server takes (setting BODY_LIMIT_BYTES).',
    remedy: 'Send less at once.',
  },
  unsupported_media_type: {
    title: 'The body is of a kind that is not understood',
    meaning: 'Bodies are JSON in UTF-8, as they are or compressed with gzip or deflate.',
    remedy: 'Send Content-Type: application/json.',
  },
  idempotency_key_reused: {
    title: 'The Idempotency-Key was used for another request',
    meaning: 'A key stands for one request: same method, address and body.',
    remedy: 'Make a new key for a new request; keep the old one for repeats of the old.',
  },
  precondition_required: {
    title: 'The request must say which version it changes',
    meaning: 'This server takes changes only with If-Match (setting REQUIRE_IF_MATCH).',
    remedy: 'Read the object and send its ETag as If-Match.',
  },
  rate_limited: {
    title: 'Too many requests',
    meaning: 'This caller has sent more requests than its share (setting RATE_LIMIT_PER_MINUTE).',
    remedy: 'Send it again after the seconds in Retry-After; the RateLimit headers say what is left.',
  },
  internal: {
    title: 'The server failed',
    meaning: 'Something went wrong that the server did not foresee.',
    remedy: 'Try again; if it stays, give the request id to whoever runs the server.',
  },
  overloaded: {
    title: 'The server has too much to do',
    meaning: 'The request was refused before anything was done.',
    remedy: 'Send it again after the seconds in Retry-After.',
  },
  shutting_down: {
    title: 'The server is stopping',
    meaning: 'The request was refused before anything was done.',
    remedy: 'Send it again after the seconds in Retry-After.',
  },
  store_unavailable: {
    title: 'The store does not answer',
    meaning: 'The store could not be reached or written to; nothing was done.',
    remedy: 'Send it again after the seconds in Retry-After.',
  },
  outcome_unknown: {
    title: 'The outcome is not known',
    meaning: 'The store failed while the write was being made final: it may or may not have happened.',
    remedy: 'Send it again with the same Idempotency-Key; without one, read before you repeat it.',
  },
} as const satisfies Record<ErrorCode, ProblemText>;
