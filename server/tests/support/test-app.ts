import type { Server } from 'node:http';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { appRoutes, createApp, openApiOf } from '../../src/app.js';
import { createMetrics } from '../../src/features/metrics/metrics.js';
import type { AccessLine } from '../../src/http/middleware/access-log.js';
import type { Gate } from '../../src/http/middleware/authorize.js';
import { createHttpServer } from '../../src/http/server.js';
import type { Storage } from '../../src/storage/storage.js';
import { objectIdMaker } from '../../src/utils/object-id.js';
import { ContractChecker, type Exchange } from './contract-checker.js';
import { type Api, checkedApi, type PlainAnswer, type PlainRequest, sendPlain } from './http.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

export interface TestApp {
  server: Server;
  storage: Storage;
  database: TestDatabase;
  lifecycle: { isStopping: boolean };
  errors: unknown[];
  accessLines: AccessLine[];
  api: Api;
  /** Sends a request that Supertest would tidy up. */
  send(request: PlainRequest): Promise<PlainAnswer>;
  /** Holds an answer that came some other way against the contract. */
  check(exchange: Exchange): void;
}

/** As it is before the first key was made. */
const OPEN: Gate = { needsKey: () => false, isForLocalCallers: () => true, callerOf: () => null };

interface TestAppOptions {
  now?: () => number;
  conflictStatus?: number;
  bodyLimitBytes?: number;
  pageSizeMax?: number;
  batchOperationsMax?: number;
  requireIfMatch?: boolean;
  corsOrigins?: string[];
  rateLimitPerMinute?: number;
  maxInFlight?: number;
  trustProxy?: number | string;
  /** Who may call; everybody of this machine if not given. */
  gate?: Gate;
  /** Stands between the app and its store, for faults. */
  wrap?: (storage: Storage) => Storage;
}

/**
 * The real app on a database of its own, for all tests of a file; its server listens as in production.
 * Every answer is held against the OpenAPI document: a test fails if one of its answers is not as documented.
 */
export function useTestApp(options: TestAppOptions = {}): TestApp {
  const app = { lifecycle: { isStopping: false }, errors: [], accessLines: [] } as unknown as TestApp;
  const violations: string[] = [];
  const conflictStatus = options.conflictStatus ?? 409;
  beforeAll(async () => {
    app.database = await createTestDatabase();
    const storage = await app.database.open();
    app.storage = options.wrap?.(storage) ?? storage;
    const load = { inFlight: 0 };
    const parts = {
      storage: app.storage,
      lifecycle: app.lifecycle,
      gate: options.gate ?? OPEN,
      load,
      metrics: createMetrics({ inFlight: () => load.inFlight }),
      random: Math.random,
      settings: {
        conflictStatus,
        bodyLimitBytes: options.bodyLimitBytes ?? 102_400,
        batchBodyLimitBytes: 1_048_576,
        pageSizeMax: options.pageSizeMax ?? 1_000,
        batchOperationsMax: options.batchOperationsMax ?? 100,
        requireIfMatch: options.requireIfMatch ?? false,
        corsOrigins: options.corsOrigins ?? [],
        rateLimitPerMinute: options.rateLimitPerMinute ?? 0,
        maxInFlight: options.maxInFlight ?? 1_000,
        trustProxy: options.trustProxy ?? null,
      },
      now: options.now ?? Date.now,
      monotonicNow: () => performance.now(),
      newId: objectIdMaker(Date.now),
      log: {
        access: (line: AccessLine) => void app.accessLines.push(line),
        error: (error: unknown) => void app.errors.push(error),
      },
    };
    const checker = new ContractChecker(JSON.parse(openApiOf(appRoutes({ ...parts, conflictStatus }))), {
      conflictStatus,
    });
    app.check = (exchange) => {
      try {
        violations.push(...checker.violations(exchange));
      } catch (error) {
        violations.push(`the document cannot be used: ${error}`); // thrown into Supertest it would be lost
      }
    };
    app.server = createHttpServer(createApp(parts), { headersTimeoutMs: 10_000, requestTimeoutMs: 30_000 });
    await new Promise<void>((resolve) => app.server.listen(0, '127.0.0.1', resolve));
    app.api = checkedApi(app.server, app.check);
    app.send = async (request) => {
      const answer = await sendPlain(app.server, request);
      app.check({ ...answer, method: request.method, path: request.path });
      return answer;
    };
  });
  afterEach(() => {
    expect(violations.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    app.server.closeAllConnections();
    await new Promise((resolve) => app.server.close(resolve));
    await app.database.drop();
  });
  return app;
}
