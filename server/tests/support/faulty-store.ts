import type { Storage } from '../../src/storage/storage.js';

/** A real store that fails when it is told to. */
export interface FaultyStore {
  wrap(storage: Storage): Storage;
  /** From now on every operation fails with this; null mends it. */
  failWith(error: unknown): void;
}

export function faultyStore(): FaultyStore {
  let fault: unknown = null;
  const failing = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(_, key) {
        const member: unknown = Reflect.get(target, key, target);
        if (typeof member === 'object' && member !== null) return failing(member);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => (fault === null ? member.apply(target, args) : Promise.reject(fault));
      },
    });
  return {
    wrap: failing,
    failWith: (error) => {
      fault = error;
    },
  };
}
