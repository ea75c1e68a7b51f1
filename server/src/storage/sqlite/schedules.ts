import type { Policy } from '../../domain/calendar.js';
import type { ActiveQuery, NumberedStart, Schedule, ScheduleReads } from '../storage.js';
import type { Connection, Statement } from './connection.js';
import { INACTIVE } from './order-statements.js';
import type { RunQuery } from './run-query.js';

/** Looking at a calendar; one statement reads policy and orders, so that both are of one instant. */
export class SqliteScheduleReads implements ScheduleReads {
  readonly #statements: Readonly<Record<ActiveQuery['direction'], Statement>>;
  readonly #runQuery: RunQuery;

  constructor(connection: Connection, runQuery: RunQuery) {
    const sql = (order: string) =>
      `SELECT c.window_ms, c.boundary, o.id, o.datetime, o.number FROM calendars c
        JOIN orders o ON o.calendar = c.id AND o.status NOT IN (${INACTIVE}) AND o.datetime BETWEEN ? AND ?
        WHERE c.id = ? ORDER BY o.datetime ${order} LIMIT ?`;
    this.#statements = {
      ascending: connection.prepare(sql('ASC')),
      descending: connection.prepare(sql('DESC')),
    };
    this.#runQuery = runQuery;
  }

  find({ calendar, range, direction, limit }: ActiveQuery): Promise<Schedule | null> {
    return this.#runQuery(() => {
      const rows = this.#statements[direction].all([range.from, range.to, calendar, limit]);
      const [first] = rows;
      if (first === undefined) return null;
      const [windowMs, boundary] = first;
      const starts = rows.map(([, , _id, datetime, number]) => ({ _id, datetime, number }) as NumberedStart);
      return { policy: { windowMs, boundary } as Policy, starts };
    });
  }
}
