import { toWireInstant } from '../domain/instant.js';
import { allCalendars, walkNearPairs } from '../features/orders/near-pairs.js';
import type { Storage } from '../storage/storage.js';

/** Every near pair of every calendar: where it is, and the sentence that says what. */
export async function* nearPairSentences(
  storage: Storage,
): AsyncGenerator<{ where: string; problem: string }> {
  for await (const calendar of allCalendars(storage.calendars)) {
    for await (const [earlier, later] of walkNearPairs(storage.orders, calendar)) {
      const problem = `order ${earlier.number} at ${toWireInstant(earlier.datetime)} and order ${later.number} at ${toWireInstant(later.datetime)} stand within the window`;
      yield { where: `calendar/${calendar._id}`, problem };
    }
  }
}
