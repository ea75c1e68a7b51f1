import express, { type Express } from 'express';
import type { ErrorCode } from './domain/errors.js';
import { calendarRoutes } from './features/calendars/calendar.routes.js';
import { CalendarService } from './features/calendars/calendar.service.js';
import { catalogRoutes } from './features/catalog/catalog.routes.js';
import { CatalogService } from './features/catalog/catalog.service.js';
import { docsRoutes } from './features/docs/docs.routes.js';
import { healthRoutes } from './features/health/health.routes.js';
import { orderRoutes } from './features/orders/order.routes.js';
import { OrderService } from './features/orders/order.service.js';
import { createRunBatch } from './features/orders/order-batch.js';
import { orderBatchRoutes } from './features/orders/order-batch.routes.js';
import { orderClashesRoutes } from './features/orders/order-clashes.routes.js';
import { mountDocsPage } from './http/docs-page.js';
import { errorHandler, routeNotFound } from './http/error-handler.js';
import { statusOf } from './http/error-status.js';
import { type AccessLine, accessLog } from './http/middleware/access-log.js';
import { authorize, type Gate } from './http/middleware/authorize.js';
import { localCallers } from './http/middleware/local-callers.js';
import { type Lifecycle, refuseWhenStopping } from './http/middleware/refuse-when-stopping.js';
import { requestContext } from './http/middleware/request-context.js';
import { requireHost } from './http/middleware/require-host.js';
import { buildOpenApi } from './http/openapi.js';
import { mountRoutes, type Route, type RouteSettings } from './http/route.js';
import type { Storage } from './storage/storage.js';
import { VERSION } from './version.js';
import { createRunWrite } from './writes/run-write.js';

export interface AppOptions {
  storage: Storage;
  lifecycle: Lifecycle;
  gate: Gate;
  settings: RouteSettings & { conflictStatus: number; corsOrigins: readonly string[] };
  /** Milliseconds since 1970. */
  now: () => number;
  /** Milliseconds on a clock that never goes back. */
  monotonicNow: () => number;
  newId: () => string;
  log: {
    access(line: AccessLine): void;
    error(error: unknown, requestId: string): void;
  };
}

/** Builds the Express app from its parts; it does not listen. */
export function createApp(options: AppOptions): Express {
  const { lifecycle, gate, settings, monotonicNow, log } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag'); // ETags come from versions, not from hashing each answer
  app.set('query parser', false); // http/route.ts reads the query

  app.use(requestContext(monotonicNow));
  app.use(accessLog(log.access, monotonicNow));
  app.use(requireHost);
  app.use(localCallers(gate, settings.corsOrigins));
  app.use(refuseWhenStopping(lifecycle));
  mountRoutes(app, appRoutes({ ...options, ...settings }), { ...settings, gate });
  mountDocsPage(app);
  app.use(authorize(gate, null), routeNotFound);
  app.use(errorHandler({ conflictStatus: settings.conflictStatus, logError: log.error }));
  return app;
}

type RouteOptions = Pick<AppOptions, 'storage' | 'lifecycle' | 'now' | 'newId'> & { conflictStatus: number };

/** Every route of the service; Express and the contract are both made from these. */
export function appRoutes(options: RouteOptions): Route[] {
  const { storage, conflictStatus } = options;
  const parts = { ...options, runWrite: createRunWrite(options) };
  const orders = new OrderService(parts);
  const statusOfCode = (code: ErrorCode) => statusOf(code, conflictStatus);
  const routes = [
    ...orderBatchRoutes(createRunBatch({ ...parts, orders, statusOf: statusOfCode })),
    ...orderClashesRoutes(storage),
    ...orderRoutes(orders),
    ...catalogRoutes(new CatalogService(parts)),
    ...calendarRoutes(new CalendarService(parts)),
    ...healthRoutes(options),
  ];
  let openApiJson: string | null = null;
  const docs = docsRoutes(() => {
    openApiJson ??= openApiOf([...routes, ...docs]);
    return openApiJson;
  });
  return [...routes, ...docs];
}

/** The contract as it is served and committed. */
export function openApiOf(routes: readonly Route[]): string {
  return `${JSON.stringify(buildOpenApi(routes, { version: VERSION }), null, 2)}\n`;
}
