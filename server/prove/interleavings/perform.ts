import { CalendarService } from '../../src/features/calendars/calendar.service.js';
import { LikelyClashes } from '../../src/features/orders/likely-clashes.js';
import { OrderService } from '../../src/features/orders/order.service.js';
import { type BatchOperation, createRunBatch } from '../../src/features/orders/order-batch.js';
import { ERROR_STATUS } from '../../src/http/error-status.js';
import type { Storage } from '../../src/storage/storage.js';
import type { ToldOutcome } from '../../src/writes/outcome.js';
import { createRunWrite } from '../../src/writes/run-write.js';
import type { WriteRequest } from '../../src/writes/write-request.js';
import { NOW, type OrderOperation, type ScenarioWriter } from './scenario.js';

interface Performing {
  storage: Storage;
  /** The process of its own that the request runs in. */
  processName: string;
  /** How long each calendar's window was when the request came. */
  windowOf: (calendar: string) => number;
}

/** Runs a writer's request: the product's services on the storage given. */
export async function perform(
  { operation, key }: ScenarioWriter,
  { storage, processName, windowOf }: Performing,
): Promise<ToldOutcome> {
  const now = () => NOW;
  let made = 0;
  const newId = () => {
    made += 1;
    return `${processName}.${made}`;
  };
  const runWrite = createRunWrite({ storage, now });
  const likelyClashes = new LikelyClashes(storage, new Map());
  const orders = new OrderService({ storage, runWrite, newId, now, likelyClashes });
  const request: WriteRequest = {
    caller: 'prove',
    idempotency: key === undefined ? null : { key, fingerprint: JSON.stringify(operation) },
    isDryRun: false,
    precondition: null,
  };
  switch (operation.op) {
    case 'window': {
      const calendars = new CalendarService({ storage, runWrite, now });
      return calendars.update(request, operation.calendar, { windowMinutes: operation.windowMinutes });
    }
    case 'batch': {
      const runBatch = createRunBatch({ orders, runWrite, now, statusOf: (code) => ERROR_STATUS[code] });
      const operations = operation.operations.map(batchOperation);
      return runBatch(request, { isAtomic: operation.isAtomic, operations });
    }
    case 'create':
      likelyClashes.remember({ _id: '', ...operation }, windowOf(operation.calendar)); // so that it looks first
      return orders.create(request, inputOf(operation));
    case 'move':
      return orders.update(request, operation.order, { input: placeOf(operation), readOnly: {} });
    case 'cancel':
      return orders.cancel(request, operation.order, null);
    case 'restore':
      return orders.restore(request, operation.order);
    case 'delete':
      return orders.delete(request, operation.order);
  }
}

function batchOperation(operation: OrderOperation): BatchOperation {
  if (operation.op === 'create') return { op: 'create', input: inputOf(operation) };
  const target = { id: operation.order, precondition: null };
  switch (operation.op) {
    case 'move':
      return { op: 'update', ...target, change: { input: placeOf(operation), readOnly: {} } };
    case 'cancel':
      return { op: 'cancel', ...target, reason: null };
    default:
      return { op: operation.op, ...target };
  }
}

function inputOf({ calendar, datetime }: { calendar: string; datetime: number }) {
  return { calendar, datetime, totalfeeMinor: 100 };
}

function placeOf({ calendar, datetime }: { calendar?: string; datetime?: number }) {
  return { ...(calendar === undefined ? {} : { calendar }), ...(datetime === undefined ? {} : { datetime }) };
}
