import type { Policy } from '../../domain/calendar.js';
import type { Schedule, ScheduleQuery, ScheduleReads } from '../storage.js';
import type { Connection, Statement } from './connection.js';
import { INACTIVE } from './order-statements.js';
import { startOfRow } from './orders.js';
import type { RunQuery } from './run-query.js';

/** Looking at a calendar; one statement reads policy and orders, so that both are of one instant. */
export class SqliteScheduleReads implements ScheduleReads {
  readonly #statement: Statement;
  readonly #runQuery: RunQuery;

  constructor(connection: Connection, runQuery: RunQuery) {
    this.#statement = connection.prepare(
      `SELECT o.id, o.datetime, o.number, c.window_ms, c.boundary FROM calendars c
        JOIN orders o ON o.calendar = c.id AND o.status NOT IN (${INACTIVE}) AND o.datetime BETWEEN ? AND ?
        WHERE c.id = ? ORDER BY o.datetime LIMIT ?`,
    );
    this.#runQuery = runQuery;
  }

  find({ calendar, range, limit }: ScheduleQuery): Promise<Schedule | null> {
    return this.#runQuery(() => {
      const rows = this.#statement.all([range.from, range.to, calendar, limit]);
      const [first] = rows;
      if (first === undefined) return null;
      const [, , , windowMs, boundary] = first;
      return { policy: { windowMs, boundary } as Policy, starts: rows.map(startOfRow) };
    });
  }
}
