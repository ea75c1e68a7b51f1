import { type ClientSession, type Connection, mongo } from 'mongoose';
import type { StorageLog } from '../storage.js';
import { endSessions, idOf } from './end-sessions.js';
import { isServerFailure } from './failures.js';
import { range } from './keyset.js';
import type { Models } from './models/models.js';
import type { ProcessDocument } from './models/process.model.js';

/*
 * MongoDB keeps the open transaction of a process that died for a minute, and whoever wants its locks
 * fails until then. So every process says which sessions are its own and that it is alive; who meets
 * conflicts for long ends the sessions of those that are not. It is for speed only: a process that was
 * merely slow finds its transaction gone and runs it again.
 */

const HEARTBEAT_MS = 1_000;
/** A process that said nothing for so long is taken for dead, by the server's clock. */
const DEAD_AFTER_MS = 5_000;
/** A process that could not say so for this long says it before its next transaction. */
const STALE_AFTER_MS = 3_000;
/** How long a writer meets conflicts before it looks for dead processes, and how often it looks then. */
const LOOK_AFTER_MS = 2_000;
const LOOK_EVERY_MS = 500;

interface RegisterOptions {
  connection: Connection;
  processes: Models['Process'];
  log: StorageLog;
  monotonicNow: () => number;
}

/** This process's entry among those that write to the database. */
export class ProcessRegister {
  readonly #options: RegisterOptions;
  readonly #id = new mongo.ObjectId().toHexString();
  readonly #sessions: mongo.Binary[] = [];
  #timer: NodeJS.Timeout | null = null;
  #aliveAt = -Infinity;
  #lookedAt = -Infinity;
  #hasWarned = false;

  constructor(options: RegisterOptions) {
    this.#options = options;
  }

  /** Enters this process, and clears what dead ones left. */
  async start(): Promise<void> {
    await this.#beat();
    await this.#endDead();
    this.#timer = setInterval(() => void this.#beat().catch(() => {}), HEARTBEAT_MS).unref();
  }

  /** Takes sessions into the entry, before they are used first. */
  async add(sessions: readonly ClientSession[]): Promise<void> {
    this.#sessions.push(...sessions.map(idOf));
    await this.#beat();
  }

  /** Before a transaction: an entry that may be gone, since nothing was said for long, is written again. */
  async requireEntry(): Promise<void> {
    if (this.#options.monotonicNow() - this.#aliveAt > STALE_AFTER_MS) await this.#beat();
  }

  /** Looks for dead processes where a writer has met conflicts for long. */
  async onConflict(sinceMs: number): Promise<void> {
    const now = this.#options.monotonicNow();
    if (sinceMs < LOOK_AFTER_MS || now - this.#lookedAt < LOOK_EVERY_MS) return;
    this.#lookedAt = now;
    await this.#endDead().catch(() => {}); // the conflict is told in any case
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#options.processes.deleteOne({ _id: this.#id });
  }

  async #beat(): Promise<void> {
    const sentAt = this.#options.monotonicNow();
    await this.#options.processes.updateOne(
      { _id: this.#id },
      { $currentDate: { heartbeatAt: true }, $set: { sessions: this.#sessions } },
      { upsert: true },
    );
    this.#aliveAt = sentAt;
  }

  async #endDead(): Promise<void> {
    const { processes, connection } = this.#options;
    const { localTime } = await connection.getClient().db('admin').command({ hello: 1 });
    const latest = new Date((localTime as Date).getTime() - DEAD_AFTER_MS);
    const dead = await processes.find({ heartbeatAt: range({ $lt: latest }) }).lean<ProcessDocument[]>();
    for (const { _id, heartbeatAt, sessions } of dead) {
      // Only one of those who look removes it, and none that came back to life meanwhile.
      const { deletedCount } = await processes.deleteOne({ _id, heartbeatAt });
      if (deletedCount === 1) await this.#endSessions(sessions);
    }
  }

  async #endSessions(sessions: readonly mongo.Binary[]): Promise<void> {
    if (sessions.length === 0) return;
    try {
      await endSessions(this.#options.connection, sessions);
      this.#options.log.warn('A process that wrote to the database died; its sessions were ended.');
    } catch (error) {
      if (!isServerFailure(error, 'unauthorized')) throw error;
      if (!this.#hasWarned) this.#options.log.warn(MISSING_RIGHT);
      this.#hasWarned = true;
    }
  }
}

const MISSING_RIGHT =
  'The user in DATABASE_URL may not end sessions, so that a process that dies can hold up others for a minute: ' +
  'give it the action killAnySession, or lower the server parameter transactionLifetimeLimitSeconds.';
