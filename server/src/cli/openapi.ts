import { appRoutes, openApiOf } from '../app.js';
import type { Storage } from '../storage/storage.js';

/** Prints the contract; it needs no store. */
export async function openapi(): Promise<void> {
  const routes = appRoutes({
    storage: {} as Storage,
    lifecycle: { isStopping: false },
    now: Date.now,
    newId: () => '',
    conflictStatus: 409,
  });
  process.stdout.write(openApiOf(routes));
}
