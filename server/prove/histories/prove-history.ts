import type { CampaignResult } from '../campaign.js';
import { Cluster } from '../support/cluster.js';
import { everyFewSeconds, verifyFaults } from '../support/ends.js';
import { HttpClient } from '../support/http-client.js';
import type { ProofStore } from '../support/stores.js';
import { checkHistory } from './check.js';
import { OTHER_CALENDAR } from './choose.js';
import { runClients } from './clients.js';
import { didAnything, type Entry, type Shown } from './history.js';
import { shownOf } from './wire.js';

/** How long open requests may be repeated after the load; a dead process can hold up others for 8 s. */
const SETTLE_MS = 12_000;

/** A load on several processes, and what is done to them meanwhile. */
export interface HistoryPlan {
  seed: number;
  processes: number;
  clients: number;
  loadMs: number;
  /** How long a request may go without an answer. */
  timeoutMs?: number;
  progress: (text: string) => void;
  /** Does harm until the instant given (of `performance`); gives what it saw go wrong. */
  disturb(cluster: Cluster, until: number, entries: readonly Entry[]): Promise<string[]>;
}

/** Records what clients are told while the processes are disturbed, and checks it against what is left. */
export async function proveHistory(store: ProofStore, plan: HistoryPlan): Promise<CampaignResult> {
  const { seed, clients: count, loadMs, timeoutMs = 40_000 } = plan;
  const cluster = new Cluster({ DATABASE_URL: store.url });
  try {
    await cluster.start(plan.processes);
    await makeCalendar(cluster.urls[0] as string);
    const until = performance.now() + loadMs;
    const clients = runClients({ cluster, seed, count, until, giveUpAt: until + SETTLE_MS, timeoutMs });
    const { entries, replays } = clients.recorded;
    const stopTelling = everyFewSeconds(() =>
      plan.progress(`${store.name}: ${entries.length} requests, ${cluster.kills} kills`),
    );
    const [seen] = await Promise.all([plan.disturb(cluster, until, entries), clients.done]);
    const final = await allOrders(cluster.urls[0] as string);
    await cluster.stopAll();
    stopTelling();
    const found = [
      ...seen,
      ...clients.recorded.violations,
      ...cluster.violations,
      ...checkHistory({ entries, replays, final }),
      ...(await verifyFaults(store.url)),
    ];
    const settled = entries.filter(({ endedAt }) => endedAt !== null);
    if (settled.length < count) found.push(`Only ${settled.length} requests were answered.`);
    return {
      violations: found.map((fault) => `${store.name}, seed ${seed}: ${fault}`),
      figures: figuresOf(store, entries, replays.length),
    };
  } finally {
    await cluster.killAll();
    await store.close();
  }
}

function figuresOf({ name }: ProofStore, entries: readonly Entry[], replays: number): Record<string, number> {
  return {
    [`requests on ${name}`]: entries.length,
    [`done on ${name}`]: entries.filter(didAnything).length,
    [`sent again on ${name}`]: entries.reduce((sum, { attempts }) => sum + Math.max(0, attempts - 1), 0),
    [`unsettled on ${name}`]: entries.filter(({ endedAt }) => endedAt === null).length,
    [`replays on ${name}`]: replays,
  };
}

async function makeCalendar(server: string): Promise<void> {
  const http = new HttpClient();
  const { status, text } = await http.send(server, {
    method: 'POST',
    path: '/calendars',
    body: { _id: OTHER_CALENDAR },
  });
  http.close();
  if (status !== 201) throw new Error(`The second calendar was not made: ${text}`);
}

/** Every order that is there, page after page. */
async function allOrders(server: string): Promise<Shown[]> {
  const http = new HttpClient();
  const found: Shown[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const path = `/orders?limit=1000${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const { status, text } = await http.send(server, { method: 'GET', path });
    if (status !== 200) throw new Error(`The orders were not listed: ${text}`);
    const page = JSON.parse(text) as { data: Parameters<typeof shownOf>[0][]; page: { next: string | null } };
    found.push(...page.data.map(shownOf));
    cursor = page.page.next;
  }
  http.close();
  return found;
}
