import { AppError } from '../domain/errors.js';

interface UnderWay {
  fingerprint: string;
  ended: Promise<void>;
}

/** The keyed writes of this process that have not ended yet: a twin waits for the first instead of racing it. */
export class KeysUnderWay {
  readonly #underWay = new Map<string, UnderWay>();
  readonly #waitMs: number;

  constructor(waitMs: number) {
    this.#waitMs = waitMs;
  }

  /**
   * Runs a write when no other of the same key runs.
   * Errors: what it throws, and AppError `idempotency_key_reused`, `idempotency_in_progress`.
   */
  async run<T>(id: string, fingerprint: string, write: () => Promise<T>): Promise<T> {
    for (let twin = this.#underWay.get(id); twin !== undefined; twin = this.#underWay.get(id)) {
      requireSame(twin.fingerprint, fingerprint);
      await this.#endOf(twin);
    }
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#underWay.set(id, { fingerprint, ended });
    try {
      return await write();
    } finally {
      this.#underWay.delete(id);
      end();
    }
  }

  async #endOf({ ended }: UnderWay): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(inProgress()), this.#waitMs);
    });
    await Promise.race([ended, late]).finally(() => clearTimeout(timer));
  }
}

/** Requires that a key comes with the request that it came with first. Error: AppError `idempotency_key_reused`. */
export function requireSame(first: string, now: string): void {
  if (first === now) return;
  throw new AppError(
    'idempotency_key_reused',
    'This Idempotency-Key was sent with another request before: make a new key for a new request.',
  );
}

function inProgress(): AppError {
  return new AppError(
    'idempotency_in_progress',
    'The first request with this Idempotency-Key still runs: send it again in a moment.',
  );
}
