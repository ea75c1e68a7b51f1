import { type Campaign, type CampaignOptions, type CampaignResult, joined } from '../campaign.js';
import { Random } from '../random.js';
import { embeddedStore, mongoStore, type ProofStore } from '../support/stores.js';
import { proveHistory } from './prove-history.js';

const PROCESSES = 4;
const CLIENTS = 32;
const KILL_EVERY_MS = 2_000;
/** What starting, settling, stopping and verifying take. */
const AROUND_MS = 10_000;
const LOAD_MIN_MS = 5_000;

export const histories: Campaign = {
  name: 'histories',
  looksFor: 'answers of 4 processes that are killed under 32 clients which no order of the requests explains',
  share: 4,
  async run(options) {
    const each = { ...options, budgetMs: options.budgetMs / 2 };
    return joined([await proveOn(embeddedStore(), each), await proveOn(await mongoStore(), each)]);
  },
};

async function proveOn(
  store: ProofStore,
  { seed, budgetMs, progress }: CampaignOptions,
): Promise<CampaignResult> {
  let tally = { kills: 0, stops: 0 };
  const { violations, figures } = await proveHistory(store, {
    seed,
    processes: PROCESSES,
    clients: CLIENTS,
    loadMs: Math.max(LOAD_MIN_MS, budgetMs - AROUND_MS),
    progress,
    async disturb(cluster, until) {
      await cluster.disturb(new Random(seed), { everyMs: KILL_EVERY_MS, until });
      tally = { kills: cluster.kills, stops: cluster.stops };
      return [];
    },
  });
  figures[`kills on ${store.name}`] = tally.kills;
  figures[`stops on ${store.name}`] = tally.stops;
  return { violations, figures };
}
