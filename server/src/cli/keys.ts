import { InvalidArgumentError } from 'commander';
import type { Config } from '../config/config.js';
import { type ApiKey, isUsable } from '../domain/api-key.js';
import { toWireInstant } from '../domain/instant.js';
import { SCOPES, type Scope } from '../domain/scopes.js';
import { KeyService } from '../features/keys/key.service.js';
import { servicePartsOn, withStorage } from './with-storage.js';

interface CreateOptions {
  name: string;
  scopes: Scope[];
  /** Milliseconds from now. */
  expires?: number;
  json?: boolean;
}

/** Makes a key and prints it, this once. */
export async function createKey({ name, scopes, expires, json = false }: CreateOptions): Promise<void> {
  const expiresAt = expires === undefined ? null : Date.now() + expires;
  const { key, token } = await withKeys((keys, { apiKeysMax: keysMax }) =>
    keys.create({ name, scopes, expiresAt, keysMax }),
  );
  if (json) console.log(JSON.stringify({ ...shown(key), key: token }));
  else console.log(`${token}\nKeep it now: it is shown this once. ${lineOf(key)}`);
}

/** Lists all keys that were ever made, without their secrets. */
export async function listKeys({ json = false }: { json?: boolean }): Promise<void> {
  const keys = await withKeys((service) => service.list());
  if (json) console.log(JSON.stringify(keys.map(shown)));
  else console.log(keys.length === 0 ? 'No keys were made.' : keys.map(lineOf).join('\n'));
}

/** Revokes a key for good, in every process within a few seconds. */
export async function revokeKey(id: string): Promise<void> {
  console.log(lineOf(await withKeys((keys) => keys.revoke(id))));
}

/** Scopes as they are given: names with commas between them. */
export function scopesOf(text: string): Scope[] {
  const scopes = text.split(',').map((scope) => scope.trim());
  const unknown = scopes.filter((scope) => !SCOPES.includes(scope as Scope));
  if (unknown.length > 0) {
    throw new InvalidArgumentError(
      `There is no scope ${unknown.join(', ')}. There are: ${SCOPES.join(', ')}.`,
    );
  }
  return [...new Set(scopes)] as Scope[];
}

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A time as it is given, `90d`, in milliseconds. */
export function durationOf(text: string): number {
  const [, amount, unit] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  if (amount === undefined) {
    throw new InvalidArgumentError('It must be a whole number and s, m, h or d, as in 90d.');
  }
  return Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

function withKeys<T>(command: (keys: KeyService, config: Config) => Promise<T>): Promise<T> {
  return withStorage((storage, config) => command(new KeyService(servicePartsOn(storage)), config));
}

function shown({ _id, name, scopes, createdAt, expiresAt, revokedAt, lastUsedAt }: ApiKey) {
  const instant = (at: number | null) => (at === null ? null : toWireInstant(at));
  return {
    id: _id,
    name,
    scopes,
    createdAt: toWireInstant(createdAt),
    expiresAt: instant(expiresAt),
    revokedAt: instant(revokedAt),
    lastUsedAt: instant(lastUsedAt),
  };
}

function lineOf(key: ApiKey): string {
  const { id, name, scopes, expiresAt, revokedAt, lastUsedAt } = shown(key);
  const state =
    revokedAt !== null
      ? `revoked ${revokedAt}`
      : isUsable(key, Date.now())
        ? `${expiresAt === null ? 'never expires' : `expires ${expiresAt}`}`
        : `expired ${expiresAt}`;
  return `${id}  ${name}  ${scopes.join(',')}  ${state}  ${lastUsedAt === null ? 'never used' : `last used ${lastUsedAt}`}`;
}
