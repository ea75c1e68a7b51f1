import { Schema } from 'mongoose';
import type { Boundary } from '../../../domain/calendar.js';

/** A calendar; what a booking is judged by stands in its locks, and the same here for those who only look. */
export interface CalendarDocument {
  _id: string;
  windowMs: number;
  boundary: Boundary;
  version: number;
  createdAt: Date;
}

/** The collection `calendars`. */
export const calendarSchema = new Schema<CalendarDocument>(
  { _id: String, windowMs: Number, boundary: String, version: Number, createdAt: Date },
  { collection: 'calendars', versionKey: false },
);
