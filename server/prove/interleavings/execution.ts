import { Client, type Interner } from './client.js';
import { faultOfCommit, faultOfEnd } from './invariants.js';
import { ModelDatabase, type ModelTransaction } from './model/database.js';
import type { Documents } from './model/documents.js';
import type { Plant } from './model/plants.js';
import { type Scenario, writerName } from './scenario.js';

/** What may happen next. */
export type Choice =
  | { kind: 'go' | 'lose' | 'die'; client: Client }
  /** The store ends the transaction of a process that died. */
  | { kind: 'free'; orphan: Orphan };

interface Orphan {
  name: string;
  transaction: ModelTransaction;
  history: number;
}

interface ExecutionOptions {
  scenario: Scenario;
  /** What the scenario begins with; it is copied. */
  documents: Documents;
  plants: ReadonlySet<Plant>;
  interner: Interner;
  /** Whether no step is left out for being a process's own affair. */
  takesAll?: boolean;
}

/** One run of a scenario, step by step as it is told. */
export class Execution {
  /** What happened, step by step. */
  readonly trace: string[] = [];
  /** What was found to be wrong. */
  violation: string | null = null;
  readonly #options: ExecutionOptions;
  readonly #database: ModelDatabase;
  readonly #clients: readonly Client[];
  #orphans: readonly Orphan[] = [];
  #faultsLeft: number;

  constructor(options: ExecutionOptions) {
    const { scenario, documents, plants, interner } = options;
    this.#options = options;
    this.#faultsLeft = scenario.faults;
    this.#database = new ModelDatabase(documents.copy(), {
      mode: scenario.mode,
      plants,
      isExplored: true,
      onCommit: (commit) => {
        this.#clients.find(({ name }) => name === commit.by)?.commits.push(commit.writes);
        this.violation ??= faultOfCommit(this.#database.documents, commit);
      },
    });
    this.#clients = scenario.writers.map(
      (writer, index) =>
        new Client({
          name: writerName(index),
          writer,
          database: this.#database,
          attempts: scenario.attempts,
          interner,
          note: (event) => this.trace.push(event),
        }),
    );
  }

  async start(): Promise<void> {
    for (const client of this.#clients) await client.ask();
  }

  /**
   * All that may happen next, in an order that follows from what happened; empty at the end. Where a step is
   * its process's own affair, only that process goes on: whatever the others do before it, they might as well
   * do after it (a partial order reduction; explore.test.ts holds that no end is lost).
   */
  choices(): Choice[] {
    const { takesAll = false } = this.#options;
    const own = this.#clients.find(({ parked }) => parked?.options.isPrivate);
    if (own !== undefined && !takesAll) return this.#choicesOf(own);
    const choices = this.#clients.flatMap((client) => this.#choicesOf(client));
    for (const orphan of this.#orphans) choices.push({ kind: 'free', orphan });
    return choices;
  }

  #choicesOf(client: Client): Choice[] {
    if (client.parked === null) return [];
    const { isPossible, canBeLost = false } = client.parked.options;
    const choices: Choice[] = [];
    if (isPossible === undefined || isPossible()) choices.push({ kind: 'go', client });
    if (this.#faultsLeft === 0) return choices;
    if (canBeLost) choices.push({ kind: 'lose', client });
    choices.push({ kind: 'die', client });
    return choices;
  }

  async take(choice: Choice): Promise<void> {
    if (choice.kind === 'free') {
      this.trace.push(`the store ends the transaction of ${choice.orphan.name}`);
      choice.orphan.transaction.undo();
      this.#orphans = this.#orphans.filter((one) => one !== choice.orphan);
      return;
    }
    const { client, kind } = choice;
    const what = client.parked?.what ?? '';
    if (kind === 'go') {
      this.trace.push(`${client.name} ${what}`);
      await client.go('go');
    } else {
      this.#faultsLeft -= 1;
      this.trace.push(
        `${client.name} ${what}: ${kind === 'lose' ? 'the message is lost' : 'its process dies before'}`,
      );
      if (kind === 'lose') await client.go('lost');
      else this.#bury(client.name, await client.die());
    }
    if (client.result !== null) this.violation ??= this.#faultOfEnd(client);
  }

  /** Requires that all have ended. */
  end(): void {
    for (const client of this.#clients) this.violation ??= this.#faultOfEnd(client);
  }

  #faultOfEnd(client: Client): string | null {
    return faultOfEnd(client, { clients: this.#clients, documents: this.#database.documents });
  }

  /** What came of it all, for everyone. */
  outcome(): string {
    const results = this.#clients.map(({ result }) => JSON.stringify(result));
    return `${results.join()} ${this.#database.documents.changes()}`;
  }

  /** All that what may happen next depends on, and what is asked of it. */
  key(): string {
    const { interner } = this.#options;
    const clients = this.#clients.map((client) => client.key()).join();
    const orphans = this.#orphans.map(({ name, history }) => `${name}${history}`).join();
    return `${interner.numberOf(this.#database.documents.changes())}|${this.#faultsLeft}|${clients}|${orphans}`;
  }

  /** SQLite's lock goes with its process; MongoDB keeps the transaction for a while. */
  #bury(name: string, left: { transaction: ModelTransaction; history: number } | null): void {
    if (left === null) return;
    if (this.#database.mode === 'sqlite') left.transaction.undo();
    else this.#orphans = [...this.#orphans, { name, ...left }];
  }
}
