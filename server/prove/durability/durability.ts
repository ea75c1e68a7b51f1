import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startServer } from '../../tests/support/server-process.js';
import type { Campaign, CampaignOptions, CampaignResult } from '../campaign.js';
import { Random } from '../random.js';
import { everyFewSeconds } from '../support/ends.js';
import { HttpClient } from '../support/http-client.js';
import { embeddedStore, type ProofStore } from '../support/stores.js';
import { checkTrace } from './trace.js';

const CALLS = 'fsync,fdatasync,read,recvfrom,recvmsg,write,writev,sendto,sendmsg';
/** More show nothing new. */
const ORDERS_MAX = 2_000;
const DAY_MS = 86_400_000;
const FIRST = Date.UTC(2032, 0, 1);

export const durability: Campaign = {
  name: 'durability',
  looksFor: 'an order that is acknowledged before the embedded store has synced it to disk',
  share: 0.5,
  async run(options) {
    if (spawnSync('strace', ['-o', '/dev/null', 'true']).status !== 0) {
      return {
        violations: [],
        figures: {},
        leftOut: 'strace is not there, or may not trace: install it to run this.',
      };
    }
    const store = embeddedStore();
    try {
      return await traceBookings(store, options);
    } finally {
      await store.close();
    }
  },
};

async function traceBookings(store: ProofStore, options: CampaignOptions): Promise<CampaignResult> {
  const trace = join(store.folder, 'trace.txt');
  const strace = ['strace', '-f', '-yy', '-s', '24', '-e', `trace=${CALLS}`, '-o', trace];
  const server = await startServer({ DATABASE_URL: store.url }, strace);
  let booked: number;
  try {
    booked = await bookInTurn(server.url, options);
  } finally {
    server.child.stdin?.end(); // the server ends with it, and strace with the server
    await server.ended;
  }
  const { acknowledged, syncs, faults } = checkTrace(readFileSync(trace, 'utf8'));
  const violations = faults.slice(0, 5).map((fault) => `Seed ${options.seed}: ${fault}`);
  if (acknowledged !== booked)
    violations.push(`${booked} orders were acknowledged, and the trace shows ${acknowledged}.`);
  return { violations, figures: { 'orders acknowledged': acknowledged, 'syncs of the log': syncs } };
}

/** Books one order after the other; gives how many were acknowledged. */
async function bookInTurn(url: string, { seed, budgetMs, progress }: CampaignOptions): Promise<number> {
  const random = new Random(seed);
  const http = new HttpClient();
  const until = performance.now() + budgetMs * 0.8;
  let booked = 0;
  const stopTelling = everyFewSeconds(() => progress(`${booked} orders`));
  for (let day = 0; day < ORDERS_MAX && performance.now() < until; day++) {
    const datetime = new Date(FIRST + day * DAY_MS + random.below(DAY_MS / 2));
    const { status, text } = await http.send(url, {
      method: 'POST',
      path: '/orders',
      body: { datetime, totalfee: random.below(1_000) },
    });
    if (status !== 201) throw new Error(`A booking was answered ${status}: ${text}`);
    booked += 1;
  }
  stopTelling();
  http.close();
  return booked;
}
