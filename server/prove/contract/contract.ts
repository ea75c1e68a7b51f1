import { runCli, startServer } from '../../tests/support/server-process.js';
import type { Campaign, CampaignOptions } from '../campaign.js';
import { everyFewSeconds } from '../support/ends.js';
import { embeddedStore, mongoStore, type ProofStore } from '../support/stores.js';
import { installSchemathesis, type Ran, runSchemathesis } from './schemathesis.js';

/** What a run takes before and after its tests. */
const AROUND_MS = 4_000;
const LEAST_MS = 5_000;

export const contract: Campaign = {
  name: 'contract',
  looksFor: 'answers that openapi.json does not know, on both stores, with a key and without',
  share: 3,
  async run(options) {
    const leftOut = installSchemathesis();
    if (leftOut !== null) return { violations: [], figures: {}, leftOut };
    const violations: string[] = [];
    const figures: Record<string, number> = {};
    for (const make of [embeddedStore, mongoStore]) {
      for (const mode of ['with a key', 'without a key'] as const) {
        const store = await make();
        const ran = await fuzz(store, mode, { ...options, budgetMs: options.budgetMs / 4 });
        const where = `${store.name}, ${mode}`;
        violations.push(...ran.faults.map((fault) => `${where}, seed ${options.seed}: ${fault}`));
        figures[`cases on ${where.replace(',', '')}`] = ran.cases;
        figures['operations, at least'] = Math.min(
          ran.operations,
          figures['operations, at least'] ?? ran.operations,
        );
      }
    }
    return { violations, figures };
  },
};

async function fuzz(
  store: ProofStore,
  mode: 'with a key' | 'without a key',
  { seed, budgetMs, progress }: CampaignOptions,
): Promise<Ran> {
  const isClosed = mode === 'with a key';
  const settings = { DATABASE_URL: store.url, AUTH: isClosed ? 'required' : 'auto' };
  try {
    const key = isClosed ? await makeKey(settings) : null;
    const server = await startServer(settings);
    const began = performance.now();
    const stopTelling = everyFewSeconds(() =>
      progress(`${store.name} ${mode}, for ${Math.round((performance.now() - began) / 1_000)} s`),
    );
    const testMs = Math.max(LEAST_MS, budgetMs - AROUND_MS);
    try {
      const { url } = server;
      const ran = await runSchemathesis({ url, key, seed, budgetMs: testMs, folder: store.folder });
      if ((await server.kill('SIGTERM')) !== 0) ran.faults.push('The server did not stop with 0 afterwards.');
      return ran;
    } finally {
      stopTelling();
      await server.kill('SIGKILL');
    }
  } finally {
    await store.close();
  }
}

/** An API key that may do all. */
async function makeKey(settings: Record<string, string>): Promise<string> {
  await runCli(['migrate'], settings);
  const { code, stdout, stderr } = await runCli(
    ['keys', 'create', '--name', 'proof', '--scopes', 'admin'],
    settings,
  );
  if (code !== 0) throw new Error(`No key was made: ${stderr}`);
  return stdout.split('\n')[0] as string;
}
