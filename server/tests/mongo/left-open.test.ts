import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CHUNK_MS } from '../../src/storage/mongo/stripes.js';
import type { Storage } from '../../src/storage/storage.js';
import { dropDatabase, freshUrl, openTestStorage } from '../support/mongo.js';
import { anId, NINE } from '../support/orders.js';
import { ordersOn } from '../support/services.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';

/* What a network that fails leaves open on the server, of a process that lives. */

const BUSY_MS = 800;
/** The driver has given up undoing what it began, and the store has asked in vain to end it, more than once. */
const AWAY_MS = 4_500;
const WEEKS = 8;
const url = freshUrl();
let proxy: TcpProxy;
let storage: Storage;
/** Another process, whose network is well. */
let other: Storage;

beforeAll(async () => {
  const { port, pathname } = new URL(url);
  proxy = await startTcpProxy(Number(port));
  storage = await openTestStorage(`mongodb://127.0.0.1:${proxy.port}${pathname}?directConnection=true`, {
    busyMs: BUSY_MS,
  });
  other = await openTestStorage(url, { busyMs: BUSY_MS });
});
afterAll(async () => {
  await storage.close();
  await other.close();
  await proxy.close();
  await dropDatabase(url);
});

/** A time in the middle of a week of its own. */
const weeks = Array.from(
  { length: WEEKS },
  (_, week) => (Math.floor(NINE / CHUNK_MS) + week + 0.5) * CHUNK_MS,
);

/** Takes the places of all weeks, each in a transaction of its own, and lets the network fail before they go on. */
async function loseThemAll(): Promise<void> {
  let taken = 0;
  let lose = () => {};
  const isLost = new Promise<void>((resolve) => {
    lose = resolve;
  });
  const writes = weeks.map((datetime) =>
    storage.transaction({ places: [] }, async (tx) => {
      await tx.calendars.take('default', datetime);
      taken += 1;
      if (taken === WEEKS) {
        proxy.set('black hole');
        lose();
      }
      await isLost;
      await tx.services.find(anId());
    }),
  );
  for (const { status, reason } of (await Promise.allSettled(writes)) as PromiseRejectedResult[]) {
    expect({ status, code: reason?.code }).toEqual({ status: 'rejected', code: 'store_unavailable' });
  }
  expect(taken).toBe(WEEKS);
}

test('holds up no booking for longer than 8 s, though nobody else books', async () => {
  await loseThemAll();
  await sleep(AWAY_MS);
  proxy.set('pass');
  const began = performance.now();
  const orders = ordersOn(other);
  for (const datetime of weeks) {
    for (let isBooked = false; !isBooked; ) {
      await orders.create({ datetime, totalfeeMinor: 100 }).then(
        () => {
          isBooked = true;
        },
        (error) => expect(error).toMatchObject({ code: 'store_unavailable' }),
      );
    }
  }
  expect(performance.now() - began).toBeLessThan(8_000);
}, 120_000);
