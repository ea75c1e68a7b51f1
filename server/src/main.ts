import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from './app.js';
import { type Config, ConfigError, isLoopback } from './config/config.js';
import { AppError } from './domain/errors.js';
import { openConfiguredStorage, readConfig } from './environment.js';
import { KeyService } from './features/keys/key.service.js';
import { KeyRing } from './features/keys/key-ring.js';
import { createMetrics } from './features/metrics/metrics.js';
import { createHttpServer } from './http/server.js';
import { createLogger, type Logger } from './logger.js';
import type { Storage } from './storage/storage.js';
import { objectIdMaker } from './utils/object-id.js';
import { createRunWrite, KEY_LIFE_MS } from './writes/run-write.js';

/** How often idempotency records that have had their time are removed, in milliseconds. */
const KEY_SWEEP_MS = 10 * 60_000;
/** How often connections that have had their answer are closed while the server stops, in milliseconds. */
const IDLE_SWEEP_MS = 50;

/** Starts the server as the settings say, and stops it at SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const config = readConfig();
  const logger = await createLogger(config.logLevel);
  const storage = await openConfiguredStorage(config, logger);
  const lifecycle = { isStopping: false };
  const load = { inFlight: 0 };
  const keyRing = keyRingOn(storage, config, logger);
  const app = createApp({
    storage,
    lifecycle,
    gate: keyRing,
    load,
    metrics: createMetrics({ inFlight: () => load.inFlight }),
    settings: config,
    now: Date.now,
    monotonicNow: () => performance.now(),
    random: Math.random,
    newId: objectIdMaker(Date.now),
    log: logger,
  });
  const server = createHttpServer(app, config);
  try {
    await keyRing.start();
    requireClosed(keyRing, config);
    await listen(server, config);
  } catch (error) {
    await storage.close();
    throw error;
  }
  logger.info(`Listening on ${addressOf(server)}.`, {
    address: addressOf(server),
    database: config.database.display,
  });
  if (config.auth === 'off')
    logger.warn('AUTH=off: whoever reaches this address can read and write everything.');
  logger.flush();
  sweepKeys(storage, logger);
  stopOnSignals(() => stop({ server, storage, keyRing, logger, config, lifecycle }));
}

function keyRingOn(storage: Storage, { auth }: Config, logger: Logger): KeyRing {
  const runWrite = createRunWrite({ storage, now: Date.now });
  const keys = new KeyService({ storage, runWrite, now: Date.now });
  return new KeyRing({
    mode: auth,
    keys: storage.apiKeys,
    now: Date.now,
    noteUses: (ids, at) => keys.noteUses(ids, at),
    warn: (message) => logger.warn(message),
  });
}

const NO_KEY =
  'there is no API key yet: make one with `npx roundsman keys create --name NAME --scopes admin`, or set AUTH=required, which lets nobody in until there is one.';

/** Other machines get in with a key, or because that was said. Error: ConfigError. */
function requireClosed(keyRing: KeyRing, { host, auth, trustProxy }: Config): void {
  if (auth !== 'auto' || keyRing.hasKeys) return;
  if (trustProxy !== null) throw new ConfigError(`TRUST_PROXY is set, and ${NO_KEY}`);
  if (isLoopback(host)) return;
  throw new ConfigError(`HOST ${host} can be reached from other machines, and ${NO_KEY}`);
}

/** A sweep that fails is tried again at the next turn. */
function sweepKeys(storage: Storage, logger: Logger): void {
  const sweep = () =>
    storage
      .sweepIdempotency(Date.now() - KEY_LIFE_MS)
      .catch((error: unknown) => logger.warn(`Old idempotency keys were not removed: ${error}`));
  setInterval(sweep, KEY_SWEEP_MS).unref();
}

async function listen(server: Server, { port, host }: Config): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening');
}

function addressOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** The first signal stops gracefully, a second one at once. */
function stopOnSignals(stopGracefully: () => Promise<void>): void {
  let signals = 0;
  const onSignal = () => {
    signals += 1;
    if (signals > 1) process.exit(1);
    void stopGracefully();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

interface Running {
  server: Server;
  storage: Storage;
  keyRing: KeyRing;
  logger: Logger;
  config: Config;
  lifecycle: { isStopping: boolean };
}

/** No new connections, requests under way answered, the store closed. */
async function stop({ server, storage, keyRing, logger, config, lifecycle }: Running): Promise<void> {
  lifecycle.isStopping = true;
  logger.info('Stopping.');
  const closed = once(server, 'close');
  server.close();
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
  const cutOff = setTimeout(() => server.closeAllConnections(), config.shutdownGraceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cutOff);
  await keyRing.stop();
  await storage.close();
  logger.info('Stopped.');
  logger.flush();
  process.exit(0);
}

/** One sentence for whoever starts the server; the stack only where the fault is ours. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof AppError) return error.message;
  const { code, port, address } = error as { code?: string; port?: number; address?: string };
  if (code === 'EADDRINUSE')
    return `Port ${port} on ${address} is in use: stop its user, or set PORT to another.`;
  if (code === 'EACCES')
    return `Port ${port} needs rights that this user has not: set PORT to one above 1023.`;
  if (code === 'EADDRNOTAVAIL') return `This machine has no address ${address}: set HOST to one that it has.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

main().catch((error: unknown) => {
  console.error(explain(error));
  process.exit(1);
});
