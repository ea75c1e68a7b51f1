import type { CollectionName, Collections, Documents, Value, Write } from './documents.js';
import type { Plant } from './plants.js';

/*
 * The isolation of the two stores, as docs/architecture.md describes it.
 * `mongodb`: a transaction reads the snapshot of its first operation and its own writes. The first that writes
 * a document wins: a second one that is under way, or whose snapshot is older than the last commit of that
 * document, fails and is undone. What is not there conflicts with nothing; two inserts of one id do.
 * `sqlite`: one transaction at a time writes; the others wait for it to end before they begin.
 */

/** Whose isolation the model has. */
export type Mode = 'mongodb' | 'sqlite';

/** A transaction lost against another; nothing of it happened, and it may run again. */
export class Conflict extends Error {
  constructor(document: string) {
    super(`A write conflict on ${document}.`);
  }
}

/** There is a document of this id. */
export class Duplicate extends Error {
  constructor(document: string) {
    super(`There is a ${document} already.`);
  }
}

/** What a transaction did, told at the instant of its commit. */
export interface Commit {
  by: string;
  writes: readonly Write[];
}

export interface DatabaseOptions {
  mode: Mode;
  plants?: ReadonlySet<Plant>;
  /** Whether transactions can say what they see (`view`), which takes its time. */
  isExplored?: boolean;
  onCommit?: (commit: Commit) => void;
}

/** A database in memory, which any number of processes open. */
export class ModelDatabase {
  readonly mode: Mode;
  readonly plants: ReadonlySet<Plant>;
  readonly documents: Documents;
  readonly isExplored: boolean;
  readonly #underWay = new Set<ModelTransaction>();
  readonly #onCommit: (commit: Commit) => void;

  constructor(
    documents: Documents,
    { mode, plants = new Set(), isExplored = false, onCommit = () => {} }: DatabaseOptions,
  ) {
    this.documents = documents;
    this.isExplored = isExplored;
    this.mode = mode;
    this.plants = plants;
    this.#onCommit = onCommit;
  }

  /** Whether a transaction may begin now. */
  canBegin(): boolean {
    return this.mode === 'mongodb' || this.#underWay.size === 0 || this.plants.has('no lock');
  }

  begin(by: string): ModelTransaction {
    const transaction = new ModelTransaction(this, by);
    this.#underWay.add(transaction);
    return transaction;
  }

  /** Whether another transaction under way has written a document. */
  isHeldFrom(transaction: ModelTransaction, key: string): boolean {
    for (const other of this.#underWay) if (other !== transaction && other.hasWritten(key)) return true;
    return false;
  }

  /** Ends a transaction. */
  end(transaction: ModelTransaction, writes: readonly Write[]): void {
    this.#underWay.delete(transaction);
    if (writes.length === 0) return;
    this.documents.commit(writes);
    for (const other of this.#underWay) other.noteCommit(writes);
    this.#onCommit({ by: transaction.by, writes });
  }
}

/** One transaction, from its first operation to its end. */
export class ModelTransaction {
  readonly by: string;
  readonly #database: ModelDatabase;
  readonly #writes = new Map<string, Write>();
  /** What others committed since the snapshot. */
  readonly #changedSince = new Set<string>();
  #snapshot: number | null = null;
  #snapshotText = '';
  #isOpen = true;

  constructor(database: ModelDatabase, by: string) {
    this.#database = database;
    this.by = by;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get hasSnapshot(): boolean {
    return this.#snapshot !== null;
  }

  read<C extends CollectionName>(collection: C, id: string): Collections[C] | null {
    const at = this.#requireOpen();
    const own = this.#writes.get(`${collection}/${id}`);
    if (own !== undefined) return own.value as Collections[C] | null;
    return this.#database.documents.read(collection, id, at);
  }

  all<C extends CollectionName>(collection: C): Collections[C][] {
    const at = this.#requireOpen();
    const ids = new Set(this.#database.documents.ids(collection));
    for (const write of this.#writes.values()) if (write.collection === collection) ids.add(write.id);
    const found: Collections[C][] = [];
    for (const id of ids) {
      const own = this.#writes.get(`${collection}/${id}`);
      const value = own === undefined ? this.#database.documents.read(collection, id, at) : own.value;
      if (value !== null) found.push(value as Collections[C]);
    }
    return found;
  }

  /** Writes a document that is there, or deletes it; what is not there is left alone. Error: Conflict. */
  update<C extends CollectionName>(collection: C, id: string, value: Collections[C] | null): void {
    if (this.read(collection, id) !== null) this.#put(collection, id, value);
  }

  /** Errors: Duplicate, Conflict. */
  insert<C extends CollectionName>(collection: C, id: string, value: Collections[C]): void {
    if (this.read(collection, id) !== null) {
      if (this.#database.mode === 'mongodb') this.undo();
      throw new Duplicate(`${collection}/${id}`);
    }
    this.#put(collection, id, value);
  }

  hasWritten(key: string): boolean {
    return this.#writes.has(key);
  }

  noteCommit(writes: readonly Write[]): void {
    if (this.#snapshot === null) return;
    for (const { collection, id } of writes) this.#changedSince.add(`${collection}/${id}`);
  }

  commit(): void {
    this.#isOpen = false;
    this.#database.end(this, [...this.#writes.values()]);
  }

  undo(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#database.end(this, []);
  }

  /** All on which the transaction's next operations depend, beside its own writes and the committed documents. */
  view(): string {
    return this.#snapshot === null ? '' : `${this.#snapshotText}!${[...this.#changedSince].sort().join()}`;
  }

  #put(collection: CollectionName, id: string, value: Value | null): void {
    const key = `${collection}/${id}`;
    const { mode, documents } = this.#database;
    const snapshot = this.#snapshot as number;
    const isLost =
      mode === 'mongodb' &&
      (this.#database.isHeldFrom(this, key) || documents.isChangedAfter(collection, id, snapshot));
    if (isLost) {
      this.undo();
      throw new Conflict(key);
    }
    this.#writes.set(key, { collection, id, value });
  }

  #requireOpen(): number {
    if (!this.#isOpen) throw new Error('This transaction has ended.');
    if (this.#snapshot === null) {
      this.#snapshot = this.#database.documents.at;
      if (this.#database.isExplored) this.#snapshotText = this.#database.documents.changes();
    }
    return this.#snapshot;
  }
}
