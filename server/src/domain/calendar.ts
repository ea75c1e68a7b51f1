/** Whether two starts exactly one window apart clash (`inclusive`) or not (`exclusive`). */
export type Boundary = 'inclusive' | 'exclusive';

/** The rule's settings of one calendar, as a booking reads them in its own transaction; a mere look reads them beside the orders. */
export interface Policy {
  windowMs: number;
  boundary: Boundary;
}

/** The line on which orders may not come near each other. Times are milliseconds since 1970 (UTC). */
export interface Calendar extends Policy {
  _id: string;
  version: number;
  createdAt: number;
}

export const DEFAULT_CALENDAR_ID = 'default';
export const DEFAULT_WINDOW_MINUTES = 180;
/** Seven days: the MongoDB store's locks are cut for windows up to this (see docs/architecture.md). */
export const WINDOW_MINUTES_MAX = 10_080;
export const MS_PER_MINUTE = 60_000;
