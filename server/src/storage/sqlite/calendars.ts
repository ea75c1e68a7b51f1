import type { Calendar, Policy } from '../../domain/calendar.js';
import { AppError } from '../../domain/errors.js';
import type { CalendarReads, CalendarWrites } from '../storage.js';
import { type Connection, isSqlFailure, type SqlRow, type Statement } from './connection.js';
import type { GroupMemory } from './group-memory.js';
import type { MemberScope } from './member-scope.js';
import { type RunQuery, withinScope } from './run-query.js';

const COLUMNS = 'id, window_ms, boundary, version, created_at';

/** The statements for calendars, prepared once for a connection. */
export class CalendarStatements {
  readonly find: Statement;
  readonly list: Statement;
  readonly insert: Statement;
  readonly update: Statement;

  constructor(connection: Connection) {
    this.find = connection.prepare(`SELECT ${COLUMNS} FROM calendars WHERE id = ?`);
    this.list = connection.prepare(`SELECT ${COLUMNS} FROM calendars WHERE id > ? ORDER BY id LIMIT ?`);
    this.insert = connection.prepare(`INSERT INTO calendars (${COLUMNS}) VALUES (?, ?, ?, ?, ?)`);
    this.update = connection.prepare(`UPDATE calendars SET (${COLUMNS}) = (?, ?, ?, ?, ?) WHERE id = ?`);
  }
}

/** Reading calendars; `runQuery` says how a query gets at the database. */
export class SqliteCalendarReads implements CalendarReads {
  readonly #statements: CalendarStatements;
  readonly #runQuery: RunQuery;

  constructor(statements: CalendarStatements, runQuery: RunQuery) {
    this.#statements = statements;
    this.#runQuery = runQuery;
  }

  find(id: string): Promise<Calendar | null> {
    return this.#runQuery(() => {
      const row = this.#statements.find.get([id]);
      return row === undefined ? null : calendarOfRow(row);
    });
  }

  list(after: string | null, limit: number): Promise<Calendar[]> {
    return this.#runQuery(() => this.#statements.list.all([after ?? '', limit]).map(calendarOfRow));
  }
}

/** Calendars inside one transaction. */
export class SqliteCalendarWrites extends SqliteCalendarReads implements CalendarWrites {
  readonly #statements: CalendarStatements;
  readonly #scope: MemberScope;
  readonly #memory: GroupMemory;

  constructor(
    statements: CalendarStatements,
    { scope, memory }: { scope: MemberScope; memory: GroupMemory },
  ) {
    super(statements, withinScope(scope));
    this.#statements = statements;
    this.#scope = scope;
    this.#memory = memory;
  }

  /** BEGIN IMMEDIATE is the write that every rival must make: under it, reading the calendar's row takes the place. */
  async take(id: string): Promise<Policy | null> {
    this.#scope.requireOpen();
    const known = this.#memory.calendars.get(id);
    if (known !== undefined) return known;
    const calendar = await this.find(id);
    if (calendar !== null) this.#memory.calendars.set(id, calendar);
    return calendar;
  }

  async insert(calendar: Calendar): Promise<void> {
    this.#scope.requireOpenToWrite();
    try {
      this.#statements.insert.run(rowOfCalendar(calendar));
    } catch (error) {
      if (!isSqlFailure(error, 'constraint')) throw error;
      throw new AppError('already_exists', `There is a calendar "${calendar._id}" already.`, {
        cause: error,
      });
    }
  }

  async replace(calendar: Calendar): Promise<void> {
    this.#scope.requireOpenToWrite();
    this.#statements.update.run([...rowOfCalendar(calendar), calendar._id]);
    this.#memory.calendars.delete(calendar._id);
  }
}

function calendarOfRow([_id, windowMs, boundary, version, createdAt]: SqlRow): Calendar {
  return { _id, windowMs, boundary, version, createdAt } as Calendar;
}

function rowOfCalendar({ _id, windowMs, boundary, version, createdAt }: Calendar): SqlRow {
  return [_id, windowMs, boundary, version, createdAt];
}
