import type { ApiKey } from '../domain/api-key.js';
import type { Calendar, Policy } from '../domain/calendar.js';
import type { OfferedService } from '../domain/offered-service.js';
import type { Order, OrderStatus } from '../domain/order.js';
import type { Start, TimeRange } from '../domain/schedule.js';

/*
 * The port: what the product needs of a store, in the domain's words. Adapters hold no rule.
 * Every method may fail with AppError `store_unavailable` (nothing was done);
 * a transaction also with `outcome_unknown` (it may have happened) and `overloaded`.
 */

/** A place that a write is about to take. A hint: it orders queues, and correctness never depends on it. */
export interface Place {
  calendar: string;
  datetime: number;
}

/** An object as it leaves: finished JSON, made by its presenter, and the version that its ETag is made from. */
export interface Presented {
  json: string;
  version: number;
}

/** A row's place in a list: what it is sorted by (null where an old row lacks it), and a tie-breaker. */
interface ListPosition<TieBreaker> {
  value: number | string | null;
  tie: TieBreaker;
}

/** A page of finished JSON. `items` are joined by commas; `next` is the last row's place, or null on the last page. */
export interface Page<TieBreaker> {
  items: string;
  next: ListPosition<TieBreaker> | null;
}

interface Sort<By extends string> {
  by: By;
  descending: boolean;
}

export type OrderSort = Sort<'number' | 'datetime' | 'createdAt'>;

/** Members that are absent do not filter. `datetime` bounds are both included. */
export interface OrderFilter {
  datetimeFrom?: number;
  datetimeTo?: number;
  number?: number;
  service?: string;
  calendar?: string;
  /** Orders of any of these; sorted, each once. */
  statuses?: readonly OrderStatus[];
}

export interface OrderListQuery {
  sort: OrderSort;
  filter: OrderFilter;
  limit: number;
  after: ListPosition<number> | null;
}

export type ServiceSort = Sort<'createdAt' | 'name'>;

export interface ServiceListQuery {
  sort: ServiceSort;
  limit: number;
  after: ListPosition<string> | null;
}

/** A start on a calendar with what a clash names of its order. */
export interface NumberedStart extends Start {
  number: number;
}

export interface ActiveQuery {
  calendar: string;
  range: TimeRange;
  direction: 'ascending' | 'descending';
  limit: number;
}

/** Where a walk over a calendar's active orders goes on: after this one, in the order of time, then number. */
export type WalkPosition = Pick<NumberedStart, 'datetime' | 'number'>;

export interface OrderReads {
  find(id: string): Promise<Order | null>;
  present(id: string): Promise<Presented | null>;
  list(query: OrderListQuery): Promise<Page<number>>;
  /** How many orders a list has, counted up to `max`. */
  count(filter: OrderFilter, max: number): Promise<number>;
  /** Active orders of a calendar within a range of time, by time. */
  findActiveBetween(query: ActiveQuery): Promise<NumberedStart[]>;
  /** The next active orders of a calendar in the order of time, then number; from the first where `after` is null. */
  walkActive(calendar: string, after: WalkPosition | null, limit: number): Promise<NumberedStart[]>;
}

export interface OrderWrites extends OrderReads {
  /** The next number; none is ever given twice, also after its order was deleted. */
  takeNumber(): Promise<number>;
  insert(order: Order): Promise<Presented>;
  /** Writes an order over `before`, which is what this transaction last read of it. */
  replace(before: Order, order: Order): Promise<Presented>;
  delete(id: string): Promise<void>;
}

export interface ServiceReads {
  /** A service that was deleted is not found. */
  find(id: string): Promise<OfferedService | null>;
  /** Those of the ids that are offered. */
  findOffered(ids: readonly string[]): Promise<Set<string>>;
  list(query: ServiceListQuery): Promise<Page<string>>;
}

export interface ServiceWrites extends ServiceReads {
  /** Error: AppError `already_exists`, also where the service of that id was deleted. */
  insert(service: OfferedService): Promise<void>;
  replace(service: OfferedService): Promise<void>;
  /** Takes it out of the catalog; orders keep its id. */
  delete(id: string, deletedAt: number): Promise<void>;
}

export interface CalendarReads {
  find(id: string): Promise<Calendar | null>;
  /** The next calendars, by id; from the first where `after` is null. */
  list(after: string | null, limit: number): Promise<Calendar[]>;
}

export interface CalendarWrites extends CalendarReads {
  /**
   * Takes a place by a write that every rival for it must make too, and gives the policy to judge it by.
   * A booking reads the policy nowhere else. Null where there is no such calendar.
   */
  take(calendar: string, datetime: number): Promise<Policy | null>;
  /** Error: AppError `already_exists`. */
  insert(calendar: Calendar): Promise<void>;
  /** Conflicts with every booking under way, so that none is judged by the old rule after this. */
  replace(calendar: Calendar): Promise<void>;
}

/** A calendar's policy and active orders on it, as of one instant. */
export interface Schedule {
  policy: Policy;
  starts: NumberedStart[];
}

/** Active orders of a calendar within a range of time; by time, as a look gives them. */
export type ScheduleQuery = Omit<ActiveQuery, 'direction'>;

/** Looking at a calendar without taking a place on it: good for a refusal, never for a booking. */
export interface ScheduleReads {
  /** The active orders within a range of time, by time, and the policy of then; null where there is none of them. */
  find(query: ScheduleQuery): Promise<Schedule | null>;
}

/** What a keyed write came to, so that a repeat gets the same. Times are milliseconds since 1970. */
export interface IdempotencyRecord {
  caller: string;
  key: string;
  fingerprint: string;
  /** Finished JSON. */
  outcome: string;
  createdAt: number;
}

export interface IdempotencyWrites {
  find(caller: string, key: string): Promise<IdempotencyRecord | null>;
  /** Takes the place of an older record of that caller and key. */
  save(record: IdempotencyRecord): Promise<void>;
}

export interface ApiKeyReads {
  /** The next keys, by id, those revoked too; from the first where `after` is null. */
  list(after: string | null, limit: number): Promise<ApiKey[]>;
}

export interface ApiKeyWrites extends ApiKeyReads {
  /** Writes a key in place of the one of that id. */
  put(key: ApiKey): Promise<void>;
  noteUse(id: string, at: number): Promise<void>;
}

/** The repositories inside a transaction: they see its own writes. */
export interface Tx {
  orders: OrderWrites;
  services: ServiceWrites;
  calendars: CalendarWrites;
  idempotency: IdempotencyWrites;
  apiKeys: ApiKeyWrites;
}

export interface TransactionHints {
  places: readonly Place[];
  /** How many order numbers the work will take, where that is known. */
  numbers?: number;
  /** Undoes all of it when the work has ended, and gives what it gave; no order number is used up. */
  isDryRun?: boolean;
}

/** A row that is not as we would write it today. `row` names it: `orders/<id>`. */
export interface Fault {
  row: string;
  problem: string;
}

/** What was looked at, and what was found in one sentence; where it is not well, the sentence says what to do. */
export interface Finding {
  check: string;
  isWell: boolean;
  sentence: string;
}

/** Records of one kind, in the order of their ids, for taking a store to another. */
export interface Shelf<R extends { _id: string }> {
  /** The next records; from the first where `after` is null. */
  read: (after: string | null, limit: number) => Promise<R[]>;
  /** Writes records as they are, in place of those of the same ids. */
  put(records: readonly R[]): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
}

/** A service with what the catalog does not show: null unless it was deleted. */
export type StoredService = OfferedService & { deletedAt: number | null };

/** An idempotency record with its id, `<caller>/<key>`. */
export type StoredRecord = IdempotencyRecord & { _id: string };

/**
 * All that a store holds, past the rule and the transactions of the product: for `roundsman copy` alone,
 * which writes only to a store that was opened as an unfinished copy, and that nobody else can open.
 */
export interface Holdings {
  readonly calendars: Shelf<Calendar>;
  readonly services: Shelf<StoredService>;
  readonly orders: Shelf<Order>;
  readonly apiKeys: Shelf<ApiKey>;
  readonly idempotency: Shelf<StoredRecord>;
  /** The last order number that was given out. */
  lastNumber(): Promise<number>;
  setLastNumber(number: number): Promise<void>;
  /** Why this store cannot hold an order or a service, as ends of sentences; older databases may have such. */
  problemsOf(record: { order: Order } | { service: StoredService }): string[];
  /** Makes an unfinished copy a store like any other. */
  finish(): Promise<void>;
}

export interface Storage {
  readonly holdings: Holdings;
  /** For reading outside a transaction; never waits behind writers. */
  readonly orders: OrderReads;
  readonly services: ServiceReads;
  readonly calendars: CalendarReads;
  readonly schedules: ScheduleReads;
  readonly apiKeys: ApiKeyReads;
  /**
   * Runs `work` atomically; it may run again after a conflict, so it touches nothing but its `tx`.
   * What `work` throws undoes all that it did and is thrown on.
   */
  transaction<T>(hints: TransactionHints, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Forgets idempotency records made before an instant, without holding writers up. */
  sweepIdempotency(before: number): Promise<void>;
  /** Whether the store answers now. */
  isReady(): Promise<boolean>;
  /** Which store it is, its version, and whether all around it is as it should be; changes nothing. */
  describe(): Promise<Finding[]>;
  /** Every damaged row, read in pages while others write. */
  audit(): AsyncIterable<Fault>;
  /**
   * Writes a whole copy to a new file while others write. Error: AppError `already_exists`, and
   * `store_unavailable` with what to do where the file cannot be written or the store has tools of its own.
   */
  backUp(file: string): Promise<void>;
  close(): Promise<void>;
}

/** What adapters get from outside: how an order leaves, and a number for that shape that rises with every release that changes it. */
export interface OrderPresenter {
  shape: number;
  present(order: Order): string;
}

/** How a service of the catalog leaves. */
export type ServicePresenter = (service: OfferedService) => string;

export interface Presenters {
  order: OrderPresenter;
  service: ServicePresenter;
}

/** What a store may tell its operator. */
export interface StorageLog {
  info(message: string): void;
  warn(message: string): void;
}
