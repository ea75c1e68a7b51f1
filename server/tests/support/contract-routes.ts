import { appRoutes } from '../../src/app.js';
import { createMetrics } from '../../src/features/metrics/metrics.js';
import type { Route } from '../../src/http/route.js';
import { anId } from './orders.js';
import type { TestApp } from './test-app.js';

/** The routes of an app once more, as the contract is made from them. */
export function contractRoutes({ storage, lifecycle }: TestApp): Route[] {
  return appRoutes({
    storage,
    lifecycle,
    now: Date.now,
    monotonicNow: Date.now,
    newId: anId,
    conflictStatus: 409,
    metrics: createMetrics({ inFlight: () => 0 }),
  });
}
