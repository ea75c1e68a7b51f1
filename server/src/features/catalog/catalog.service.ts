import { AppError } from '../../domain/errors.js';
import type { OfferedService } from '../../domain/offered-service.js';
import type { Page, Presented, ServiceListQuery, ServiceReads, Storage, Tx } from '../../storage/storage.js';
import type { Outcome, ToldOutcome } from '../../writes/outcome.js';
import { requireUnchanged } from '../../writes/require-unchanged.js';
import type { RunWrite } from '../../writes/run-write.js';
import { requirePrecondition, type WriteRequest } from '../../writes/write-request.js';
import { draftJson, presentService, serviceEtag, serviceJson, serviceOnWire } from './catalog.presenter.js';

/** What a service is changed to; `readOnly` are members sent back that only the server sets. */
export interface ServiceChange {
  name: string | undefined;
  readOnly: Readonly<Record<string, unknown>>;
}

interface CatalogServiceOptions {
  storage: Pick<Storage, 'services'>;
  runWrite: RunWrite;
  newId: () => string;
  now: () => number;
}

/** The catalog of services. Errors: AppError, as the routes document them. */
export class CatalogService {
  readonly #storage: Pick<Storage, 'services'>;
  readonly #runWrite: RunWrite;
  readonly #newId: () => string;
  readonly #now: () => number;

  constructor({ storage, runWrite, newId, now }: CatalogServiceOptions) {
    this.#storage = storage;
    this.#runWrite = runWrite;
    this.#newId = newId;
    this.#now = now;
  }

  create(request: WriteRequest, name: string): Promise<ToldOutcome> {
    const service = { _id: this.#newId(), name, createdAt: this.#now(), version: 1 };
    return this.#runWrite({
      request,
      places: [],
      work: async (tx) => {
        await tx.services.insert(service);
        const made = { ...outcomeOf('Service created.', service), status: 201 as const };
        if (request.isDryRun) return { ...made, dataJson: draftJson(service), etag: null };
        return { ...made, location: `/services/${service._id}` };
      },
    });
  }

  async get(id: string): Promise<Presented> {
    return presentService(await findService(this.#storage.services, id));
  }

  list(query: ServiceListQuery): Promise<Page<string>> {
    return this.#storage.services.list(query);
  }

  /** Changes the name, if one is given. */
  update(request: WriteRequest, id: string, { name, readOnly }: ServiceChange): Promise<ToldOutcome> {
    return this.#change(request, id, async (tx, service) => {
      requireUnchanged(() => serviceOnWire(service), readOnly);
      const isSame = name === undefined || name === service.name;
      const changed = isSame ? service : { ...service, name, version: service.version + 1 };
      if (!isSame) await tx.services.replace(changed);
      return outcomeOf('Service updated.', changed);
    });
  }

  /** Takes a service out of the catalog and answers it as it was; orders keep its id. */
  delete(request: WriteRequest, id: string): Promise<ToldOutcome> {
    return this.#change(request, id, async (tx, service) => {
      await tx.services.delete(id, this.#now());
      return outcomeOf('Service deleted.', service);
    });
  }

  #change(
    request: WriteRequest,
    id: string,
    change: (tx: Tx, service: OfferedService) => Promise<Outcome>,
  ): Promise<ToldOutcome> {
    return this.#runWrite({
      request,
      places: [],
      work: async (tx) => {
        const service = await findService(tx.services, id);
        const { version } = service;
        requirePrecondition(request.precondition, { version, etag: serviceEtag(version) });
        return change(tx, service);
      },
    });
  }
}

function outcomeOf(message: string, service: OfferedService): Outcome {
  return {
    status: 200,
    message,
    dataJson: serviceJson(service),
    etag: serviceEtag(service.version),
    location: null,
  };
}

async function findService(services: ServiceReads, id: string): Promise<OfferedService> {
  const service = await services.find(id);
  if (service === null) throw new AppError('not_found', `There is no service ${id}.`);
  return service;
}
