import { setTimeout as sleep } from 'node:timers/promises';
import type { CampaignOptions, CampaignResult } from '../campaign.js';
import { didAnything, type Entry } from '../histories/history.js';
import { proveHistory } from '../histories/prove-history.js';
import type { Cluster } from '../support/cluster.js';
import { codeOf, HttpClient } from '../support/http-client.js';
import type { ProofStore } from '../support/stores.js';

const PROCESSES = 3;
const CLIENTS = 12;
const FROZEN_MS = { least: 10_000, most: 60_000 };
/** What starting, the load before and after, settling and verifying take. */
const AROUND_MS = 14_000;
const LEAD_MS = 2_000;
/** What the others may be held up on MongoDB, with a second for a busy machine. */
const HELD_UP_MS = 9_000;
/** A write waits for the store 5 s (STORE_BUSY_MS), then it is refused. */
const ANSWERED_MS = 8_000;

/** One of three processes freezes in the middle of bookings and comes back: nothing is booked twice or too near. */
export async function proveFreeze(
  store: ProofStore,
  { seed, budgetMs, progress }: CampaignOptions,
): Promise<CampaignResult> {
  const forMs = Math.min(FROZEN_MS.most, Math.max(FROZEN_MS.least, budgetMs - AROUND_MS));
  const { violations, figures } = await proveHistory(store, {
    seed,
    processes: PROCESSES,
    clients: CLIENTS,
    loadMs: LEAD_MS + forMs + LEAD_MS,
    timeoutMs: forMs + 40_000,
    progress: (text) => progress(`frozen process, ${text}`),
    async disturb(cluster, _until, entries) {
      await sleep(LEAD_MS);
      const from = performance.now();
      const [faults] = await Promise.all([askTheOthers(cluster, from + forMs), cluster.freeze(0, forMs)]);
      const gapMs = longestGap(entries, from, from + forMs);
      if (store.name === 'MongoDB' && gapMs > HELD_UP_MS)
        faults.push(`While one process was frozen the others did nothing for ${Math.round(gapMs)} ms.`);
      return faults;
    },
  });
  return {
    violations: violations.map((violation) => `A process frozen for ${forMs} ms: ${violation}`),
    figures: { [`done beside a frozen process on ${store.name}`]: figures[`done on ${store.name}`] ?? 0 },
  };
}

/** Every write to the others is answered in time, be it with 503. */
async function askTheOthers(cluster: Cluster, until: number): Promise<string[]> {
  const http = new HttpClient({ timeoutMs: ANSWERED_MS });
  const faults: string[] = [];
  for (let day = 1; performance.now() + ANSWERED_MS < until; day++) {
    const datetime = new Date(Date.UTC(2040, 0, day));
    const call = { method: 'POST', path: '/orders?dryRun=true', body: { datetime, totalfee: 1 } };
    try {
      const answer = await http.send(cluster.url(1) as string, call);
      const isRight =
        answer.status === 201 || (answer.status === 503 && codeOf(answer) === 'store_unavailable');
      if (!isRight)
        faults.push(`A write beside a frozen process was answered ${answer.status}: ${answer.text}`);
    } catch (error) {
      faults.push(`A write beside a frozen process: ${error}`);
    }
    await sleep(200);
  }
  http.close();
  return faults;
}

/** The longest time without a write that was done. */
function longestGap(entries: readonly Entry[], from: number, to: number): number {
  const ends = entries
    .filter((entry) => entry.operations[0]?.op !== 'read' && didAnything(entry))
    .map(({ endedAt }) => endedAt ?? 0)
    .filter((endedAt) => endedAt > from && endedAt < to)
    .sort((a, b) => a - b);
  return Math.max(...[...ends, to].map((end, i) => end - (ends[i - 1] ?? from)));
}
