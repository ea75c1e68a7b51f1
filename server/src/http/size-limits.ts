import type { ErrorDetail } from '../domain/errors.js';

/** How much an installation takes at once, where that is less than the contract allows. */
export interface SizeLimits {
  /** The most entries of a page. */
  pageSizeMax: number;
  /** The most operations of a batch. */
  batchOperationsMax: number;
}

/** What a request asks too much of: the `limit` of its query, the `operations` of its body. */
export function sizeFaults(query: unknown, body: unknown, limits: SizeLimits): ErrorDetail[] {
  const { limit } = (query ?? {}) as { limit?: unknown };
  const { operations } = (body ?? {}) as { operations?: unknown };
  const faults: ErrorDetail[] = [];
  if (typeof limit === 'number' && limit > limits.pageSizeMax) {
    const message = `limit must be a whole number from 1 to ${limits.pageSizeMax}.`;
    faults.push({ parameter: 'limit', code: 'invalid_value', message });
  }
  if (Array.isArray(operations) && operations.length > limits.batchOperationsMax) {
    const message = `operations must be a list of 1 to ${limits.batchOperationsMax} operations.`;
    faults.push({ pointer: '/operations', code: 'invalid_value', message });
  }
  return faults;
}
