import { INACTIVE_STATUSES } from '../../domain/order.js';
import type { Connection, Statement } from './connection.js';
import { COLUMNS } from './order-row.js';

/** The statuses in which an order holds no place, as SQL. */
export const INACTIVE = INACTIVE_STATUSES.map((status) => `'${status}'`).join(', ');
const VALUES = `${COLUMNS}, shape, json`.replace(/\w+/g, '?');

/** The statements that read orders, prepared once for a connection. */
export class OrderReadStatements {
  readonly #connection: Connection;
  readonly #lists = new Map<string, Statement>();
  readonly find: Statement;
  readonly present: Statement;
  readonly ascending: Statement;
  readonly descending: Statement;
  readonly walk: Statement;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.find = connection.prepare(`SELECT ${COLUMNS} FROM orders WHERE id = ?`);
    this.present = connection.prepare('SELECT json, version, shape FROM orders WHERE id = ?');
    const active = `SELECT id, datetime, number FROM orders WHERE calendar = ? AND status NOT IN (${INACTIVE})`;
    const between = `${active} AND datetime BETWEEN ? AND ? ORDER BY datetime`;
    this.ascending = connection.prepare(`${between} LIMIT ?`);
    this.descending = connection.prepare(`${between} DESC LIMIT ?`);
    this.walk = connection.prepare(
      `${active} AND (datetime, number) > (?, ?) ORDER BY datetime, number LIMIT ?`,
    );
  }

  /** One statement for each form of list that was asked for; the forms are a closed set of sorts and filters. */
  list(sql: string): Statement {
    let statement = this.#lists.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql);
      this.#lists.set(sql, statement);
    }
    return statement;
  }
}

/** The statements that write orders, prepared once for the write connection. */
export class OrderWriteStatements {
  readonly #connection: Connection;
  readonly #updates = new Map<string, Statement>();
  readonly insert: Statement;
  readonly remove: Statement;
  readonly addService: Statement;
  readonly removeService: Statement;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.insert = connection.prepare(`INSERT INTO orders (${COLUMNS}, shape, json) VALUES (${VALUES})`);
    this.remove = connection.prepare('DELETE FROM orders WHERE number = ?');
    this.addService = connection.prepare(
      'INSERT INTO order_services (service, number, datetime) VALUES (?, ?, ?)',
    );
    this.removeService = connection.prepare('DELETE FROM order_services WHERE service = ? AND number = ?');
  }

  /** Sets these columns, shape and JSON of the order of a number; one statement for each set of columns that changes. */
  update(columns: readonly string[]): Statement {
    const settings = [...columns, 'shape', 'json'].map((column) => `${column} = ?`).join(', ');
    let statement = this.#updates.get(settings);
    if (statement === undefined) {
      statement = this.#connection.prepare(`UPDATE orders SET ${settings} WHERE number = ?`);
      this.#updates.set(settings, statement);
    }
    return statement;
  }
}
