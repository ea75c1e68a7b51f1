import type * as z from 'zod';
import { AppError, type ErrorDetail } from '../../domain/errors.js';
import type { DataAnswer } from '../../http/answer.js';
import type { RouteRequest } from '../../http/route.js';
import { toldAnswer } from '../../http/told-answer.js';
import type { WriteParts } from '../../http/write-parameters.js';
import { changeOf, newOrderOf } from './order.controller.js';
import type { BatchOperation, RunBatch } from './order-batch.js';
import type { BatchBody } from './order-batch.schemas.js';

type Body = z.output<typeof BatchBody>;
type Operation = Body['operations'][number];

/** From a request to a batch, and from its outcome to an answer. */
export function batchController(runBatch: RunBatch) {
  return async ({
    body,
    write,
  }: RouteRequest<undefined, undefined, Body, WriteParts>): Promise<DataAnswer> => {
    if (write.needsPrecondition) requireVersions(body.operations);
    const operations = body.operations.map(operationOf);
    return toldAnswer(await runBatch(write, { isAtomic: body.atomic, operations }));
  };
}

function operationOf(operation: Operation): BatchOperation {
  if (operation.op === 'create') return { op: 'create', input: newOrderOf(operation.data) };
  const { id, ifMatch } = operation;
  const target = {
    id,
    precondition: ifMatch === undefined ? null : { kind: 'version' as const, version: ifMatch },
  };
  switch (operation.op) {
    case 'update':
      return { op: 'update', ...target, change: changeOf(operation.data) };
    case 'cancel':
      return { op: 'cancel', ...target, reason: operation.reason ?? null };
    default:
      return { op: operation.op, ...target };
  }
}

/** Error: AppError `precondition_required`, an entry for each operation that names no version. */
function requireVersions(operations: readonly Operation[]): void {
  const details: ErrorDetail[] = operations.flatMap((operation, index) =>
    operation.op === 'create' || operation.ifMatch !== undefined
      ? []
      : [
          {
            pointer: `/operations/${index}/ifMatch`,
            code: 'required',
            message: `operations.${index}.ifMatch is missing: send the version that the order has.`,
          },
        ],
  );
  if (details.length === 0) return;
  throw new AppError('precondition_required', details.map(({ message }) => message).join(' '), { details });
}
