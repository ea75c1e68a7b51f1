import type { Server } from 'node:http';
import { afterAll, beforeAll } from '@jest/globals';
import request from 'supertest';
import { createApp } from '../../src/app.js';
import type { AccessLine } from '../../src/http/middleware/access-log.js';
import { createHttpServer } from '../../src/http/server.js';
import type { Storage } from '../../src/storage/storage.js';
import { objectIdMaker } from '../../src/utils/object-id.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

export interface TestApp {
  server: Server;
  storage: Storage;
  database: TestDatabase;
  lifecycle: { isStopping: boolean };
  errors: unknown[];
  accessLines: AccessLine[];
  api: ReturnType<typeof request>;
}

interface TestAppOptions {
  now?: () => number;
  conflictStatus?: number;
  bodyLimitBytes?: number;
  /** Stands between the app and its store, for faults. */
  wrap?: (storage: Storage) => Storage;
}

/** The real app on a database of its own, for all tests of a file; its server listens as in production. */
export function useTestApp(options: TestAppOptions = {}): TestApp {
  const app = { lifecycle: { isStopping: false }, errors: [], accessLines: [] } as unknown as TestApp;
  beforeAll(async () => {
    app.database = await createTestDatabase();
    const storage = await app.database.open();
    app.storage = options.wrap?.(storage) ?? storage;
    app.server = createHttpServer(
      createApp({
        storage: app.storage,
        lifecycle: app.lifecycle,
        settings: {
          conflictStatus: options.conflictStatus ?? 409,
          bodyLimitBytes: options.bodyLimitBytes ?? 102_400,
        },
        now: options.now ?? Date.now,
        monotonicNow: () => performance.now(),
        newId: objectIdMaker(Date.now),
        log: {
          access: (line) => void app.accessLines.push(line),
          error: (error) => void app.errors.push(error),
        },
      }),
    );
    await new Promise<void>((resolve) => app.server.listen(0, '127.0.0.1', resolve));
    app.api = request(app.server);
  });
  afterAll(async () => {
    app.server.closeAllConnections();
    await new Promise((resolve) => app.server.close(resolve));
    await app.database.drop();
  });
  return app;
}
