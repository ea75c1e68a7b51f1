import { AppError } from '../../src/domain/errors.js';
import { serviceJson } from '../../src/features/catalog/catalog.presenter.js';
import { orderPresenter } from '../../src/features/orders/order.presenter.js';
import type { ToldOutcome } from '../../src/writes/outcome.js';
import type { ModelDatabase, ModelTransaction } from './model/database.js';
import type { Write } from './model/documents.js';
import { ModelStorage } from './model/model-storage.js';
import type { StepOptions, Steps, Turn } from './model/steps.js';
import { perform } from './perform.js';
import type { ScenarioWriter } from './scenario.js';

/** How often a client with a key asks. */
const REQUESTS_MAX = 2;

/** How a writer ended. */
export type Result =
  | { kind: 'told'; told: ToldOutcome }
  | { kind: 'refused'; code: string }
  | { kind: 'broken'; reason: string }
  | { kind: 'unanswered' };

/** A step that waits for its turn. */
export interface Parked {
  what: string;
  options: StepOptions;
  go: (turn: Turn) => void;
}

/** Gives each text a number, the same for the same text. */
export class Interner {
  readonly #numbers = new Map<string, number>();

  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#numbers.size + 1);
    return this.#numbers.size;
  }
}

interface ClientOptions {
  name: string;
  writer: ScenarioWriter;
  database: ModelDatabase;
  attempts: number;
  interner: Interner;
  note: (event: string) => void;
}

/** One writer: a client, and the process that its request runs in. */
export class Client {
  readonly name: string;
  readonly writer: ScenarioWriter;
  readonly #options: ClientOptions;
  parked: Parked | null = null;
  result: Result | null = null;
  /** What its commits wrote. */
  readonly commits: (readonly Write[])[] = [];
  #requests = 0;
  /** Grows with each process; those before are dead. */
  #process = 0;
  /** All that the process has learned since its work began, as a number. */
  #history = 0;
  #transaction: ModelTransaction | null = null;
  #atRest: () => void = () => {};

  constructor(options: ClientOptions) {
    this.name = options.name;
    this.writer = options.writer;
    this.#options = options;
  }

  /** Sends its request; done when the process waits for its first turn. */
  async ask(): Promise<void> {
    const rest = this.#rest();
    this.#send();
    await rest;
  }

  /** Makes the step that waits; done when the process waits for its next turn, or has ended. */
  async go(turn: Turn): Promise<void> {
    const parked = this.parked as Parked;
    const rest = this.#rest();
    this.parked = null;
    this.#learn(`${parked.what} ${turn}`);
    parked.go(turn);
    await rest;
  }

  /** The process dies. Gives its transaction, where one is open. */
  async die(): Promise<{ transaction: ModelTransaction; history: number } | null> {
    const transaction = this.#transaction;
    const history = this.#history;
    this.#process += 1;
    this.#transaction = null;
    this.parked = null;
    const rest = this.#rest();
    this.#goOn({ kind: 'unanswered' });
    await rest;
    return transaction?.isOpen ? { transaction, history } : null;
  }

  /** All that its further steps depend on. */
  key(): string {
    const { interner } = this.#options;
    if (this.result !== null) return `=${interner.numberOf(JSON.stringify(this.result))}`;
    const view = this.#transaction?.isOpen ? interner.numberOf(this.#transaction.view()) : 0;
    return `${this.#history}.${this.#requests}.${this.commits.length}.${view}`;
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => {
      this.#atRest = resolve;
    });
  }

  #send(): void {
    this.#requests += 1;
    this.#process += 1;
    this.#history = this.#options.interner.numberOf(`request ${this.#requests}`);
    const process = this.#process;
    const { name, database } = this.#options;
    const storage = new ModelStorage({
      name,
      database,
      steps: this.#stepsOf(process),
      presenters: { order: orderPresenter, service: serviceJson },
      attemptsMax: this.#options.attempts,
    });
    const windows = new Map(database.documents.all('calendars').map(({ _id, windowMs }) => [_id, windowMs]));
    const windowOf = (calendar: string) => windows.get(calendar) ?? 0;
    perform(this.writer, { storage, processName: `${name}${this.#requests}`, windowOf }).then(
      (told) => this.#end(process, { kind: 'told', told }),
      (error: unknown) => this.#end(process, refusalOf(error)),
    );
  }

  #end(process: number, result: Result): void {
    if (process !== this.#process) return;
    this.#transaction = null;
    this.#goOn(result);
  }

  /** Asks again, where it has a key and no answer; or has ended. */
  #goOn(result: Result): void {
    const isInDoubt =
      result.kind === 'unanswered' || (result.kind === 'refused' && result.code === 'outcome_unknown');
    const text = result.kind === 'refused' ? `refused: ${result.code}` : result.kind;
    this.#options.note(`${this.name} is ${text}`);
    if (isInDoubt && this.writer.key !== undefined && this.#requests < REQUESTS_MAX) {
      this.#options.note(`${this.name} asks again`);
      this.#send();
      return;
    }
    this.result = result;
    this.#atRest();
  }

  #stepsOf(process: number): Steps {
    const isAlive = () => process === this.#process;
    return {
      step: (what, options = {}) =>
        new Promise<Turn>((go) => {
          if (!isAlive()) return; // nobody will ever let it go on
          this.parked = { what, options, go };
          this.#atRest();
        }),
      saw: (what) => {
        if (!isAlive()) return;
        const text = JSON.stringify(what) ?? '';
        if (text.startsWith('"A write conflict')) this.#options.note(`  ${JSON.parse(text)}`);
        this.#learn(text);
      },
      begins: ({ attempt, numbers }) => {
        if (!isAlive()) return;
        const known = `request ${this.#requests} attempt ${attempt} numbers ${numbers.join()}`;
        this.#history = this.#options.interner.numberOf(known);
      },
      holds: (transaction) => {
        if (isAlive()) this.#transaction = transaction;
      },
      rest: async () => {},
    };
  }

  #learn(text: string): void {
    this.#history = this.#options.interner.numberOf(`${this.#history} ${text}`);
  }
}

function refusalOf(error: unknown): Result {
  if (error instanceof AppError) return { kind: 'refused', code: error.code };
  return { kind: 'broken', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
