import { AppError, type ErrorCode, type ErrorDetail } from '../../domain/errors.js';
import { isActive, type Order } from '../../domain/order.js';
import type { Place, Tx } from '../../storage/storage.js';
import type { ToldOutcome } from '../../writes/outcome.js';
import type { RunWrite } from '../../writes/run-write.js';
import type { Precondition, WriteRequest } from '../../writes/write-request.js';
import { draftJson } from './order.presenter.js';
import { type NewOrderInput, type OrderService, placesOf } from './order.service.js';
import {
  type Claim,
  cancel,
  create,
  type NewOrder,
  type Operating,
  type OrderChange,
  remove,
  restore,
  update,
} from './order-operations.js';
import { requireCalendar, takePlace } from './take-place.js';

/** One operation of a batch. */
export type BatchOperation =
  | { op: 'create'; input: NewOrderInput }
  | { op: 'update'; id: string; precondition: Precondition | null; change: OrderChange }
  | { op: 'delete' | 'restore'; id: string; precondition: Precondition | null }
  | { op: 'cancel'; id: string; precondition: Precondition | null; reason: string | null };

/** An operation with the order that it is to make, which stays the same where the transaction is repeated. */
type Prepared = Exclude<BatchOperation, { op: 'create' }> | { op: 'create'; draft: NewOrder };

interface OrderBatchOptions {
  orders: OrderService;
  runWrite: RunWrite;
  now: () => number;
  /** The HTTP status that a refusal of this code has. */
  statusOf: (code: ErrorCode) => number;
  /** Told of each operation that the booking rule refused and that was left out of a batch that was done. */
  noteClash?: () => void;
}

export type RunBatch = (request: WriteRequest, batch: Batch) => Promise<ToldOutcome>;

interface Batch {
  /** All or none, and the rule is asked of the outcome; else each is judged in its turn, and what is refused is left out. */
  isAtomic: boolean;
  operations: readonly BatchOperation[];
}

/** Runs batches, each in one transaction. Errors: AppError, as the route documents them. */
export function createRunBatch({ orders, runWrite, now, statusOf, noteClash }: OrderBatchOptions): RunBatch {
  return async (request, { isAtomic, operations }) => {
    const prepared = operations.map(
      (operation): Prepared =>
        operation.op === 'create' ? { op: 'create', draft: orders.draft(operation.input) } : operation,
    );
    let refused: ErrorCode[] = [];
    const told = await runWrite({
      request,
      places: prepared.flatMap(placesTaken),
      numbers: prepared.filter(({ op }) => op === 'create').length,
      work: async (tx) => {
        refused = [];
        const run = { tx, now: now(), isDryRun: request.isDryRun, operations: prepared, refused };
        const results = isAtomic ? await runAtomically(run) : await runOneByOne(run, statusOf);
        const dataJson = `[${results.join(',')}]`;
        return { status: 200, message: 'Batch done.', dataJson, etag: null, location: null };
      },
    });
    if (told.isReplayed) return told; // an attempt before may have been refused, and was undone
    for (const code of refused) if (code === 'booking_clash') noteClash?.();
    return told;
  };
}

interface Run {
  tx: Tx;
  now: number;
  isDryRun: boolean;
  operations: readonly Prepared[];
  /** Why operations were left out, each in its turn. */
  refused: ErrorCode[];
}

/** All or none. The first operation that fails by itself is the answer; then the rule is asked of the outcome. */
async function runAtomically({ tx, now, isDryRun, operations }: Run): Promise<string[]> {
  const claimed = new Map<string, { before: Order | null; first: number; last: number }>();
  const results: string[] = [];
  for (const [index, operation] of operations.entries()) {
    const claim: Claim = async (order, { before }) => {
      await requireCalendar(tx, order.calendar);
      const { first, before: atFirst } = claimed.get(order._id) ?? { first: index, before };
      claimed.set(order._id, { before: atFirst, first, last: index });
    };
    await at(index, async () => results.push(await perform({ tx, now, claim }, operation, isDryRun)));
  }
  const operationOf = new Map([...claimed].map(([id, { last }]) => [id, last]));
  for (const [id, { before, first }] of claimed) {
    const order = await tx.orders.find(id);
    if (order === null || !isActive(order) || (before !== null && standsAsBefore(before, order))) continue;
    await at(first, () => takePlace(tx, order, { asking: null, operationOf }));
  }
  return results;
}

/** Each in its turn: what is refused is left out, and changes nothing. */
async function runOneByOne(
  { tx, now, isDryRun, operations, refused }: Run,
  statusOf: OrderBatchOptions['statusOf'],
): Promise<string[]> {
  const operationOf = new Map<string, number>();
  const results: string[] = [];
  for (const [index, operation] of operations.entries()) {
    const claim: Claim = async (order, { asking }) => {
      await takePlace(tx, order, { asking, operationOf });
      operationOf.set(order._id, index);
    };
    try {
      results.push(await perform({ tx, now, claim }, operation, isDryRun));
    } catch (error) {
      if (!(error instanceof AppError) || statusOf(error.code) >= 500) throw error;
      const { message, code, details, extra } = error;
      refused.push(code);
      const own = { pointer: `/operations/${index}`, code, message };
      const refusal = {
        message,
        code,
        details: details.length === 0 ? [own] : pointed(index, details),
        ...extra,
      };
      results.push(JSON.stringify({ op: operation.op, status: statusOf(code), error: refusal }));
    }
  }
  return results;
}

/** Runs one operation; gives its entry of the answer, as finished JSON. */
async function perform(operating: Operating, operation: Prepared, isDryRun: boolean): Promise<string> {
  const { op } = operation;
  if (op === 'create') {
    const { json, order } = await create(operating, operation.draft);
    return `{"op":"create","status":201,"data":${isDryRun ? draftJson(order) : json}}`;
  }
  const { json } = await performOnOne(operating, operation);
  return `{"op":"${op}","status":200,"data":${json}}`;
}

function performOnOne(operating: Operating, operation: Exclude<Prepared, { op: 'create' }>) {
  switch (operation.op) {
    case 'update':
      return update(operating, operation, operation.change);
    case 'delete':
      return remove(operating, operation);
    case 'cancel':
      return cancel(operating, operation, operation.reason);
    case 'restore':
      return restore(operating, operation);
  }
}

function placesTaken(operation: Prepared): Place[] {
  if (operation.op === 'create') return [operation.draft];
  return operation.op === 'update' ? placesOf(operation.change.input) : [];
}

function standsAsBefore(before: Order, after: Order): boolean {
  return isActive(before) && before.datetime === after.datetime && before.calendar === after.calendar;
}

/** Runs a step of an operation; its refusal says which operation it was. */
async function at(index: number, step: () => Promise<unknown>): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message, details, extra, cause } = error;
    const own: ErrorDetail = { pointer: `/operations/${index}`, code, message };
    throw new AppError(code, `Operation ${index}: ${message}`, {
      details: isOfMembers(code) ? pointed(index, details) : [own],
      extra,
      cause,
    });
  }
}

/** Whether the details of an error name members of the operation's data. */
function isOfMembers(code: ErrorCode): boolean {
  return code === 'unknown_service' || code === 'unknown_calendar' || code === 'validation_failed';
}

function pointed(index: number, details: readonly ErrorDetail[]): ErrorDetail[] {
  return details.map((detail) =>
    'pointer' in detail ? { ...detail, pointer: `/operations/${index}/data${detail.pointer}` } : detail,
  );
}
