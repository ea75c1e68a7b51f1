import type { ModelTransaction } from './database.js';

/** How a step goes: as it should, or a message on the way to the store, or from it, is lost. */
export type Turn = 'go' | 'lost';

export interface StepOptions {
  /** Says whether the step can be made now; absent where it always can. */
  isPossible?: () => boolean;
  /** Whether it is a message of which only the loss would be noticed. */
  canBeLost?: boolean;
  /** Whether it has to do with no other process: neither sees what others do, nor do they see it. */
  isPrivate?: boolean;
}

/** The scheduling points of one process: nothing happens in the model but between two of them. */
export interface Steps {
  /** Waits until this step is to be made; what follows it happens at once. */
  step(what: string, options?: StepOptions): Promise<Turn>;
  /** Told what the process has learned by its last step. */
  saw(what: unknown): void;
  /** Told that the work begins anew; it knows nothing but this. */
  begins(known: { attempt: number; numbers: readonly number[] }): void;
  /** Told which transaction is open. */
  holds(transaction: ModelTransaction): void;
  /** Waits before the work runs again. */
  rest(): Promise<void>;
}

/** Steps that come as they may: for tests of the model as a store. */
export const FREE_STEPS: Steps = {
  async step(_what, { isPossible = () => true } = {}) {
    while (!isPossible()) await nextTurn();
    return 'go';
  },
  saw() {},
  begins() {},
  holds() {},
  rest: nextTurn,
};

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
