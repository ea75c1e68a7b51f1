import cors from 'cors';
import express, { type Express, type RequestHandler } from 'express';
import type { ErrorCode } from './domain/errors.js';
import { calendarRoutes } from './features/calendars/calendar.routes.js';
import { CalendarService } from './features/calendars/calendar.service.js';
import { catalogRoutes } from './features/catalog/catalog.routes.js';
import { CatalogService } from './features/catalog/catalog.service.js';
import { docsRoutes } from './features/docs/docs.routes.js';
import { healthRoutes } from './features/health/health.routes.js';
import type { Metrics } from './features/metrics/metrics.js';
import { metricsRoutes } from './features/metrics/metrics.routes.js';
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
import { rateLimit } from './http/middleware/rate-limit.js';
import { type Lifecycle, refuseWhenStopping } from './http/middleware/refuse-when-stopping.js';
import { requestContext } from './http/middleware/request-context.js';
import { requireHost } from './http/middleware/require-host.js';
import { type Load, shedLoad } from './http/middleware/shed-load.js';
import { buildOpenApi } from './http/openapi.js';
import { type Access, mountRoutes, type Route, type RouteSettings } from './http/route.js';
import { STATIC_HEADERS } from './http/static-headers.js';
import type { Storage } from './storage/storage.js';
import { timedReads } from './storage/timed-reads.js';
import { VERSION } from './version.js';
import { createRunWrite } from './writes/run-write.js';

export interface AppSettings extends RouteSettings {
  conflictStatus: number;
  corsOrigins: readonly string[];
  /** 0: no limit. */
  rateLimitPerMinute: number;
  maxInFlight: number;
  /** How many proxies stand before the server, or their addresses; null for none. */
  trustProxy: number | string | null;
}

export interface AppOptions {
  storage: Storage;
  lifecycle: Lifecycle;
  gate: Gate;
  /** How much is under way: written here, read by the metrics. */
  load: Load;
  metrics: Metrics;
  settings: AppSettings;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Milliseconds on a clock that never goes back. */
  monotonicNow: () => number;
  newId: () => string;
  /** A number from 0 to 1. */
  random: () => number;
  log: {
    access(line: AccessLine): void;
    error(error: unknown, requestId: string): void;
  };
}

/** Builds the Express app from its parts; it does not listen. */
export function createApp(options: AppOptions): Express {
  const { lifecycle, gate, load, metrics, settings, monotonicNow, random, log } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag'); // ETags come from versions, not from hashing each answer
  app.set('query parser', false); // http/route.ts reads the query
  if (settings.trustProxy !== null) app.set('trust proxy', settings.trustProxy);

  app.use(requestContext(monotonicNow));
  app.use(
    accessLog((line) => {
      log.access(line);
      metrics.noteRequest(line);
    }, monotonicNow),
  );
  if (settings.corsOrigins.length > 0) app.use(crossOrigin(settings.corsOrigins));
  app.use(requireHost);
  app.use(localCallers(gate, settings.corsOrigins));
  app.use(refuseWhenStopping(lifecycle));
  app.use(shedLoad({ maxInFlight: settings.maxInFlight, random }, load));
  const access = accessTo(gate, settings.rateLimitPerMinute);
  mountRoutes(app, appRoutes({ ...options, ...settings }), settings, access);
  mountDocsPage(app);
  app.use(...access(null), routeNotFound);
  app.use(
    errorHandler({
      conflictStatus: settings.conflictStatus,
      logError: log.error,
      noteError: (code) => code === 'booking_clash' && metrics.noteClash(),
    }),
  );
  return app;
}

/** Counts what is refused too: who has no valid key is an address. */
function limited(authorizes: RequestHandler, limit: RequestHandler): RequestHandler {
  return (req, res, next) => {
    authorizes(req, res, (refusal?: unknown) => {
      if (refusal === undefined) return next();
      limit(req, res, (exceeded?: unknown) => next(exceeded ?? refusal));
    });
  };
}

/** What is asked of a caller before its body is read: a key with the scope, and that it has not had its share. */
function accessTo(gate: Gate, rateLimitPerMinute: number): Access {
  if (rateLimitPerMinute === 0) return (scope) => [authorize(gate, scope)];
  const limit = rateLimit(rateLimitPerMinute);
  return (scope) => [limited(authorize(gate, scope), limit), limit];
}

/** Preflight requests, which it answers itself, and the headers by which a listed origin may read answers. */
function crossOrigin(origins: readonly string[]): RequestHandler {
  const handle = cors(corsOptions(origins));
  return (req, res, next) => {
    const isPreflight = req.headers['access-control-request-method'] !== undefined;
    if (req.method === 'OPTIONS' && !isPreflight) return next();
    if (req.method === 'OPTIONS')
      res.setHeaders(new Map([['X-Request-Id', req.requestId], ...Object.entries(STATIC_HEADERS)]));
    handle(req, res, next);
  };
}

/** What a web page of a listed origin may send and read. */
function corsOptions(origins: readonly string[]): cors.CorsOptions {
  return {
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'If-Match',
      'If-None-Match',
      'X-Request-Id',
    ],
    exposedHeaders: [
      'ETag',
      'Idempotent-Replayed',
      'Link',
      'Location',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'X-Request-Id',
    ],
    maxAge: 600,
  };
}

type RouteOptions = Pick<
  AppOptions,
  'storage' | 'lifecycle' | 'metrics' | 'now' | 'monotonicNow' | 'newId'
> & {
  conflictStatus: number;
};

/** Every route of the service; Express and the contract are both made from these. */
export function appRoutes(options: RouteOptions): Route[] {
  const { conflictStatus, metrics, monotonicNow } = options;
  const runWrite = createRunWrite({ ...options, observe: metrics.noteTransaction });
  const storage = timedReads(options.storage, { monotonicNow, note: metrics.noteRead });
  const parts = { ...options, storage, runWrite };
  const orders = new OrderService(parts);
  const statusOfCode = (code: ErrorCode) => statusOf(code, conflictStatus);
  const routes = [
    ...orderBatchRoutes(
      createRunBatch({ ...parts, orders, statusOf: statusOfCode, noteClash: metrics.noteClash }),
    ),
    ...orderClashesRoutes(storage),
    ...orderRoutes(orders),
    ...catalogRoutes(new CatalogService(parts)),
    ...calendarRoutes(new CalendarService(parts)),
    ...metricsRoutes(metrics),
    ...healthRoutes(options),
  ];
  let openApiJson: string | null = null;
  const docs = docsRoutes(() => {
    openApiJson ??= openApiOf([...routes, ...docs]);
    return openApiJson;
  }, statusOfCode);
  return [...routes, ...docs];
}

/** The contract as it is served and committed. */
export function openApiOf(routes: readonly Route[]): string {
  return `${JSON.stringify(buildOpenApi(routes, { version: VERSION }), null, 2)}\n`;
}
