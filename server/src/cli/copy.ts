import { existsSync } from 'node:fs';
import { DatabaseUrlError } from '../config/database.js';
import { AppError } from '../domain/errors.js';
import { locateDatabase } from '../environment.js';
import { type CopyProgress, compare, fill, findMisfits, type ShelfName } from '../storage/copy-holdings.js';
import type { Holdings } from '../storage/storage.js';
import { withStorage } from './with-storage.js';

/**
 * Copies a store to an empty one, of either kind; both addresses are written as DATABASE_URL is. The
 * target can be opened by nothing else until it was compared and found equal.
 */
export async function copy(from: string, to: string): Promise<void> {
  const [source, target] = [located('FROM', from), located('TO', to)];
  if (source.kind === 'sqlite' && !existsSync(source.file)) {
    throw refusal(`There is no database at ${source.display}.`);
  }
  await withStorage(
    ({ holdings }) =>
      withStorage((store) => copyHoldings(holdings, store.holdings), {
        database: target,
        copyOf: source.display,
      }),
    { database: source },
  );
  console.log(
    `${target.display} holds what ${source.display} holds. Set DATABASE_URL to it, and start the server.`,
  );
}

async function copyHoldings(source: Holdings, target: Holdings): Promise<void> {
  let misfits = 0;
  for await (const { record, problem } of findMisfits(source, target)) {
    misfits += 1;
    console.error(`${record}: ${problem}.`);
  }
  if (misfits > 0) {
    throw refusal(`${misfits} records cannot be kept there: mend those above with PUT, or delete them.`);
  }
  await report('Copied', fill(source, target));
  const different = await report('Compared', compare(source, target));
  if (different > 0 || (await source.lastNumber()) !== (await target.lastNumber())) {
    throw refusal(
      `${different} records differ: something wrote to the source meanwhile. Stop its servers, and run the same command again.`,
    );
  }
  await target.finish();
}

/** Says how far it is after each page; gives how many records differed in all. */
async function report(done: string, progress: AsyncIterable<CopyProgress>): Promise<number> {
  const read: Partial<Record<ShelfName, number>> = {};
  let different = 0;
  for await (const page of progress) {
    const count = (read[page.shelf] ?? 0) + page.read;
    read[page.shelf] = count;
    different += page.different;
    console.error(`${done} ${count} ${page.shelf}.`);
  }
  return different;
}

function located(name: string, url: string) {
  try {
    return locateDatabase(url);
  } catch (error) {
    if (error instanceof DatabaseUrlError) throw refusal(`${name} ${error.message}.`);
    throw error;
  }
}

function refusal(message: string): AppError {
  return new AppError('store_unavailable', message);
}
