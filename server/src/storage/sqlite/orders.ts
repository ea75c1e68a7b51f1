import { INSTANT_MIN_MS } from '../../domain/instant.js';
import type { Order } from '../../domain/order.js';
import type {
  ActiveQuery,
  NumberedStart,
  OrderFilter,
  OrderListQuery,
  OrderPresenter,
  OrderReads,
  OrderWrites,
  Page,
  Presented,
  WalkPosition,
} from '../storage.js';
import type { SqlRow } from './connection.js';
import type { GroupMemory } from './group-memory.js';
import type { MemberScope } from './member-scope.js';
import { countOrders, listOrders } from './order-list.js';
import { changedColumns, orderOfRow, rowOfOrder } from './order-row.js';
import type { OrderReadStatements, OrderWriteStatements } from './order-statements.js';
import { type RunQuery, withinScope } from './run-query.js';

/** Reading orders; `runQuery` says how a query gets at the database. */
export class SqliteOrderReads implements OrderReads {
  readonly #statements: OrderReadStatements;
  readonly #presenter: OrderPresenter;
  readonly #runQuery: RunQuery;

  constructor(statements: OrderReadStatements, presenter: OrderPresenter, runQuery: RunQuery) {
    this.#statements = statements;
    this.#presenter = presenter;
    this.#runQuery = runQuery;
  }

  find(id: string): Promise<Order | null> {
    return this.#runQuery(() => {
      const row = this.#statements.find.get([id]);
      return row === undefined ? null : orderOfRow(row);
    });
  }

  present(id: string): Promise<Presented | null> {
    return this.#runQuery(() => {
      const row = this.#statements.present.get([id]);
      if (row === undefined) return null;
      const [json, version, shape] = row as [string, number, number];
      if (shape === this.#presenter.shape) return { json, version };
      const columns = this.#statements.find.get([id]) as SqlRow;
      return { json: this.#presenter.present(orderOfRow(columns)), version };
    });
  }

  list(query: OrderListQuery): Promise<Page<number>> {
    return this.#runQuery(() => listOrders(this.#statements, this.#presenter, query));
  }

  count(filter: OrderFilter, max: number): Promise<number> {
    return this.#runQuery(() => countOrders(this.#statements, filter, max));
  }

  findActiveBetween({ calendar, range, direction, limit }: ActiveQuery): Promise<NumberedStart[]> {
    return this.#runQuery(() =>
      this.#statements[direction].all([calendar, range.from, range.to, limit]).map(startOfRow),
    );
  }

  walkActive(calendar: string, after: WalkPosition | null, limit: number): Promise<NumberedStart[]> {
    const { datetime, number } = after ?? { datetime: INSTANT_MIN_MS - 1, number: 0 };
    return this.#runQuery(() =>
      this.#statements.walk.all([calendar, datetime, number, limit]).map(startOfRow),
    );
  }
}

/** From a row that begins with id, time and number. */
export function startOfRow([_id, datetime, number]: SqlRow): NumberedStart {
  return { _id, datetime, number } as NumberedStart;
}

/** Orders inside one transaction. */
export class SqliteOrderWrites extends SqliteOrderReads implements OrderWrites {
  readonly #write: OrderWriteStatements;
  readonly #presenter: OrderPresenter;
  readonly #scope: MemberScope;
  readonly #memory: GroupMemory;

  constructor(
    statements: { read: OrderReadStatements; write: OrderWriteStatements },
    presenter: OrderPresenter,
    { scope, memory }: { scope: MemberScope; memory: GroupMemory },
  ) {
    super(statements.read, presenter, withinScope(scope));
    this.#write = statements.write;
    this.#presenter = presenter;
    this.#scope = scope;
    this.#memory = memory;
  }

  async takeNumber(): Promise<number> {
    this.#scope.requireOpenToWrite();
    return this.#memory.takeNumber();
  }

  async insert(order: Order): Promise<Presented> {
    this.#scope.requireOpenToWrite();
    const json = this.#presenter.present(order);
    this.#write.insert.run([...rowOfOrder(order), this.#presenter.shape, json]);
    this.#addServices(order);
    return { json, version: order.version };
  }

  /** Sets the columns that change, so that only their indexes are written. */
  async replace(before: Order, order: Order): Promise<Presented> {
    this.#scope.requireOpenToWrite();
    const json = this.#presenter.present(order);
    const changes = changedColumns(before, order);
    this.#write
      .update(changes.map(({ column }) => column))
      .run([...changes.map(({ value }) => value), this.#presenter.shape, json, before.number]);
    this.#removeServices(before);
    this.#addServices(order);
    return { json, version: order.version };
  }

  async delete(id: string): Promise<void> {
    const order = await this.find(id);
    if (order === null) return;
    this.#scope.requireOpenToWrite();
    this.#removeServices(order);
    this.#write.remove.run([order.number]);
  }

  #addServices({ services, number, datetime }: Order): void {
    for (const service of services) this.#write.addService.run([service, number, datetime]);
  }

  #removeServices({ services, number }: Order): void {
    for (const service of services) this.#write.removeService.run([service, number]);
  }
}
