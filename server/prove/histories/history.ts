/* What clients did and were told, with instants of one clock (milliseconds): the input of the checker. */

/** An order as an answer showed it. */
export interface Shown {
  _id: string;
  number: number;
  /** The instant, in milliseconds. */
  datetime: number;
  totalfee: number;
  calendar: string;
  status: string;
  version: number;
  cancelReason: string | null;
}

export type OperationName = 'create' | 'update' | 'cancel' | 'restore' | 'delete' | 'read';

/** One thing that was asked of one order. */
export interface Operation {
  op: OperationName;
  /** Which order; undefined for a new one. */
  id?: string;
  /** A number that no other operation has: it is the fee that a create or update sets, and a cancellation's reason. */
  serial: number;
  datetime?: number;
  calendar?: string;
}

/** Orders that a refusal named as being in the way. */
export interface Clash {
  calendar: string;
  datetime: number;
  conflicts: { _id: string; datetime: number }[];
}

/** What one operation came to. */
export interface Result {
  status: number;
  order?: Shown;
  code?: string;
  clash?: Clash;
}

/** One request with its key, repeated until its outcome was known. */
export interface Entry {
  key: string;
  operations: Operation[];
  /** Several operations in one request. */
  isBatch: boolean;
  /** When it was first sent. */
  startedAt: number;
  /** When the attempt was sent that was answered. */
  lastSentAt: number;
  /** When its outcome was known; null where it never was: it may have happened at any time since the start. */
  endedAt: number | null;
  attempts: number;
  /** One for each operation; one alone where the request was refused as a whole; empty where unsettled. */
  results: Result[];
  /** Whether the answer said that it was told before. */
  isReplayed: boolean;
}

/** The answer to a key, and the answer when it was sent once more. */
export interface Replay {
  key: string;
  first: string;
  again: string;
  isMarked: boolean;
}

export interface History {
  entries: Entry[];
  replays: Replay[];
  /** Every order that the database holds at the end. */
  final: Shown[];
}

export const WINDOW_MS = 180 * 60_000;

/** An operation of a request, with what it came to. */
export interface Act {
  entry: Entry;
  operation: Operation;
  result: Result;
}

/** Every operation whose outcome is known; of a batch that was refused as a whole there is none. */
export function settledActs(entries: readonly Entry[]): Act[] {
  return entries.flatMap((entry) => {
    if (entry.results.length !== entry.operations.length) return [];
    return entry.operations.map((operation, i) => ({ entry, operation, result: entry.results[i] as Result }));
  });
}

export const isDone = ({ result }: Pick<Act, 'result'>) => result.status < 300;
/** Whether any operation of a request was done. */
export const didAnything = ({ results }: Entry) => results.some((result) => isDone({ result }));
export const endOf = (entry: Entry) => entry.endedAt ?? Number.POSITIVE_INFINITY;
/**
 * The earliest instant at which the answer can have been true: when its attempt was sent, or, where it repeats what
 * an earlier attempt came to (a batch done in part, with its refusals), when the first one was.
 */
export const sinceWhen = ({ isReplayed, startedAt, lastSentAt }: Entry) =>
  isReplayed ? startedAt : lastSentAt;
