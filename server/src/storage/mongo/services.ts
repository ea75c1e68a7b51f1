import { Types } from 'mongoose';
import { AppError } from '../../domain/errors.js';
import { nameSortKey, type OfferedService } from '../../domain/offered-service.js';
import type { Page, ServiceListQuery, ServicePresenter, ServiceReads, ServiceWrites } from '../storage.js';
import { isServerFailure } from './failures.js';
import { insertDocuments } from './insert.js';
import { partsAfter, range, readParts, sortOf } from './keyset.js';
import type { Models } from './models/models.js';
import type { ServiceDocument } from './models/service.model.js';
import { type RunQuery, withinSession } from './run-query.js';
import type { Attempt } from './transactions.js';

const MEMBERS = 'name createdAt version sortName';
const SORT_MEMBER = { createdAt: 'createdAt', name: 'sortName' } as const;
/** Those that were deleted keep their document; a service of the original has no such member. */
const OFFERED = { deletedAt: null };

/** Reading the catalog; `query` says how a query gets at the database. */
export class MongoServiceReads implements ServiceReads {
  readonly #services: Models['Service'];
  readonly #present: ServicePresenter;
  readonly #query: RunQuery;

  constructor(services: Models['Service'], present: ServicePresenter, query: RunQuery) {
    this.#services = services;
    this.#present = present;
    this.#query = query;
  }

  find(id: string): Promise<OfferedService | null> {
    return this.#query.run(async () => {
      const document = await this.#services
        .findOne({ _id: new Types.ObjectId(id), ...OFFERED }, MEMBERS)
        .session(this.#query.session)
        .lean<ServiceDocument>();
      return document === null ? null : serviceOfDocument(document);
    });
  }

  findOffered(ids: readonly string[]): Promise<Set<string>> {
    return this.#query.run(async () => {
      const found = await this.#services
        .find({ _id: range({ $in: ids.map((id) => new Types.ObjectId(id)) }), ...OFFERED }, '_id')
        .session(this.#query.session)
        .lean<Pick<ServiceDocument, '_id'>[]>();
      return new Set(found.map(({ _id }) => _id.toHexString()));
    });
  }

  list({ sort, limit, after }: ServiceListQuery): Promise<Page<string>> {
    const keyset = {
      by: SORT_MEMBER[sort.by],
      tieBy: '_id',
      descending: sort.descending,
      after: after === null ? null : { value: storedValue(after.value), tie: new Types.ObjectId(after.tie) },
    };
    return this.#query.run(async () => {
      const documents = await readParts(partsAfter(OFFERED, keyset), limit + 1, (part, most) =>
        this.#services
          .find(part, MEMBERS)
          .sort(sortOf(keyset))
          .limit(most)
          .session(this.#query.session)
          .lean<ServiceDocument[]>(),
      );
      const page = documents.slice(0, limit);
      const last = documents.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map((document) => this.#present(serviceOfDocument(document))).join(','),
        next: last === undefined ? null : { value: sortValue(last, sort.by), tie: last._id.toHexString() },
      };
    });
  }
}

/** The catalog inside one transaction. */
export class MongoServiceWrites extends MongoServiceReads implements ServiceWrites {
  readonly #services: Models['Service'];
  readonly #attempt: Attempt;

  constructor(services: Models['Service'], present: ServicePresenter, attempt: Attempt) {
    super(services, present, withinSession(attempt.session));
    this.#services = services;
    this.#attempt = attempt;
  }

  async insert(service: OfferedService): Promise<void> {
    this.#attempt.requireOpen();
    const document = { _id: new Types.ObjectId(service._id), ...documentOfService(service) };
    try {
      await insertDocuments(this.#services, [document], this.#attempt.session);
    } catch (error) {
      if (!isServerFailure(error, 'duplicateKey')) throw error;
      throw new AppError('already_exists', `There is, or was, a service ${service._id}.`, { cause: error });
    }
  }

  async replace(service: OfferedService): Promise<void> {
    await this.#set(service._id, documentOfService(service));
  }

  async delete(id: string, deletedAt: number): Promise<void> {
    await this.#set(id, { deletedAt: new Date(deletedAt) });
  }

  async #set(id: string, members: Partial<ServiceDocument>): Promise<void> {
    this.#attempt.requireOpen();
    await this.#services.updateOne(
      { _id: new Types.ObjectId(id), ...OFFERED },
      { $set: members },
      { session: this.#attempt.session },
    );
  }
}

function storedValue(value: number | string | null): Date | string | null {
  return typeof value === 'number' ? new Date(value) : value;
}

function sortValue({ createdAt, sortName }: ServiceDocument, by: ServiceListQuery['sort']['by']) {
  return by === 'name' ? sortName : createdAt.getTime();
}

/** A service from its document. */
export function serviceOfDocument({ _id, name, createdAt, version }: ServiceDocument): OfferedService {
  return { _id: _id.toHexString(), name: name ?? '', createdAt: createdAt.getTime(), version };
}

/** The members of a service's document, but for its id. */
export function documentOfService({
  name,
  createdAt,
  version,
}: OfferedService): Omit<ServiceDocument, '_id'> {
  return { name, createdAt: new Date(createdAt), version, sortName: nameSortKey(name) };
}
