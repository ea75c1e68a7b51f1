import { type ApiKey, isUsable } from '../../domain/api-key.js';
import { AppError } from '../../domain/errors.js';
import type { Scope } from '../../domain/scopes.js';
import type { Storage } from '../../storage/storage.js';
import { hashOf, randomText } from '../../utils/secret.js';
import { rowsById } from '../../utils/walk-by-id.js';
import type { RunWrite } from '../../writes/run-write.js';
import { PLAIN_WRITE } from '../../writes/write-request.js';

const PAGE = 1_000;

export interface NewKey {
  name: string;
  scopes: readonly Scope[];
  /** Milliseconds since 1970; null where it never expires. */
  expiresAt: number | null;
  /** How many keys may be usable at one time, with this one. */
  keysMax: number;
}

interface KeyServiceOptions {
  storage: Storage;
  runWrite: RunWrite;
  now: () => number;
}

/** API keys, as the commands make and revoke them. Errors: AppError `not_found`, and the store's. */
export class KeyService {
  readonly #options: KeyServiceOptions;

  constructor(options: KeyServiceOptions) {
    this.#options = options;
  }

  /**
   * Makes a key, and gives it whole, this once: only a hash of its secret is kept.
   * Error: AppError `overloaded` where as many keys can be used as there may be.
   */
  async create({ name, scopes, expiresAt, keysMax }: NewKey): Promise<{ key: ApiKey; token: string }> {
    const now = this.#options.now();
    const usable = (await this.list()).filter((key) => isUsable(key, now)).length;
    if (usable >= keysMax) {
      const message = `There are ${usable} keys that can be used, and API_KEYS_MAX is ${keysMax}: revoke one that is not needed, or raise it.`;
      throw new AppError('overloaded', message);
    }
    const secret = randomText(32, 'base64url');
    const key: ApiKey = {
      _id: randomText(6, 'hex'),
      name,
      scopes,
      secretHash: hashOf(secret).toString('hex'),
      createdAt: now,
      expiresAt,
      revokedAt: null,
      lastUsedAt: null,
    };
    await this.#put(key, 201);
    return { key, token: `rm_${key._id}_${secret}` };
  }

  async list(): Promise<ApiKey[]> {
    const keys: ApiKey[] = [];
    const { apiKeys } = this.#options.storage;
    for await (const key of rowsById<string, ApiKey>((after, limit) => apiKeys.list(after, limit), PAGE))
      keys.push(key);
    return keys;
  }

  /** Revokes a key for good; one that is revoked already stays as it is. */
  async revoke(id: string): Promise<ApiKey> {
    const key = (await this.list()).find(({ _id }) => _id === id);
    if (key === undefined) throw new AppError('not_found', `There is no key ${id}.`);
    if (key.revokedAt !== null) return key;
    const revoked = { ...key, revokedAt: this.#options.now() };
    await this.#put(revoked, 200);
    return revoked;
  }

  /** Notes that keys were used; for people who look for those that are not. */
  async noteUses(ids: Iterable<string>, at: number): Promise<void> {
    await this.#options.runWrite({
      request: PLAIN_WRITE,
      places: [],
      work: async (tx) => {
        for (const id of ids) await tx.apiKeys.noteUse(id, at);
        return { status: 200, message: 'Uses noted.', dataJson: '{}', etag: null, location: null };
      },
    });
  }

  async #put(key: ApiKey, status: 200 | 201): Promise<void> {
    await this.#options.runWrite({
      request: PLAIN_WRITE,
      places: [],
      work: async (tx) => {
        await tx.apiKeys.put(key);
        return { status, message: 'Key stored.', dataJson: '{}', etag: null, location: null };
      },
    });
  }
}
