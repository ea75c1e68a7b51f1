import { mongo } from 'mongoose';
import { AppError } from '../../domain/errors.js';

const { MongoError, MongoNetworkError, MongoServerError } = mongo;

/** What the server calls the failures that are asked for here. */
const CODES = {
  writeConflict: 112,
  duplicateKey: 11_000,
  unauthorized: 13,
  authenticationFailed: 18,
} as const;

/** The driver's label of failures after which a transaction may begin again. */
const BEGIN_AGAIN = 'TransientTransactionError';

/**
 * Codes of the server that are its or the cluster's state, not the request's fault: no primary, an
 * election, a password taken no more, a time-out, a shutdown, a conflict, a transaction that is gone, a full disk.
 */
const PASSING_CODES = new Set([
  6, 7, 18, 24, 50, 64, 73, 79, 89, 91, 100, 112, 133, 134, 175, 189, 202, 225, 239, 246, 251, 256, 262, 290,
  317, 358, 384, 402, 9001, 10_107, 11_600, 11_602, 13_388, 13_435, 13_436, 14_031, 39_988,
]);

/** Failures of the driver that are the network's or the server's doing. */
const PASSING_NAMES = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongoWaitQueueTimeoutError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoClientClosedError',
  'PoolClearedOnNetworkError',
  'MongoTopologyClosedError',
  'MongoNotConnectedError',
  'MongoServerClosedError',
  'MongoOperationTimeoutError',
  'MongooseServerSelectionError',
]);

/** Failures of the socket that the driver lets through as Node gives them. */
const SOCKET_CODES = new Set([
  'ECONNRESET',
  'EPIPE',
  'ECONNREFUSED',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** AppError `store_unavailable`: nothing was done, and the same request may succeed later. */
export function unavailable(message: string, cause?: unknown): AppError {
  return new AppError('store_unavailable', message, { cause });
}

/** AppError `outcome_unknown`: a commit was sent and no answer to it came. */
export function outcomeUnknown(cause?: unknown): AppError {
  return new AppError(
    'outcome_unknown',
    'The write may or may not have happened: read before you repeat it.',
    {
      cause,
    },
  );
}

/** Whether the server names this failure. */
export function isServerFailure(error: unknown, kind: keyof typeof CODES): boolean {
  return error instanceof MongoServerError && error.code === CODES[kind];
}

/** Whether a commit certainly did not happen, though it was sent. */
export function isTransient(error: unknown): boolean {
  return error instanceof MongoError && error.hasErrorLabel(BEGIN_AGAIN);
}

/**
 * A failure of the network inside a transaction, marked as one after which it begins again. The driver marks
 * those of a command on its way, and forgets those of a command that finds no connection to go by.
 */
export function markNetworkFailure(error: unknown): void {
  if (error instanceof MongoNetworkError) error.addErrorLabel(BEGIN_AGAIN);
}

/** A failure of the kind named, marked as one after which the transaction begins again; others as they are. */
export function repeatable(error: unknown, kind: keyof typeof CODES): unknown {
  if (isServerFailure(error, kind)) (error as mongo.MongoServerError).addErrorLabel(BEGIN_AGAIN);
  return error;
}

/** Whether an error is the network's, the server's or another writer's doing, not the caller's. */
export function isPassingFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (PASSING_NAMES.has(error.name) || isTransient(error)) return true;
  if (SOCKET_CODES.has(String((error as { code?: unknown }).code))) return true;
  return error instanceof MongoServerError && PASSING_CODES.has(Number(error.code));
}
