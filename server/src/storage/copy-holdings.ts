import { isDeepStrictEqual } from 'node:util';
import { pagesById, rowsById } from '../utils/walk-by-id.js';
import type { Holdings, Shelf } from './storage.js';

const PAGE = 500;

/** In the order in which they are copied: an order stands on a calendar that is there. */
export const SHELVES = ['calendars', 'services', 'orders', 'apiKeys', 'idempotency'] as const;
export type ShelfName = (typeof SHELVES)[number];

/** How many records of a kind were gone through, and how many of them differed between the stores. */
export interface CopyProgress {
  shelf: ShelfName;
  read: number;
  different: number;
}

/** Why a store cannot hold a record of another. */
export interface Misfit {
  record: string;
  problem: string;
}

/** Every record of the source that the target cannot hold. */
export async function* findMisfits(source: Holdings, target: Holdings): AsyncGenerator<Misfit> {
  for await (const service of rowsById(source.services.read, PAGE)) {
    for (const problem of target.problemsOf({ service })) yield { record: `service ${service._id}`, problem };
  }
  for await (const order of rowsById(source.orders.read, PAGE)) {
    for (const problem of target.problemsOf({ order })) yield { record: `order ${order.number}`, problem };
  }
}

/**
 * Makes the target hold what the source holds, record by record: what is there already as it should be,
 * from a run that was interrupted, stays. Says after each page how far it is.
 */
export async function* fill(source: Holdings, target: Holdings): AsyncGenerator<CopyProgress> {
  for (const shelf of SHELVES) {
    const filled: Shelf<Identified> = target[shelf];
    for await (const { put, remove, ...progress } of differences<Identified>(source[shelf], filled)) {
      await filled.put(put);
      await filled.remove(remove);
      yield { shelf, ...progress };
    }
  }
  await target.setLastNumber(await source.lastNumber());
}

/** What does not go away by itself; keyed outcomes do, in either store, when their time is over. */
const COMPARED = SHELVES.filter((shelf) => shelf !== 'idempotency');

/** Goes through both stores; the same progress, but nothing is written. */
export async function* compare(source: Holdings, target: Holdings): AsyncGenerator<CopyProgress> {
  for (const shelf of COMPARED) {
    for await (const { put, remove, ...progress } of differences<Identified>(source[shelf], target[shelf])) {
      yield { shelf, ...progress };
    }
  }
}

interface Identified {
  _id: string;
}

interface Differences<R> {
  put: R[];
  remove: string[];
  read: number;
  different: number;
}

/** What would make a shelf of the target equal to the source's, page by page of the source. */
async function* differences<R extends Identified>(
  source: Shelf<R>,
  target: Shelf<R>,
): AsyncGenerator<Differences<R>> {
  const there = rowsById(target.read, PAGE);
  let next = await there.next();
  for await (const page of pagesById(source.read, PAGE)) {
    const put: R[] = [];
    const remove: string[] = [];
    for (const record of page) {
      while (!next.done && next.value._id < record._id) {
        remove.push(next.value._id);
        next = await there.next();
      }
      const found = !next.done && next.value._id === record._id ? next.value : null;
      if (!isDeepStrictEqual(found, record)) put.push(record);
      if (found !== null) next = await there.next();
    }
    if (page.length < PAGE) {
      for (; !next.done; next = await there.next()) remove.push(next.value._id);
    }
    yield { put, remove, read: page.length, different: put.length + remove.length };
  }
}
