import type { Storage, TransactionHints, Tx } from '../storage/storage.js';

/**
 * The one way to write: every write of every feature runs here, and nothing else opens a transaction.
 * `work` runs in one transaction, in this order: the object exists → members sent back unchanged →
 * references → the rule → write. It may run again after a conflict, so it touches nothing but `tx`.
 * Errors: what `work` throws, and the store's (storage.ts).
 */
export function runWrite<T>(
  storage: Storage,
  hints: TransactionHints,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return storage.transaction(hints, work);
}
