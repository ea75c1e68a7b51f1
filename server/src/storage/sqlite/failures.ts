import { AppError } from '../../domain/errors.js';
import { isSqlFailure } from './connection.js';

/** AppError `store_unavailable`: nothing was done, and the same request may succeed later. */
export function unavailable(message: string, cause?: unknown): AppError {
  return new AppError('store_unavailable', message, { cause });
}

/** `store_unavailable` for a write that the disk or another process prevented. */
export function cannotWrite(cause: unknown): AppError {
  return unavailable('The store cannot write at the moment; nothing was done.', cause);
}

/** Whether an error is the disk's or another process's doing, not the caller's. */
export function isPassingFailure(error: unknown): boolean {
  return (['busy', 'full', 'ioError', 'readOnly'] as const).some((kind) => isSqlFailure(error, kind));
}
