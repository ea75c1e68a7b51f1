import type { Campaign, CampaignOptions, CampaignResult } from '../campaign.js';
import { Random } from '../random.js';
import { Cluster } from '../support/cluster.js';
import { everyFewSeconds, verifyFaults } from '../support/ends.js';
import { HttpClient } from '../support/http-client.js';
import { embeddedStore, mongoStore, type ProofStore } from '../support/stores.js';
import { checkHistory } from './check.js';
import { OTHER_CALENDAR } from './choose.js';
import { runClients } from './clients.js';
import type { Shown } from './history.js';
import { shownOf } from './wire.js';

const PROCESSES = 4;
const CLIENTS = 32;
const KILL_EVERY_MS = 2_000;
/** How long open requests may be repeated after the load; a dead process can hold up others for 8 s. */
const SETTLE_MS = 12_000;
/** What starting, stopping and verifying take. */
const AROUND_MS = 6_000;
const LOAD_MIN_MS = 5_000;

export const histories: Campaign = {
  name: 'histories',
  looksFor: 'answers of 4 processes that are killed under 32 clients which no order of the requests explains',
  share: 4,
  async run(options) {
    const each = { ...options, budgetMs: options.budgetMs / 2 };
    const results = [await proveOn(embeddedStore(), each), await proveOn(await mongoStore(), each)];
    return {
      violations: results.flatMap(({ violations }) => violations),
      figures: Object.assign({}, ...results.map(({ figures }) => figures)),
    };
  },
};

async function proveOn(store: ProofStore, options: CampaignOptions): Promise<CampaignResult> {
  const { seed, budgetMs, progress } = options;
  const cluster = new Cluster({ DATABASE_URL: store.url });
  try {
    await cluster.start(PROCESSES);
    await makeCalendar(cluster.urls[0] as string);
    const until = performance.now() + Math.max(LOAD_MIN_MS, budgetMs - SETTLE_MS / 2 - AROUND_MS);
    const clients = runClients({ cluster, seed, count: CLIENTS, until, giveUpAt: until + SETTLE_MS });
    const stopTelling = everyFewSeconds(() => progress(`${store.name}: ${cluster.kills} kills`));
    const [recorded] = await Promise.all([
      clients,
      cluster.disturb(new Random(seed), { everyMs: KILL_EVERY_MS, until }),
    ]);
    const final = await allOrders(cluster.urls[0] as string);
    await cluster.stopAll();
    stopTelling();
    const { entries, replays } = recorded;
    const found = [
      ...recorded.violations,
      ...cluster.violations,
      ...checkHistory({ entries, replays, final }),
      ...(await verifyFaults(store.url)),
    ];
    const settled = entries.filter(({ endedAt }) => endedAt !== null);
    if (settled.length < CLIENTS) found.push(`Only ${settled.length} requests were answered.`);
    return {
      violations: found.map((fault) => `${store.name}, seed ${seed}: ${fault}`),
      figures: {
        [`requests on ${store.name}`]: entries.length,
        [`done on ${store.name}`]: settled.filter(({ results }) => results.some((r) => r.status < 300))
          .length,
        [`sent again on ${store.name}`]: entries.reduce((sum, { attempts }) => sum + attempts - 1, 0),
        [`unsettled on ${store.name}`]: entries.length - settled.length,
        [`replays on ${store.name}`]: replays.length,
        [`kills on ${store.name}`]: cluster.kills,
        [`stops on ${store.name}`]: cluster.stops - PROCESSES,
      },
    };
  } finally {
    await cluster.killAll();
    await store.close();
  }
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
