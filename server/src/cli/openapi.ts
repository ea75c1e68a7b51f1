import { appRoutes, openApiOf } from '../app.js';
import { createMetrics } from '../features/metrics/metrics.js';
import type { Storage } from '../storage/storage.js';

/** Prints the contract; it needs no store. */
export async function openapi(): Promise<void> {
  const routes = appRoutes({
    storage: { orders: {}, services: {}, calendars: {}, schedules: {} } as Storage, // never read
    lifecycle: { isStopping: false },
    now: Date.now,
    newId: () => '',
    monotonicNow: () => 0,
    metrics: createMetrics({ inFlight: () => 0 }),
    conflictStatus: 409,
  });
  process.stdout.write(openApiOf(routes));
}
