import { type ApiKey, isUsable } from '../../domain/api-key.js';
import type { Caller, Gate } from '../../http/middleware/authorize.js';
import type { ApiKeyReads } from '../../storage/storage.js';
import { hashOf, isSameHash } from '../../utils/secret.js';
import { rowsById } from '../../utils/walk-by-id.js';

/** How many keys are read at a time. */
const KEYS_PAGE = 1_000;
/** How often the keys are read anew; a key that is made or revoked is known everywhere within 5 s. */
const REFRESH_MS = 2_000;
/** How often the last uses of keys are stored, in milliseconds. */
const USES_MS = 60_000;

const TOKEN = /^rm_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;
/** What a token of an unknown key is compared with, so that it costs what any other does. */
const NO_HASH = Buffer.alloc(32);

/** `auto`: open while no key was ever made; `required`: closed also then; `off`: open to everybody. */
export type AuthMode = 'auto' | 'required' | 'off';

interface KeyRingOptions {
  mode: AuthMode;
  keys: ApiKeyReads;
  now: () => number;
  noteUses: (ids: Iterable<string>, at: number) => Promise<void>;
  warn: (message: string) => void;
}

type KnownKeys = Map<string, { key: ApiKey; hash: Buffer }>;

/** The keys as this process knows them, read anew every few seconds; a request never waits for the store. */
export class KeyRing implements Gate {
  readonly #options: KeyRingOptions;
  #keys: KnownKeys = new Map();
  /** Stays when they are gone, as while a backup is being restored: what was closed is not opened again. */
  #hasKeys = false;
  #isReading = false;
  #used = new Set<string>();
  #timers: NodeJS.Timeout[] = [];

  constructor(options: KeyRingOptions) {
    this.#options = options;
  }

  /** Reads the keys, and goes on reading them. Error: the store's, where the first reading fails. */
  async start(): Promise<void> {
    if (this.#options.mode === 'off') return;
    await this.refresh();
    const refresh = () =>
      this.refresh().catch((error: unknown) =>
        this.#options.warn(`API keys could not be read anew: ${error}`),
      );
    this.#timers = [setInterval(refresh, REFRESH_MS), setInterval(() => void this.#storeUses(), USES_MS)];
    for (const timer of this.#timers) timer.unref();
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#storeUses();
  }

  /** Does nothing while a reading is under way, so that none overtakes another. */
  async refresh(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      await this.#read();
    } finally {
      this.#isReading = false;
    }
  }

  async #read(): Promise<void> {
    const keys: KnownKeys = new Map();
    const { keys: stored } = this.#options;
    for await (const key of rowsById<string, ApiKey>(
      (after, limit) => stored.list(after, limit),
      KEYS_PAGE,
    )) {
      keys.set(key._id, { key, hash: Buffer.from(key.secretHash, 'hex') });
    }
    this.#keys = keys;
    this.#hasKeys ||= keys.size > 0;
  }

  /** Whether a key was ever made, also one that is revoked since. */
  get hasKeys(): boolean {
    return this.#hasKeys;
  }

  needsKey(): boolean {
    const { mode } = this.#options;
    return mode === 'required' || (mode === 'auto' && this.hasKeys);
  }

  isForLocalCallers(): boolean {
    return this.#options.mode === 'auto' && !this.hasKeys;
  }

  callerOf(token: string): Caller | null {
    const [, id = '', secret = ''] = TOKEN.exec(token) ?? [];
    const known = this.#keys.get(id);
    const isRight = isSameHash(hashOf(secret), known?.hash ?? NO_HASH);
    if (!isRight || known === undefined || !isUsable(known.key, this.#options.now())) return null;
    this.#used.add(id);
    return { id, scopes: known.key.scopes };
  }

  async #storeUses(): Promise<void> {
    if (this.#used.size === 0) return;
    const used = this.#used;
    this.#used = new Set();
    await this.#options.noteUses(used, this.#options.now()).catch(() => {
      for (const id of used) this.#used.add(id); // the next turn tries again
    });
  }
}
