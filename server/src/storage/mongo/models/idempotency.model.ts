import { Schema } from 'mongoose';

/** What a keyed write came to. */
export interface IdempotencyDocument {
  /** `<caller>/<key>` */
  _id: string;
  fingerprint: string;
  /** Finished JSON. */
  outcome: string;
  createdAt: Date;
}

/** Longer than the product asks for, which looks at the age itself: MongoDB removes them when it comes to it. */
const KEPT_SECONDS = 25 * 3_600;

/** The collection `idempotency`. */
export const idempotencySchema = new Schema<IdempotencyDocument>(
  { _id: String, fingerprint: String, outcome: String, createdAt: Date },
  { collection: 'idempotency', versionKey: false },
).index({ createdAt: 1 }, { expireAfterSeconds: KEPT_SECONDS });
