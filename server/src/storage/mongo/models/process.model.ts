import { type mongo, Schema } from 'mongoose';

/** A process that writes: whose sessions these are, and when it was last alive. */
export interface ProcessDocument {
  _id: string;
  /** The ids of its sessions, as the server knows them. */
  sessions: mongo.Binary[];
  /** By the server's clock. */
  heartbeatAt: Date;
}

/** The collection `processes`. */
export const processSchema = new Schema<ProcessDocument>(
  { _id: String, sessions: [Schema.Types.Mixed], heartbeatAt: Date },
  { collection: 'processes', versionKey: false },
);
