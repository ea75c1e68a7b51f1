import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseConfig } from '../../src/config/config.js';
import { QUEUE_WAIT_MS } from '../../src/http/middleware/shed-load.js';
import { type ServerProcess, startServer } from '../../tests/support/server-process.js';
import type { Campaign, CampaignOptions, CampaignResult } from '../campaign.js';
import { Random } from '../random.js';
import { everyFewSeconds, verifyFaults } from '../support/ends.js';
import { type Answer, HttpClient } from '../support/http-client.js';
import { embeddedStore, type ProofStore } from '../support/stores.js';
import { Load } from './load.js';

/** As many batches as a server does in less than a second. */
const SETTINGS = { MAX_IN_FLIGHT: '40' };
const CONFIG = parseConfig(SETTINGS, '/');
/** What a request that is taken may take: its turn, then the store. */
const ACCEPTED_MS = QUEUE_WAIT_MS + CONFIG.storeBusyMs;
/** Nothing takes longer: the same with the answer's way through a busy client. */
const HANGS_MS = 2 * ACCEPTED_MS;
const MEMORY_MB = 400;
const BACK_MS = 2_000;
const TIMES = [3, 10];

export const overload: Campaign = {
  name: 'overload',
  looksFor:
    'hangs, wrong answers, growing memory or a lasting slowness under 3 and 10 times what a server can take',
  share: 1,
  async run(options) {
    const store = embeddedStore();
    const server = await startServer({ DATABASE_URL: store.url, LOG_LEVEL: 'info', ...SETTINGS });
    try {
      return await proveOn(server, store, options);
    } finally {
      await server.kill('SIGKILL');
      await store.close();
    }
  },
};

async function proveOn(
  server: ServerProcess,
  store: ProofStore,
  { seed, budgetMs, progress }: CampaignOptions,
): Promise<CampaignResult> {
  const random = new Random(seed);
  const http = new HttpClient({ connectionsMax: Number.POSITIVE_INFINITY, timeoutMs: HANGS_MS });
  const eachMs = budgetMs / 4; // the last part is for what is open then, and for the check at the end
  const warm = new Load(server.url, http, random);
  const perSecond = await warm.inTurn(CONFIG.maxInFlight / 2, eachMs);
  const violations = warm.told.faults;
  const figures: Record<string, number> = { 'requests a second taken': Math.round(perSecond) };
  for (const times of TIMES) {
    const load = new Load(server.url, http, random);
    const stopTelling = everyFewSeconds(() => progress(`${times} times: ${load.open} requests open`));
    const { faults, p99Ms } = await overloadBy(server, {
      load,
      http,
      perSecond: perSecond * times,
      forMs: eachMs,
    });
    stopTelling();
    violations.push(...faults.slice(0, 5).map((fault) => `At ${times} times the capacity: ${fault}`));
    figures[`sent at ${times} times`] = [...load.told.statuses.values()].reduce(
      (sum, count) => sum + count,
      0,
    );
    figures[`refused at ${times} times`] = load.told.statuses.get(503) ?? 0;
    figures[`ms at most of 99% at ${times} times`] = Math.round(p99Ms);
    server.log.length = 0;
  }
  const peakMb = peakMemoryMb(server.child.pid as number);
  if (peakMb > MEMORY_MB)
    violations.push(`The server took ${peakMb} MB of memory, and ${MEMORY_MB} are the most.`);
  http.close();
  if ((await server.kill('SIGTERM')) !== 0) violations.push('The server did not stop with 0 after the load.');
  violations.push(...(await verifyFaults(store.url)));
  return {
    violations: violations.map((violation) => `Seed ${seed}: ${violation}`),
    figures: { ...figures, 'MB of memory at most': peakMb },
  };
}

interface Overload {
  load: Load;
  http: HttpClient;
  perSecond: number;
  forMs: number;
}

async function overloadBy(server: ServerProcess, { load, http, perSecond, forMs }: Overload) {
  const watching = watchHealth(server.url, forMs);
  const { lastSentAt, answered } = await load.atRate(perSecond, forMs);
  const [slow] = await Promise.all([isBack(server.url, http, lastSentAt), answered]);
  const faults = [...load.told.faults, ...(await watching)];
  if (slow !== null) faults.push(slow);
  const sorted = load.told.acceptedMs.sort((a, b) => a - b);
  const p99Ms = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
  if (sorted.length === 0) faults.push('Not one request was taken.');
  if (p99Ms > ACCEPTED_MS)
    faults.push(
      `Of the requests that were taken 1% took more than ${Math.round(p99Ms)} ms, and ${ACCEPTED_MS} are the most.`,
    );
  return { faults, p99Ms };
}

/** Health checks pass whatever the load. */
async function watchHealth(url: string, forMs: number): Promise<string[]> {
  const http = new HttpClient({ timeoutMs: ACCEPTED_MS });
  const until = performance.now() + forMs;
  const faults: string[] = [];
  while (performance.now() < until) {
    const status = await statusOf(http.send(url, { method: 'GET', path: '/health/live' }));
    if (status !== 200) faults.push(`/health/live was answered ${status}.`);
    await sleep(250);
  }
  http.close();
  return faults;
}

/** The status of an answer; 0 where none comes. */
function statusOf(sent: Promise<Answer>): Promise<number> {
  return sent.then(
    ({ status }) => status,
    () => 0,
  );
}

/** Reads and books until both go through; what is wrong where that takes too long after the last request. */
async function isBack(url: string, http: HttpClient, lastSentAt: number): Promise<string | null> {
  for (;;) {
    const datetime = new Date(Date.UTC(2_029, 0, 1) + lastSentAt * 86_400_000); // no other order is near
    const [read, booked] = await Promise.all([
      statusOf(http.send(url, { method: 'GET', path: '/orders?limit=1' })),
      statusOf(
        http.send(url, { method: 'POST', path: '/orders?dryRun=true', body: { datetime, totalfee: 1 } }),
      ),
    ]);
    const ms = Math.round(performance.now() - lastSentAt);
    if (read === 200 && booked === 201)
      return ms <= BACK_MS ? null : `A read and a booking took ${ms} ms after the load to go through.`;
    if (ms > HANGS_MS)
      return `After the load a read is answered ${read}, a booking ${booked} (0: not at all).`;
    await sleep(50);
  }
}

/** The most memory that a process had at once (proc(5), VmHWM). */
function peakMemoryMb(pid: number): number {
  const [, kilobytes = '0'] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1_024);
}
