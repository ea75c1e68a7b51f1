import type { Storage } from './storage.js';

/** Told of each read outside a transaction: which it was, as `orders.list`, and how long it took, in milliseconds. */
export type NoteRead = (read: string, ms: number) => void;

/** The reads that are timed: those of the service, of each repository. */
export const TIMED_READS = {
  orders: ['find', 'present', 'list', 'count', 'findActiveBetween', 'walkActive'],
  services: ['find', 'findOffered', 'list'],
  calendars: ['find', 'list'],
  schedules: ['find'],
} as const satisfies { [R in keyof Storage]?: readonly (keyof Storage[R])[] };

interface TimingOptions {
  monotonicNow: () => number;
  note: NoteRead;
}

/** What the service reads outside transactions. */
export type Reads = Pick<Storage, keyof typeof TIMED_READS>;

/** The same reads; how long each took, also one that fails, is told. */
export function timedReads(storage: Reads, options: TimingOptions): Reads {
  const timed = <R extends keyof Reads>(name: R): Reads[R] =>
    timedRepository(storage[name], { ...options, name, methods: TIMED_READS[name] });
  return {
    orders: timed('orders'),
    services: timed('services'),
    calendars: timed('calendars'),
    schedules: timed('schedules'),
  };
}

interface RepositoryOptions extends TimingOptions {
  name: string;
  methods: readonly string[];
}

type Method = (...args: unknown[]) => Promise<unknown>;

function timedRepository<R extends object>(repository: R, options: RepositoryOptions): R {
  const { name, methods, monotonicNow, note } = options;
  const timed: Record<string, Method> = {};
  for (const method of methods) {
    const read = `${name}.${method}`;
    const run = (repository as Record<string, Method>)[method] as Method;
    timed[method] = (...args) => {
      const startedAt = monotonicNow();
      const running = run.apply(repository, args);
      const done = () => note(read, monotonicNow() - startedAt);
      running.then(done, done);
      return running;
    };
  }
  return timed as R;
}
