import { AppError } from '../../domain/errors.js';
import type { OfferedService } from '../../domain/offered-service.js';
import type { Page, Presented, ServiceListQuery, ServiceReads, Storage } from '../../storage/storage.js';
import { requireUnchanged } from '../../writes/require-unchanged.js';
import { runWrite } from '../../writes/run-write.js';
import { presentService, serviceOnWire } from './catalog.presenter.js';

/** What a service is changed to; `readOnly` are members sent back that only the server sets. */
export interface ServiceChange {
  name: string | undefined;
  readOnly: Readonly<Record<string, unknown>>;
}

interface CatalogServiceOptions {
  storage: Storage;
  newId: () => string;
  now: () => number;
}

/** The catalog of services. Errors: AppError, as the routes document them. */
export class CatalogService {
  readonly #storage: Storage;
  readonly #newId: () => string;
  readonly #now: () => number;

  constructor({ storage, newId, now }: CatalogServiceOptions) {
    this.#storage = storage;
    this.#newId = newId;
    this.#now = now;
  }

  async create(name: string): Promise<{ id: string; service: Presented }> {
    const service = { _id: this.#newId(), name, createdAt: this.#now(), version: 1 };
    const presented = await runWrite(this.#storage, { places: [] }, async (tx) => {
      await tx.services.insert(service);
      return presentService(service);
    });
    return { id: service._id, service: presented };
  }

  async get(id: string): Promise<Presented> {
    return presentService(await findService(this.#storage.services, id));
  }

  list(query: ServiceListQuery): Promise<Page<string>> {
    return this.#storage.services.list(query);
  }

  /** Changes the name, if one is given. */
  update(id: string, { name, readOnly }: ServiceChange): Promise<Presented> {
    return runWrite(this.#storage, { places: [] }, async (tx) => {
      const service = await findService(tx.services, id);
      requireUnchanged(serviceOnWire(service), readOnly);
      if (name === undefined || name === service.name) return presentService(service);
      const changed = { ...service, name, version: service.version + 1 };
      await tx.services.replace(changed);
      return presentService(changed);
    });
  }

  /** Takes a service out of the catalog and answers it as it was; orders keep its id. */
  delete(id: string): Promise<Presented> {
    return runWrite(this.#storage, { places: [] }, async (tx) => {
      const service = await findService(tx.services, id);
      await tx.services.delete(id, this.#now());
      return presentService(service);
    });
  }
}

async function findService(services: ServiceReads, id: string): Promise<OfferedService> {
  const service = await services.find(id);
  if (service === null) throw new AppError('not_found', `There is no service ${id}.`);
  return service;
}
