import { Schema } from 'mongoose';
import type { Boundary } from '../../../domain/calendar.js';

/** A stripe of a calendar: every booking in its weeks writes it, and reads the calendar's policy from it. */
export interface LockDocument {
  /** `<calendar>/<stripe>` */
  _id: string;
  /** Stands beside the id for clusters that are sharded by calendar. */
  calendar: string;
  /** Counts the bookings and the changes of policy; only that it is written matters. */
  n: number;
  windowMs: number;
  boundary: Boundary;
}

/** The collection `locks`. */
export const lockSchema = new Schema<LockDocument>(
  { _id: String, calendar: String, n: Number, windowMs: Number, boundary: String },
  { collection: 'locks', versionKey: false },
);
