import type { Policy } from '../../domain/calendar.js';
import type { NumberedStart, Schedule, ScheduleReads } from '../storage.js';
import type { Connection, Statement } from './connection.js';
import { INACTIVE } from './order-statements.js';
import type { RunQuery } from './run-query.js';

/** Looking at a calendar; one statement reads policy and orders, so that both are of one instant. */
export class SqliteScheduleReads implements ScheduleReads {
  readonly #statement: Statement;
  readonly #runQuery: RunQuery;

  constructor(connection: Connection, runQuery: RunQuery) {
    this.#statement = connection.prepare(
      `SELECT c.window_ms, c.boundary, o.id, o.datetime, o.number FROM calendars c
        JOIN orders o ON o.calendar = c.id AND o.status NOT IN (${INACTIVE}) AND o.datetime BETWEEN ? AND ?
        WHERE c.id = ? ORDER BY o.datetime LIMIT ?`,
    );
    this.#runQuery = runQuery;
  }

  find({ calendar, range, limit }: Parameters<ScheduleReads['find']>[0]): Promise<Schedule | null> {
    return this.#runQuery(() => {
      const rows = this.#statement.all([range.from, range.to, calendar, limit]);
      const [first] = rows;
      if (first === undefined) return null;
      const [windowMs, boundary] = first;
      const starts = rows.map(([, , _id, datetime, number]) => ({ _id, datetime, number }) as NumberedStart);
      return { policy: { windowMs, boundary } as Policy, starts };
    });
  }
}
