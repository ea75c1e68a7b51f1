import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../domain/errors.js';
import { type Connection, isSqlFailure } from './connection.js';
import { cannotWrite, isPassingFailure, unavailable } from './failures.js';
import { MemberScope, withinTurn } from './member-scope.js';
import type { WaitOptions } from './run-query.js';

/*
 * One writer, many transactions: those that wait together share one BEGIN IMMEDIATE … COMMIT, so that
 * full durability does not cost a sync to disk for every order. Nobody is answered, refusals included,
 * before the COMMIT of its group. Most members write all or nothing, so they run without a savepoint each
 * (which would cost a sixth of what SQLite does); where one fails after it wrote, the whole group is rolled
 * back and run again, with savepoints.
 */

/** The most transactions that share one commit. */
const GROUP_MAX = 64;
/** How long a group's members may run before it commits, in milliseconds: other processes wait for it. */
const GROUP_MS = 50;
/**
 * How long members run before the event loop has its turns, in milliseconds, and how many it has then for each
 * millisecond: reads are answered meanwhile, and clients let in, of whom Node accepts one a turn (libuv 1.45).
 */
const RUN_MS = 1;
const TURNS_PER_MS = 4;
const TURNS_MAX = 200;
/** The most transactions that may wait; more are refused as overloaded. */
const QUEUE_MAX = 10_000;

type Work<T> = (scope: MemberScope) => Promise<T>;
type Outcome = { kind: 'done'; value: unknown } | { kind: 'refused'; error: unknown };
/**
 * `lost`: SQLite has rolled back the whole transaction, the members before this one included.
 * `spoiled`: what the member wrote before it failed stands in the transaction.
 */
type MemberResult = Outcome | { kind: 'lost'; error: unknown } | { kind: 'spoiled' };

interface Member {
  work: Work<unknown>;
  isUndone: boolean;
  waitingSince: number;
  /** Answers the caller; only the first answer counts. */
  settle: (outcome: Outcome) => void;
}

/** What a group's members share, and what of it is still to be written. */
export interface SharedMemory {
  store(): void;
  forget(): void;
}

export class GroupCommit {
  readonly #connection: Connection;
  readonly #memory: SharedMemory;
  readonly #options: WaitOptions;
  readonly #queue: Member[] = [];
  #draining: Promise<void> | null = null;
  #isClosed = false;
  #isDoubtful = false;
  /** When the event loop last had its turns. */
  #turnedAt = 0;

  constructor(connection: Connection, memory: SharedMemory, options: WaitOptions) {
    this.#connection = connection;
    this.#memory = memory;
    this.#options = options;
  }

  /**
   * Runs one transaction; its `work` may await nothing but the transaction itself. What is to be undone
   * leaves nothing, and gives what the work gave.
   * Errors: what `work` throws, and AppError `overloaded`, `store_unavailable`, `outcome_unknown`.
   */
  run<T>(work: Work<T>, { isUndone } = { isUndone: false }): Promise<T> {
    if (this.#isClosed) return Promise.reject(unavailable('The store is closed.'));
    if (this.#queue.length >= QUEUE_MAX) {
      return Promise.reject(
        new AppError('overloaded', 'Too many writes are waiting: try again in a moment.'),
      );
    }
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({
        work,
        isUndone,
        waitingSince: this.#options.monotonicNow(),
        settle: (outcome) => (outcome.kind === 'done' ? resolve(outcome.value as T) : reject(outcome.error)),
      });
      this.#draining ??= this.#drain();
    });
  }

  /** Takes no more transactions and waits for those under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#draining;
  }

  async #drain(): Promise<void> {
    this.#turnedAt = this.#options.monotonicNow();
    do {
      await this.#giveTurns(); // lets the requests of this turn gather, and answers go out
      const group = this.#queue.splice(0, GROUP_MAX);
      try {
        this.#queue.unshift(...(await this.#commitGroup(group)));
      } catch (error) {
        refuseAll(group, cannotWrite(error)); // the next group begins by rolling back
      }
    } while (this.#queue.length > 0);
    this.#draining = null;
  }

  async #giveTurns(): Promise<void> {
    const { monotonicNow } = this.#options;
    const turns = Math.min(TURNS_MAX, Math.max(1, (monotonicNow() - this.#turnedAt) * TURNS_PER_MS));
    for (let turn = 0; turn < turns; turn++) await nextTurn();
    this.#turnedAt = monotonicNow();
  }

  /** Gives the members that were not run, since those before them took long. */
  async #commitGroup(group: Member[], { hasSavepoints } = { hasSavepoints: false }): Promise<Member[]> {
    const waiting = [...(await this.#begin(group))];
    if (waiting.length === 0) return [];
    const outcomes: Outcome[] = [];
    const members: Member[] = [];
    const { monotonicNow } = this.#options;
    const until = monotonicNow() + GROUP_MS;
    do {
      if (monotonicNow() - this.#turnedAt >= RUN_MS) await this.#giveTurns();
      const member = waiting.shift() as Member;
      members.push(member);
      const result = await this.#runMember(member, hasSavepoints || member.isUndone);
      if (result.kind === 'lost') {
        await this.#afterLoss(members, result.error);
        return waiting;
      }
      if (result.kind === 'spoiled') {
        this.#rollBack();
        return [...(await this.#commitGroup(members, { hasSavepoints: true })), ...waiting];
      }
      outcomes.push(result);
    } while (waiting.length > 0 && monotonicNow() < until);
    await this.#commit(members, outcomes);
    return waiting;
  }

  async #commit(members: Member[], outcomes: Outcome[]): Promise<void> {
    try {
      this.#memory.store();
    } catch (error) {
      return this.#afterLoss(members, error);
    }
    try {
      this.#connection.execPrepared('COMMIT');
    } catch (error) {
      if (isSqlFailure(error, 'ioError')) return this.#afterDoubt(members, outcomes, error);
      return this.#afterLoss(members, error);
    }
    members.forEach((member, index) => {
      member.settle(outcomes[index] as Outcome);
    });
  }

  /** Opens the group's transaction, waiting for other processes; refuses those whose time is over, in line too. */
  async #begin(group: Member[]): Promise<Member[]> {
    this.#rollBack(); // where the last group's could not be rolled back
    if (this.#isDoubtful) this.#connection.reopen();
    this.#isDoubtful = false;
    let members = this.#withoutExpired(group);
    while (members.length > 0) {
      try {
        this.#connection.execPrepared('BEGIN IMMEDIATE');
        this.#memory.forget();
        break;
      } catch (error) {
        if (!isSqlFailure(error, 'busy')) throw error;
        members = this.#withoutExpired(members, error);
        if (members.length > 0) await sleep(1 + this.#options.random() * 4);
      }
    }
    return members;
  }

  #withoutExpired(members: Member[], cause?: unknown): Member[] {
    const latest = this.#options.monotonicNow() - this.#options.busyMs;
    const expired = members.filter((member) => member.waitingSince <= latest);
    if (expired.length === 0) return members;
    refuseAll(expired, unavailable('The store is busy with other writers; nothing was done.', cause));
    return members.filter((member) => member.waitingSince > latest);
  }

  async #runMember(member: Member, hasSavepoint: boolean): Promise<MemberResult> {
    const scope = new MemberScope(this.#connection);
    try {
      scope.requireOpen(); // a SAVEPOINT outside the transaction would open, and RELEASE commit, one of its own
      if (hasSavepoint) this.#openSavepoint();
      const value = await withinTurn(member.work(scope));
      scope.requireOpen(); // nothing of a member whose transaction is gone is done
      if (hasSavepoint) this.#closeSavepoint(member);
      return { kind: 'done', value };
    } catch (error) {
      if (!this.#connection.inTransaction || (hasSavepoint && !this.#undoMember())) {
        return { kind: 'lost', error };
      }
      if (!hasSavepoint && scope.mayHaveWritten) return { kind: 'spoiled' };
      return { kind: 'refused', error: isPassingFailure(error) ? cannotWrite(error) : error };
    } finally {
      scope.end();
    }
  }

  #openSavepoint(): void {
    this.#memory.store();
    this.#connection.execPrepared('SAVEPOINT member');
  }

  #closeSavepoint({ isUndone }: Member): void {
    if (isUndone) {
      this.#connection.execPrepared('ROLLBACK TO member');
      this.#memory.forget();
    } else {
      this.#memory.store();
    }
    this.#connection.execPrepared('RELEASE member');
  }

  /** Undoes one member's savepoint. False where the whole transaction is gone. */
  #undoMember(): boolean {
    try {
      this.#connection.exec('ROLLBACK TO member; RELEASE member');
    } catch {
      return false;
    }
    this.#memory.forget();
    return this.#connection.inTransaction;
  }

  /** No member has happened: each is run again alone, so that one's failure is not the others'. */
  async #afterLoss(members: Member[], cause: unknown): Promise<void> {
    this.#rollBack();
    if (members.length === 1) return refuseAll(members, cannotWrite(cause));
    for (const member of members) await this.#commitGroup([member]);
  }

  /**
   * A COMMIT that failed to reach the disk may yet be found there after a crash: whoever wrote is told
   * so. A refusal may name an order that never came to be, so it is not given out either.
   */
  #afterDoubt(members: Member[], outcomes: Outcome[], cause: unknown): void {
    this.#isDoubtful = true; // opened anew by the next group, whose members are told if it cannot be
    const doubt = new AppError(
      'outcome_unknown',
      'The write may or may not have happened: read before you repeat it.',
      { cause },
    );
    members.forEach((member, index) => {
      const error = outcomes[index]?.kind === 'done' ? doubt : cannotWrite(cause);
      member.settle({ kind: 'refused', error });
    });
  }

  #rollBack(): void {
    if (!this.#connection.inTransaction) return;
    try {
      this.#connection.exec('ROLLBACK');
    } catch (error) {
      if (this.#connection.inTransaction) throw error;
    }
  }
}

function refuseAll(members: readonly Member[], error: AppError): void {
  for (const member of members) member.settle({ kind: 'refused', error });
}
