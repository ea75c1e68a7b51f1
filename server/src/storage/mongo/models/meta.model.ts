import { Schema } from 'mongoose';

/** What marks a database as ours: its schema's number, written when everything else is there. */
export interface MetaDocument {
  _id: 'schema';
  number: number;
}

/** The collection `meta`. */
export const metaSchema = new Schema<MetaDocument>(
  { _id: String, number: Number },
  { collection: 'meta', versionKey: false },
);
