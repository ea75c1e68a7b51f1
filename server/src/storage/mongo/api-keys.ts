import type { ApiKey } from '../../domain/api-key.js';
import type { Scope } from '../../domain/scopes.js';
import type { ApiKeyReads, ApiKeyWrites } from '../storage.js';
import { range } from './keyset.js';
import type { ApiKeyDocument } from './models/api-key.model.js';
import type { Models } from './models/models.js';
import { type RunQuery, withinSession } from './run-query.js';
import type { Attempt } from './transactions.js';

/** Reading API keys; `query` says how a query gets at the database. */
export class MongoApiKeyReads implements ApiKeyReads {
  readonly #keys: Models['ApiKey'];
  readonly #query: RunQuery;

  constructor(keys: Models['ApiKey'], query: RunQuery) {
    this.#keys = keys;
    this.#query = query;
  }

  list(after: string | null, limit: number): Promise<ApiKey[]> {
    return this.#query.run(async () => {
      const documents = await this.#keys
        .find(after === null ? {} : { _id: range({ $gt: after }) })
        .sort({ _id: 1 })
        .limit(limit)
        .session(this.#query.session)
        .lean<ApiKeyDocument[]>();
      return documents.map(keyOfDocument);
    });
  }
}

/** API keys inside one transaction. */
export class MongoApiKeyWrites extends MongoApiKeyReads implements ApiKeyWrites {
  readonly #keys: Models['ApiKey'];
  readonly #attempt: Attempt;

  constructor(keys: Models['ApiKey'], attempt: Attempt) {
    super(keys, withinSession(attempt.session));
    this.#keys = keys;
    this.#attempt = attempt;
  }

  async put(key: ApiKey): Promise<void> {
    this.#attempt.requireOpen();
    const { _id, ...members } = documentOfKey(key);
    await this.#keys.replaceOne({ _id }, members, { upsert: true, session: this.#attempt.session });
  }

  async noteUse(id: string, at: number): Promise<void> {
    this.#attempt.requireOpen();
    const { session } = this.#attempt;
    await this.#keys.updateOne({ _id: id }, { $set: { lastUsedAt: new Date(at) } }, { session });
  }
}

function keyOfDocument({ _id, name, scopes, secretHash, createdAt, ...times }: ApiKeyDocument): ApiKey {
  return {
    _id,
    name,
    scopes: scopes as Scope[],
    secretHash,
    createdAt: createdAt.getTime(),
    expiresAt: times.expiresAt?.getTime() ?? null,
    revokedAt: times.revokedAt?.getTime() ?? null,
    lastUsedAt: times.lastUsedAt?.getTime() ?? null,
  };
}

/** The document of a key. */
export function documentOfKey({
  scopes,
  createdAt,
  expiresAt,
  revokedAt,
  lastUsedAt,
  ...key
}: ApiKey): ApiKeyDocument {
  const dateOf = (at: number | null) => (at === null ? null : new Date(at));
  return {
    ...key,
    scopes: [...scopes],
    createdAt: new Date(createdAt),
    expiresAt: dateOf(expiresAt),
    revokedAt: dateOf(revokedAt),
    lastUsedAt: dateOf(lastUsedAt),
  };
}
