/**
 * Lets the writers of this process that want the same stripe wait for each other, so that only
 * processes conflict in the database. Correctness never depends on it.
 */
export class StripeQueue {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Stands in line for all the keys at once, so that no two wait for each other; call what it gives to let the next in. */
  async enter(keys: readonly string[]): Promise<() => void> {
    const before = keys.map((key) => this.#last.get(key));
    let leave = () => {};
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const turn = Promise.all(before);
    for (const key of keys) this.#stand(key, Promise.all([this.#last.get(key), left]));
    await turn;
    return leave;
  }

  #stand(key: string, mine: Promise<unknown>): void {
    this.#last.set(key, mine);
    void mine.then(() => {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    });
  }
}
