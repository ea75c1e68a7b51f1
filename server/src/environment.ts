import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Config, parseConfig } from './config/config.js';
import { serviceJson } from './features/catalog/catalog.presenter.js';
import { orderPresenter } from './features/orders/order.presenter.js';
import { openStorage } from './storage/open-storage.js';
import type { Storage, StorageLog } from './storage/storage.js';

/** The repository's root: relative paths count from here, wherever a command is started. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The settings from the environment and, where it is, the file `.env` at the root. Error: ConfigError. */
export function readConfig(): Config {
  const file = join(ROOT, '.env');
  if (existsSync(file)) process.loadEnvFile(file); // what the environment has already, it keeps
  return parseConfig(process.env, ROOT);
}

/**
 * Opens the store that the settings name; `migrates` brings a database that another release wrote to this one.
 * Error: AppError `store_unavailable` with what to do.
 */
export function openConfiguredStorage(
  config: Config,
  log: StorageLog,
  { migrates = false } = {},
): Promise<Storage> {
  return openStorage({
    database: config.database,
    migrates,
    busyMs: config.storeBusyMs,
    presenters: { order: orderPresenter, service: serviceJson },
    log,
  });
}
