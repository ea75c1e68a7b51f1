import type { Storage, TransactionHints, Tx } from '../storage/storage.js';
import { KeysUnderWay, requireSame } from './keys-under-way.js';
import type { Outcome, ToldOutcome } from './outcome.js';
import type { WriteRequest } from './write-request.js';

/** How long a key's first outcome is told again, in milliseconds. */
export const KEY_LIFE_MS = 24 * 3_600_000;
/** How long a repeat waits for the first request in this process, in milliseconds. */
const TWIN_WAIT_MS = 2_000;

interface WritePlan extends Omit<TransactionHints, 'isDryRun'> {
  request: WriteRequest;
  /**
   * Runs in one transaction, in this order: the object exists → `If-Match` → members sent back unchanged
   * → the transition → references → the rule → write → present. It may run again after a conflict, so it
   * touches nothing but `tx`.
   */
  work: (tx: Tx) => Promise<Outcome>;
}

/** Writes; errors: what the work throws, those of a key (keys-under-way.ts), and the store's (storage.ts). */
export type RunWrite = (plan: WritePlan) => Promise<ToldOutcome>;

/**
 * The one way to write: every write of every feature runs here, and nothing else opens a transaction.
 * The record of a key is looked for first and saved last in the write's own transaction: an outcome
 * and the memory of it are there together or not at all.
 */
export function createRunWrite({ storage, now, monotonicNow, observe }: RunWriteOptions): RunWrite {
  const keys = new KeysUnderWay(TWIN_WAIT_MS);
  const write: RunWrite = (plan) => {
    const { caller, idempotency, isDryRun } = plan.request;
    if (idempotency === null || isDryRun) return writeOnce(storage, plan);
    const id = `${caller}/${idempotency.key}`;
    return keys.run(id, idempotency.fingerprint, () => writeKeyed(storage, plan, now()));
  };
  if (monotonicNow === undefined || observe === undefined) return write;
  return async (plan) => {
    const startedAt = monotonicNow();
    let outcome: 'done' | 'refused' = 'refused';
    try {
      const told = await write(plan);
      outcome = 'done';
      return told;
    } finally {
      observe(outcome, monotonicNow() - startedAt);
    }
  };
}

interface RunWriteOptions {
  storage: Storage;
  now: () => number;
  monotonicNow?: () => number;
  /** Told how each write ended, and how long it took with its wait for the store, in milliseconds. */
  observe?: (outcome: 'done' | 'refused', ms: number) => void;
}

async function writeOnce(storage: Storage, plan: WritePlan): Promise<ToldOutcome> {
  const { request, work, ...hints } = plan;
  const { isDryRun } = request;
  const outcome = await storage.transaction({ ...hints, isDryRun }, work);
  return { ...outcome, isReplayed: false, isDryRun };
}

async function writeKeyed(storage: Storage, plan: WritePlan, now: number): Promise<ToldOutcome> {
  const { request, work, ...hints } = plan;
  const { key, fingerprint } = request.idempotency as NonNullable<WriteRequest['idempotency']>;
  return storage.transaction(hints, async (tx) => {
    const record = await tx.idempotency.find(request.caller, key);
    if (record !== null && record.createdAt > now - KEY_LIFE_MS) {
      requireSame(record.fingerprint, fingerprint);
      return { ...(JSON.parse(record.outcome) as Outcome), isReplayed: true, isDryRun: false };
    }
    const outcome = await work(tx);
    await tx.idempotency.save({
      caller: request.caller,
      key,
      fingerprint,
      outcome: JSON.stringify(outcome),
      createdAt: now,
    });
    return { ...outcome, isReplayed: false, isDryRun: false };
  });
}
