import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Config, parseConfig } from './config/config.js';
import { type DatabaseLocation, parseDatabaseUrl } from './config/database.js';
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

/** Where an address leads that was given by hand, in the form of DATABASE_URL. Error: DatabaseUrlError. */
export function locateDatabase(url: string): DatabaseLocation {
  return parseDatabaseUrl(url, ROOT);
}

export interface StorageOptions {
  /** Brings a database that another release wrote to this one. */
  migrates?: boolean;
  /** Another store than the one that the settings name. */
  database?: DatabaseLocation;
  /** Opens it as the unfinished copy of that store (open-storage.ts). */
  copyOf?: string;
  /** Opens only what is there and of this release (open-storage.ts). */
  isLookOnly?: boolean;
}

/** Opens the store that the settings name. Error: AppError `store_unavailable` with what to do. */
export function openConfiguredStorage(
  config: Config,
  log: StorageLog,
  { migrates = false, database = config.database, copyOf, isLookOnly = false }: StorageOptions = {},
): Promise<Storage> {
  return openStorage({
    database,
    migrates,
    copyOf: copyOf ?? null,
    isLookOnly,
    busyMs: config.storeBusyMs,
    presenters: { order: orderPresenter, service: serviceJson },
    log,
  });
}
