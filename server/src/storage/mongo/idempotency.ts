import type { IdempotencyRecord, IdempotencyWrites, StoredRecord } from '../storage.js';
import { repeatable } from './failures.js';
import type { IdempotencyDocument } from './models/idempotency.model.js';
import type { Models } from './models/models.js';
import type { Attempt } from './transactions.js';

/** Idempotency records inside one transaction. */
export class MongoIdempotencyWrites implements IdempotencyWrites {
  readonly #records: Models['Idempotency'];
  readonly #attempt: Attempt;

  constructor(records: Models['Idempotency'], attempt: Attempt) {
    this.#records = records;
    this.#attempt = attempt;
  }

  async find(caller: string, key: string): Promise<IdempotencyRecord | null> {
    this.#attempt.requireOpen();
    const document = await this.#records
      .findOne({ _id: idOf(caller, key) })
      .session(this.#attempt.session)
      .lean<IdempotencyDocument>();
    if (document === null) return null;
    const { _id, ...record } = storedRecordOfDocument(document);
    return record;
  }

  /** A duplicate means that a twin won meanwhile: the transaction begins again and finds its record. */
  async save(record: IdempotencyRecord): Promise<void> {
    this.#attempt.requireOpen();
    const { _id, ...members } = documentOfRecord(record);
    try {
      await this.#records.replaceOne({ _id }, members, { upsert: true, session: this.#attempt.session });
    } catch (error) {
      throw repeatable(error, 'duplicateKey');
    }
  }
}

/** A record from its document. */
export function storedRecordOfDocument({ _id, createdAt, ...members }: IdempotencyDocument): StoredRecord {
  const slash = _id.indexOf('/');
  const [caller, key] = [_id.slice(0, slash), _id.slice(slash + 1)];
  return { _id, caller, key, ...members, createdAt: createdAt.getTime() };
}

/** The document of a record. */
export function documentOfRecord(record: IdempotencyRecord): IdempotencyDocument {
  const { caller, key, fingerprint, outcome, createdAt } = record;
  return { _id: idOf(caller, key), fingerprint, outcome, createdAt: new Date(createdAt) };
}

function idOf(caller: string, key: string): string {
  return `${caller}/${key}`;
}
