import { Schema } from 'mongoose';

/** What marks a database as ours: its schema's number, written when everything else is there. */
export interface MetaDocument {
  _id: 'schema';
  number: number;
  /** The store that this one is an unfinished copy of. */
  copyOf?: string;
}

/** The collection `meta`. */
export const metaSchema = new Schema<MetaDocument>(
  { _id: String, number: Number, copyOf: String },
  { collection: 'meta', versionKey: false },
);
