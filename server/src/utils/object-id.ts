import { randomBytes, randomInt } from 'node:crypto';
import { hashOf } from './secret.js';

const COUNTER_MAX = 0x1000000;

/**
 * Makes ids of 24 hex digits in the manner of MongoDB's ObjectId, so that both stores have the same:
 * 4 bytes of seconds, 5 random bytes of this process, 3 bytes of a counter from a random start.
 */
export function objectIdMaker(clock: () => number): () => string {
  const processPart = randomBytes(5).toString('hex');
  let counter = randomInt(COUNTER_MAX);
  return () => {
    counter = (counter + 1) % COUNTER_MAX;
    const seconds = Math.floor(clock() / 1000);
    return seconds.toString(16).padStart(8, '0') + processPart + counter.toString(16).padStart(6, '0');
  };
}

/** An id that follows from a text, so that whoever makes it again finds what was made before. */
export function objectIdOf(text: string): string {
  return hashOf(text).toString('hex').slice(0, 24);
}
