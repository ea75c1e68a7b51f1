import type { IdempotencyRecord, IdempotencyWrites } from '../storage.js';
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
    const { fingerprint, outcome, createdAt } = document;
    return { caller, key, fingerprint, outcome, createdAt: createdAt.getTime() };
  }

  /** A duplicate means that a twin won meanwhile: the transaction begins again and finds its record. */
  async save({ caller, key, fingerprint, outcome, createdAt }: IdempotencyRecord): Promise<void> {
    this.#attempt.requireOpen();
    try {
      await this.#records.replaceOne(
        { _id: idOf(caller, key) },
        { fingerprint, outcome, createdAt: new Date(createdAt) },
        { upsert: true, session: this.#attempt.session },
      );
    } catch (error) {
      throw repeatable(error, 'duplicateKey');
    }
  }
}

function idOf(caller: string, key: string): string {
  return `${caller}/${key}`;
}
