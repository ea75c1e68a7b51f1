import type { ClientSession, Connection } from 'mongoose';

/** Told of sessions before they are used first, so that others can end them should this process die. */
export type OnSessions = (sessions: readonly ClientSession[]) => Promise<void>;

/** How many sessions are made at once, so that they are told of in one go. */
const BATCH = 16;

/** Sessions for transactions, kept and used again: their ids stay few and known. */
export class SessionPool {
  readonly #connection: Connection;
  readonly #onSessions: OnSessions;
  readonly #idle: ClientSession[] = [];
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

  /** Also one whose transaction ended in doubt: what it left open is undone by the next one on it. */
  giveBack(session: ClientSession): void {
    this.#idle.push(session);
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((session) => session.endSession()));
  }

  async #grow(): Promise<void> {
    const made = await Promise.all(
      Array.from({ length: BATCH }, () => this.#connection.startSession({ causalConsistency: false })),
    );
    await this.#onSessions(made);
    this.#idle.push(...made);
  }
}
