import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession, Connection } from 'mongoose';
import { endSessions, idOf } from './end-sessions.js';
import { isPassingFailure } from './failures.js';

/** Told of sessions before they are used first, so that others can end them should this process die. */
export type OnSessions = (sessions: readonly ClientSession[]) => Promise<void>;

/** How many sessions are made at once, so that they are told of in one go. */
const BATCH = 16;
/** How long to wait before a server that does not answer is asked again to end sessions. */
const ASK_AGAIN_MS = 500;

/** Sessions for transactions, kept and used again: their ids stay few and known. */
export class SessionPool {
  readonly #connection: Connection;
  readonly #onSessions: OnSessions;
  readonly #idle: ClientSession[] = [];
  readonly #doubtful: ClientSession[] = [];
  #settling: Promise<void> | null = null;
  #isClosed = false;
  #growing: Promise<void> | null = null;

  constructor(connection: Connection, onSessions: OnSessions) {
    this.#connection = connection;
    this.#onSessions = onSessions;
  }

  async take(): Promise<ClientSession> {
    for (;;) {
      const session = this.#idle.pop();
      if (session !== undefined) return session;
      this.#growing ??= this.#grow().finally(() => {
        this.#growing = null;
      });
      await this.#growing;
    }
  }

  /** One whose transaction may still be open on the server, which holds up others, is ended there before it is used again. */
  giveBack(session: ClientSession, isDoubtful: boolean): void {
    if (!isDoubtful) {
      this.#idle.push(session);
      return;
    }
    this.#doubtful.push(session);
    this.#settling ??= this.#settleAll().finally(() => {
      this.#settling = null;
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#settling;
    await Promise.all(this.#idle.splice(0).map((session) => session.endSession()));
  }

  async #settleAll(): Promise<void> {
    while (this.#doubtful.length > 0) {
      const sessions = this.#doubtful.splice(0);
      if (await this.#settle(sessions)) this.#idle.push(...sessions);
      else {
        this.#doubtful.push(...sessions);
        if (this.#isClosed) return;
        await sleep(ASK_AGAIN_MS);
      }
    }
  }

  /** Whether they can be used again; where the server refuses, what they left open is undone by their next transactions. */
  async #settle(sessions: readonly ClientSession[]): Promise<boolean> {
    try {
      await endSessions(this.#connection, sessions.map(idOf));
      return true;
    } catch (error) {
      return !isPassingFailure(error);
    }
  }

  async #grow(): Promise<void> {
    const made = await Promise.all(
      Array.from({ length: BATCH }, () => this.#connection.startSession({ causalConsistency: false })),
    );
    await this.#onSessions(made);
    this.#idle.push(...made);
  }
}
