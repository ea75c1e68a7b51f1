import type { ApiKey } from '../../domain/api-key.js';
import { orderProblems, serviceProblems } from '../../domain/audit.js';
import type { Calendar } from '../../domain/calendar.js';
import { nameSortKey, type OfferedService } from '../../domain/offered-service.js';
import type { Order } from '../../domain/order.js';
import type {
  ApiKeyReads,
  CalendarReads,
  Holdings,
  Shelf,
  StoredRecord,
  StoredService,
  Tx,
} from '../storage.js';
import type { Connection, SqlRow } from './connection.js';
import { unavailable } from './failures.js';
import { partsOf, readRecords } from './idempotency.js';
import type { MemberScope } from './member-scope.js';
import { COLUMNS, orderOfRow } from './order-row.js';
import type { RunQuery } from './run-query.js';

/** What marks a file as an unfinished copy, and says of which store. */
const MARK = 'unfinished_copy';

interface HoldingsOptions {
  reader: Connection;
  writer: Connection;
  read: RunQuery;
  calendars: CalendarReads;
  apiKeys: ApiKeyReads;
  write: (work: (tx: Tx, scope: MemberScope) => Promise<void>) => Promise<void>;
}

/** All that the file holds, for copying it to another store or another to it. */
export class SqliteHoldings implements Holdings {
  readonly #options: HoldingsOptions;
  readonly calendars: Shelf<Calendar>;
  readonly services: Shelf<StoredService>;
  readonly orders: Shelf<Order>;
  readonly apiKeys: Shelf<ApiKey>;
  readonly idempotency: Shelf<StoredRecord>;

  constructor(options: HoldingsOptions) {
    this.#options = options;
    this.calendars = {
      read: (after, limit) => options.calendars.list(after, limit),
      put: (calendars) =>
        options.write(async (tx) => {
          for (const calendar of calendars) {
            if ((await tx.calendars.find(calendar._id)) === null) await tx.calendars.insert(calendar);
            else await tx.calendars.replace(calendar);
          }
        }),
      remove: this.#removing('DELETE FROM calendars WHERE id = ?'),
    };
    this.services = {
      read: this.#reading(
        'SELECT id, name, created_at, version, deleted_at FROM services',
        storedServiceOfRow,
      ),
      put: (services) => this.#putServices(services),
      remove: this.#removing('DELETE FROM services WHERE id = ?'),
    };
    this.orders = {
      read: this.#reading(`SELECT ${COLUMNS} FROM orders`, orderOfRow),
      put: (orders) =>
        options.write(async (tx) => {
          for (const order of orders) {
            const before = await tx.orders.find(order._id);
            if (before === null) await tx.orders.insert(order);
            else await tx.orders.replace(before, order);
          }
        }),
      remove: (ids) =>
        options.write(async (tx) => {
          for (const id of ids) await tx.orders.delete(id);
        }),
    };
    this.apiKeys = {
      read: (after, limit) => options.apiKeys.list(after, limit),
      put: (keys) =>
        options.write(async (tx) => {
          for (const key of keys) await tx.apiKeys.put(key);
        }),
      remove: this.#removing('DELETE FROM api_keys WHERE id = ?'),
    };
    this.idempotency = {
      read: (after, limit) => options.read(() => readRecords(options.reader, after, limit)),
      put: (records) =>
        options.write(async (tx) => {
          for (const { _id, ...record } of records) await tx.idempotency.save(record);
        }),
      remove: (ids) => this.#run('DELETE FROM idempotency WHERE caller = ? AND key = ?', ids.map(partsOf)),
    };
  }

  lastNumber(): Promise<number> {
    const { reader, read } = this.#options;
    return read(
      () => reader.prepare("SELECT value FROM counters WHERE name = 'orders'").get([])?.[0] as number,
    );
  }

  setLastNumber(number: number): Promise<void> {
    return this.#run("UPDATE counters SET value = ? WHERE name = 'orders'", [[number]]);
  }

  problemsOf(record: { order: Order } | { service: StoredService }): string[] {
    return 'order' in record ? orderProblems(record.order) : serviceProblems(record.service);
  }

  finish(): Promise<void> {
    return this.#run(`DROP TABLE ${MARK}`, [[]]);
  }

  #reading<R>(select: string, ofRow: (row: SqlRow) => R): Shelf<R & { _id: string }>['read'] {
    const { reader, read } = this.#options;
    const statement = reader.prepare(`${select} WHERE id > ? ORDER BY id LIMIT ?`);
    return (after, limit) =>
      read(() => statement.all([after ?? '', limit]).map(ofRow) as (R & { _id: string })[]);
  }

  #removing(sql: string): Shelf<{ _id: string }>['remove'] {
    return (ids) =>
      this.#run(
        sql,
        ids.map((id) => [id]),
      );
  }

  #putServices(services: readonly StoredService[]): Promise<void> {
    return this.#run(
      `INSERT OR REPLACE INTO services (id, name, sort_name, created_at, version, deleted_at)
      VALUES (?, ?, ?, ?, ?, ?)`,
      services.map(({ _id, name, createdAt, version, deletedAt }) => [
        _id,
        name,
        nameSortKey(name),
        createdAt,
        version,
        deletedAt,
      ]),
    );
  }

  /** Runs one statement for each of the rows, in one transaction. */
  #run(sql: string, rows: readonly SqlRow[]): Promise<void> {
    const { writer, write } = this.#options;
    return write(async (_tx, scope) => {
      scope.requireOpenToWrite();
      const statement = writer.prepare(sql);
      for (const row of rows) statement.run(row);
    });
  }
}

/**
 * Refuses an unfinished copy of another store than `copyOf` (null: of any), and a file to be filled that
 * was there before; marks a new one. Runs inside the transaction that brings the file up to date.
 * Error: AppError `store_unavailable`.
 */
export function beginCopy(
  connection: Connection,
  { file, copyOf, isNew }: { file: string; copyOf: string | null; isNew: boolean },
): void {
  const source = unfinishedCopyOf(connection);
  if (source === copyOf) return;
  if (source !== null) {
    throw unavailable(
      `${file} is an unfinished copy of ${source}: finish it with \`npx roundsman copy\` from there, or remove it.`,
    );
  }
  if (!isNew) throw unavailable(`${file} is in use already: copy to a file that does not exist yet.`);
  connection.exec(`CREATE TABLE ${MARK} (source TEXT NOT NULL) STRICT`);
  connection.prepare(`INSERT INTO ${MARK} VALUES (?)`).run([copyOf]);
}

function unfinishedCopyOf(connection: Connection): string | null {
  const isMarked = connection.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get([MARK]) !== undefined;
  return isMarked ? (connection.prepare(`SELECT source FROM ${MARK}`).get([])?.[0] as string) : null;
}

function storedServiceOfRow([_id, name, createdAt, version, deletedAt]: SqlRow): StoredService {
  return { ...({ _id, name, createdAt, version } as OfferedService), deletedAt: deletedAt as number | null };
}
