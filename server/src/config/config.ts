import { isIP, isIPv4 } from 'node:net';
import * as z from 'zod';
import { type DatabaseLocation, DatabaseUrlError, parseDatabaseUrl } from './database.js';

const DEFAULT_DATABASE_URL = 'file:./data/roundsman.db';

function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, { error: message })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error: message });
}

function flag() {
  return z.enum(['true', 'false'], { error: 'must be true or false' }).transform((value) => value === 'true');
}

function isHost(host: string): boolean {
  return isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0 || /^[\w-]+(\.[\w-]+)*$/.test(host);
}

/** Whether a text is an origin as browsers send it (RFC 6454, 6.2). */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
}

function isProxyList(text: string): boolean {
  const isRange = (part: string) => {
    const [address = '', bits = '0'] = part.trim().split('/');
    const bitsMax = isIPv4(address) ? 32 : 128;
    return isIP(address) !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax;
  };
  return /^[1-9]\d?$/.test(text) || text.split(',').every(isRange);
}

/** Whether only this machine can reach an address (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3). */
export function isLoopback(host: string): boolean {
  return ['localhost', '::1', '[::1]'].includes(host) || (isIPv4(host) && host.startsWith('127.'));
}

/** Every setting, its default (as it would stand in the environment) and what it does; the README's table is made from it. */
export const SETTINGS = {
  PORT: wholeNumber(0, 65_535).default(7000).meta({ description: 'The port; 0 takes a free one' }),
  HOST: z
    .string()
    .refine(isHost, { error: 'must be an address or a name of this machine, as in 127.0.0.1 or 0.0.0.0' })
    .default('127.0.0.1')
    .meta({ description: 'The address; others than loopback need an API key first, or `AUTH`' }),
  DATABASE_URL: z.string().default(DEFAULT_DATABASE_URL).meta({
    description:
      "The database: `file:` and a path (a relative one counts from the repository's root), or `mongodb://…`, `mongodb+srv://…`",
  }),
  CONFLICT_STATUS: z
    .enum(['409', '400'], { error: 'must be 409 or 400' })
    .transform(Number)
    .default(409)
    .meta({ description: 'The status of a clash; 400 is for clients of the original' }),
  AUTH: z.enum(['auto', 'required', 'off'], { error: 'must be auto, required or off' }).default('auto').meta({
    description:
      'Who may call: `auto` takes local callers until the first API key is made, then only keys; `required` only keys; `off` everybody, for a closed network',
  }),
  CORS_ORIGINS: z
    .string()
    .transform((text) => text.split(',').map((origin) => origin.trim()))
    .refine((origins) => origins.every(isOrigin), {
      error: 'must be origins with commas between them, as in https://office.example.com',
    })
    .default([])
    .meta({ description: "Web pages' origins that may call from a browser; none if empty" }),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], {
      error: 'must be debug, info, warn, error or silent',
    })
    .default('info')
    .meta({ description: 'The least that is logged; info has a line for every request' }),
  BODY_LIMIT_BYTES: wholeNumber(1_024, 104_857_600)
    .default(102_400)
    .meta({ description: 'The largest body of a request, unpacked' }),
  BATCH_BODY_LIMIT_BYTES: wholeNumber(1_024, 104_857_600)
    .default(1_048_576)
    .meta({ description: 'The largest body of a batch, unpacked' }),
  PAGE_SIZE_MAX: wholeNumber(100, 1_000).default(1_000).meta({ description: 'The most entries of a page' }),
  BATCH_OPERATIONS_MAX: wholeNumber(1, 100)
    .default(100)
    .meta({ description: 'The most operations of a batch' }),
  API_KEYS_MAX: wholeNumber(1, 1_000_000)
    .default(10_000)
    .meta({ description: 'The most API keys that can be used at one time' }),
  REQUIRE_IF_MATCH: flag()
    .default(false)
    .meta({ description: 'Whether changes must say with If-Match which version they change' }),
  RATE_LIMIT_PER_MINUTE: wholeNumber(0, 1_000_000).default(0).meta({
    description: 'How many requests a minute a key may send, or an address without one; 0 is no limit',
  }),
  MAX_IN_FLIGHT: wholeNumber(1, 100_000)
    .default(1_000)
    .meta({ description: 'How many requests may be under way; a few more wait a moment, the rest get 503' }),
  HEADERS_TIMEOUT_MS: wholeNumber(1_000, 600_000)
    .default(10_000)
    .meta({ description: "How long a client may take to send a request's head" }),
  REQUEST_TIMEOUT_MS: wholeNumber(1_000, 600_000)
    .default(30_000)
    .meta({ description: 'How long a client may take to send a whole request' }),
  TRUST_PROXY: z
    .string()
    .refine(isProxyList, {
      error: 'must be how many proxies stand before the server, or their addresses with commas between them',
    })
    .transform((text) => (/^\d+$/.test(text) ? Number(text) : text))
    .nullable()
    .default(null)
    .meta({
      description:
        'How many proxies stand before the server, or their addresses: then X-Forwarded-For says whose address it is, for the rate limit',
    }),
  STORE_BUSY_MS: wholeNumber(1, 600_000).default(5_000).meta({
    description:
      'How long a write may wait for others, of this process or another, before it is refused with 503',
  }),
  SHUTDOWN_GRACE_MS: wholeNumber(0, 600_000)
    .default(25_000)
    .meta({ description: 'How long requests under way may take when the server stops' }),
} as const;

const Environment = z.object(SETTINGS);

/** The settings, checked. */
export interface Config {
  port: number;
  host: string;
  database: DatabaseLocation;
  conflictStatus: number;
  auth: 'auto' | 'required' | 'off';
  corsOrigins: readonly string[];
  logLevel: string;
  bodyLimitBytes: number;
  batchBodyLimitBytes: number;
  pageSizeMax: number;
  batchOperationsMax: number;
  apiKeysMax: number;
  requireIfMatch: boolean;
  rateLimitPerMinute: number;
  maxInFlight: number;
  headersTimeoutMs: number;
  requestTimeoutMs: number;
  trustProxy: number | string | null;
  storeBusyMs: number;
  shutdownGraceMs: number;
}

/** Everything that is wrong with the settings, one sentence a line. */
export class ConfigError extends Error {}

/**
 * Reads the settings from an environment; relative paths count from `root`. An empty value counts as none.
 * Error: ConfigError with every fault.
 */
export function parseConfig(env: Readonly<Record<string, string | undefined>>, root: string): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = Environment.safeParse(given);
  const faults = result.success
    ? []
    : result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}.`);
  const database = readDatabase(given.DATABASE_URL ?? DEFAULT_DATABASE_URL, root, faults);
  if (!result.success || database === null) throw new ConfigError(faults.join('\n'));
  const settings = result.data;
  return Object.freeze({
    port: settings.PORT,
    host: settings.HOST.replace(/^\[(.*)\]$/, '$1'),
    database,
    conflictStatus: settings.CONFLICT_STATUS,
    auth: settings.AUTH,
    corsOrigins: settings.CORS_ORIGINS,
    logLevel: settings.LOG_LEVEL,
    bodyLimitBytes: settings.BODY_LIMIT_BYTES,
    batchBodyLimitBytes: settings.BATCH_BODY_LIMIT_BYTES,
    pageSizeMax: settings.PAGE_SIZE_MAX,
    batchOperationsMax: settings.BATCH_OPERATIONS_MAX,
    apiKeysMax: settings.API_KEYS_MAX,
    requireIfMatch: settings.REQUIRE_IF_MATCH,
    rateLimitPerMinute: settings.RATE_LIMIT_PER_MINUTE,
    maxInFlight: settings.MAX_IN_FLIGHT,
    headersTimeoutMs: settings.HEADERS_TIMEOUT_MS,
    requestTimeoutMs: settings.REQUEST_TIMEOUT_MS,
    trustProxy: settings.TRUST_PROXY,
    storeBusyMs: settings.STORE_BUSY_MS,
    shutdownGraceMs: settings.SHUTDOWN_GRACE_MS,
  });
}

function readDatabase(url: string, root: string, faults: string[]): DatabaseLocation | null {
  try {
    return parseDatabaseUrl(url, root);
  } catch (error) {
    if (!(error instanceof DatabaseUrlError)) throw error;
    faults.push(`DATABASE_URL ${error.message}.`);
    return null;
  }
}
