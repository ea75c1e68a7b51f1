import { Schema, type Types } from 'mongoose';

/** A service as the original kept it, extended. */
export interface ServiceDocument {
  _id: Types.ObjectId;
  /** Missing or empty in some services of the original. */
  name?: string | null;
  createdAt: Date;
  version: number;
  /** The name in the form by which it is sorted. */
  sortName: string;
  deletedAt?: Date | null;
}

/** The collection `services`. */
export const serviceSchema = new Schema<ServiceDocument>(
  { name: String, createdAt: Date, version: Number, sortName: String, deletedAt: Date },
  { collection: 'services', versionKey: false },
)
  .index({ deletedAt: 1, createdAt: 1, _id: 1 })
  .index({ deletedAt: 1, sortName: 1, _id: 1 });
