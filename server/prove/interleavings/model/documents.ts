import type { ApiKey } from '../../../src/domain/api-key.js';
import type { Calendar, Policy } from '../../../src/domain/calendar.js';
import type { Order } from '../../../src/domain/order.js';
import type { IdempotencyRecord, StoredService } from '../../../src/storage/storage.js';

/** What the model keeps, by collection. `numbers` is the unique index of the orders' numbers. */
export interface Collections {
  orders: Order;
  numbers: { order: string };
  services: StoredService;
  calendars: Calendar;
  locks: Policy & { n: number };
  idempotency: IdempotencyRecord;
  apiKeys: ApiKey;
  counters: { value: number };
}

export type CollectionName = keyof Collections;
export type Value = Collections[CollectionName];

/** One document written, or deleted where `value` is null. */
export interface Write {
  collection: CollectionName;
  id: string;
  value: Value | null;
}

interface Version {
  at: number;
  value: Value | null;
}

type Versions = Map<string, Version[]>;

const NAMES: readonly CollectionName[] = [
  'orders',
  'numbers',
  'services',
  'calendars',
  'locks',
  'idempotency',
  'apiKeys',
  'counters',
];

/** What was committed, every version of it: `at` counts the commits. Values are never changed in place. */
export class Documents {
  readonly #collections: Record<CollectionName, Versions>;
  /** Those that were written since this copy was made, as collection/id. */
  readonly #written = new Map<string, Write>();
  #at: number;
  #changes: string | null = null;

  private constructor(collections: Record<CollectionName, Versions>, at: number) {
    this.#collections = collections;
    this.#at = at;
  }

  static empty(): Documents {
    return new Documents(
      collectionsOf(() => new Map()),
      0,
    );
  }

  /** Another that begins with what this holds. */
  copy(): Documents {
    return new Documents(
      collectionsOf((name) => new Map(this.#collections[name])),
      this.#at,
    );
  }

  /** How many commits there were. */
  get at(): number {
    return this.#at;
  }

  read<C extends CollectionName>(collection: C, id: string, at = this.#at): Collections[C] | null {
    const versions = this.#collections[collection].get(id);
    for (let i = (versions?.length ?? 0) - 1; i >= 0; i--) {
      const version = versions?.[i] as Version;
      if (version.at <= at) return version.value as Collections[C] | null;
    }
    return null;
  }

  ids(collection: CollectionName): Iterable<string> {
    return this.#collections[collection].keys();
  }

  /** All of a collection. */
  all<C extends CollectionName>(collection: C, at = this.#at): Collections[C][] {
    const found: Collections[C][] = [];
    for (const id of this.ids(collection)) {
      const value = this.read(collection, id, at);
      if (value !== null) found.push(value);
    }
    return found;
  }

  /** Whether a document was written, or deleted, by a commit later than this. */
  isChangedAfter(collection: CollectionName, id: string, at: number): boolean {
    const last = this.#collections[collection].get(id)?.at(-1);
    return last !== undefined && last.at > at;
  }

  commit(writes: readonly Write[]): void {
    this.#at += 1;
    this.#changes = null;
    for (const write of writes) {
      const versions = this.#collections[write.collection];
      const before = versions.get(write.id) ?? [];
      // The list of one version may be another copy's too.
      if (before.length > 1) before.push({ at: this.#at, value: write.value });
      else versions.set(write.id, [...before, { at: this.#at, value: write.value }]);
      this.#written.set(`${write.collection}/${write.id}`, write);
    }
  }

  /** What was written since this copy was made, as one text: the same for the same documents. */
  changes(): string {
    this.#changes ??= [...this.#written.keys()]
      .sort()
      .map((key) => `${key}=${JSON.stringify(this.#written.get(key)?.value)}`)
      .join(';');
    return this.#changes;
  }
}

function collectionsOf(make: (name: CollectionName) => Versions): Record<CollectionName, Versions> {
  return Object.fromEntries(NAMES.map((name) => [name, make(name)])) as Record<CollectionName, Versions>;
}
