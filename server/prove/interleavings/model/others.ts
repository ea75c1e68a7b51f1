import type { ApiKey } from '../../../src/domain/api-key.js';
import { AppError } from '../../../src/domain/errors.js';
import type { OfferedService } from '../../../src/domain/offered-service.js';
import type {
  ApiKeyReads,
  ApiKeyWrites,
  IdempotencyRecord,
  IdempotencyWrites,
  Page,
  ServiceListQuery,
  ServiceReads,
  ServiceWrites,
} from '../../../src/storage/storage.js';
import { Duplicate } from './database.js';
import { look, operate, type Process, type Scope } from './process.js';
import { listServices, type View } from './reads.js';

/** Reading the catalog. */
export class ModelServiceReads implements ServiceReads {
  readonly #process: Process;
  readonly #view: View;

  constructor(process: Process, view: View) {
    this.#process = process;
    this.#view = view;
  }

  find(id: string): Promise<OfferedService | null> {
    const find = () => {
      const service = this.#view.read('services', id);
      if (service === null || service.deletedAt !== null) return null;
      const { deletedAt, ...offered } = service;
      return offered;
    };
    return look(this.#process, this.#view, [`find service ${id}`, find]);
  }

  findOffered(ids: readonly string[]): Promise<Set<string>> {
    const isOffered = (id: string) => this.#view.read('services', id)?.deletedAt === null;
    return look(this.#process, this.#view, ['find offered services', () => new Set(ids.filter(isOffered))]);
  }

  list(query: ServiceListQuery): Promise<Page<string>> {
    return operate(this.#process, 'list services', () =>
      listServices(this.#view, query, this.#process.presenters.service),
    );
  }
}

/** The catalog inside one transaction. */
export class ModelServiceWrites extends ModelServiceReads implements ServiceWrites {
  readonly #scope: Scope;

  constructor(scope: Scope) {
    super(scope.process, scope.transaction);
    this.#scope = scope;
  }

  async insert(service: OfferedService): Promise<void> {
    const { process, transaction } = this.#scope;
    await operate(process, `insert service ${service._id}`, () => {
      try {
        transaction.insert('services', service._id, { ...service, deletedAt: null });
      } catch (error) {
        if (!(error instanceof Duplicate)) throw error;
        throw new AppError('already_exists', `There is, or was, a service ${service._id}.`);
      }
    });
  }

  replace(service: OfferedService): Promise<void> {
    return this.#change(service._id, 'write', () => ({ ...service, deletedAt: null }));
  }

  delete(id: string, deletedAt: number): Promise<void> {
    return this.#change(id, 'delete', (service) => ({ ...service, deletedAt }));
  }

  async #change(
    id: string,
    what: string,
    change: (service: OfferedService) => OfferedService & { deletedAt: number | null },
  ): Promise<void> {
    const { process, transaction } = this.#scope;
    await operate(process, `${what} service ${id}`, () => {
      const service = transaction.read('services', id);
      if (service === null || service.deletedAt !== null) return;
      transaction.update('services', id, change(service));
    });
  }
}

/** Idempotency records inside one transaction. */
export class ModelIdempotencyWrites implements IdempotencyWrites {
  readonly #scope: Scope;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  find(caller: string, key: string): Promise<IdempotencyRecord | null> {
    const { process, transaction } = this.#scope;
    const id = `${caller}/${key}`;
    return look(process, transaction, [`find record ${id}`, () => transaction.read('idempotency', id)]);
  }

  async save(record: IdempotencyRecord): Promise<void> {
    const { process, transaction } = this.#scope;
    const id = `${record.caller}/${record.key}`;
    await operate(process, `save record ${id}`, () => {
      if (process.database.plants.has('record not saved')) return;
      if (transaction.read('idempotency', id) === null) transaction.insert('idempotency', id, record);
      else transaction.update('idempotency', id, record);
    });
  }
}

/** Reading API keys. */
export class ModelApiKeyReads implements ApiKeyReads {
  readonly #process: Process;
  readonly #view: View;

  constructor(process: Process, view: View) {
    this.#process = process;
    this.#view = view;
  }

  list(after: string | null, limit: number): Promise<ApiKey[]> {
    return operate(this.#process, 'list keys', () =>
      this.#view
        .all('apiKeys')
        .filter(({ _id }) => after === null || _id > after)
        .sort((a, b) => (a._id < b._id ? -1 : 1))
        .slice(0, limit),
    );
  }
}

/** API keys inside one transaction. */
export class ModelApiKeyWrites extends ModelApiKeyReads implements ApiKeyWrites {
  readonly #scope: Scope;

  constructor(scope: Scope) {
    super(scope.process, scope.transaction);
    this.#scope = scope;
  }

  async put(key: ApiKey): Promise<void> {
    const { process, transaction } = this.#scope;
    await operate(process, `put key ${key._id}`, () => {
      if (transaction.read('apiKeys', key._id) === null) transaction.insert('apiKeys', key._id, key);
      else transaction.update('apiKeys', key._id, key);
    });
  }

  async noteUse(id: string, at: number): Promise<void> {
    const { process, transaction } = this.#scope;
    await operate(process, `note use of key ${id}`, () => {
      const key = transaction.read('apiKeys', id);
      if (key !== null) transaction.update('apiKeys', id, { ...key, lastUsedAt: at });
    });
  }
}
