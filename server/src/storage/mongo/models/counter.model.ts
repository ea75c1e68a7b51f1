import { Schema } from 'mongoose';

/** The last number that was given out; none is ever given twice. */
export interface CounterDocument {
  _id: string;
  value: number;
}

/** The collection `counters`. */
export const counterSchema = new Schema<CounterDocument>(
  { _id: String, value: Number },
  { collection: 'counters', versionKey: false },
);
