import type { Campaign, CampaignOptions, CampaignResult } from '../campaign.js';
import { Random } from '../random.js';
import { explore } from './explore.js';
import { pairs } from './pairs.js';
import type { Scenario } from './scenario.js';
import { chosenThrees, someThree } from './threes.js';

const PROGRESS_MS = 5_000;
/** Of every few scenarios one has three writers, until all pairs are done. */
const PAIRS_TO_A_THREE = 16;

/** The order service on a model of the store, through every interleaving of small scenarios. */
export const interleavings: Campaign = {
  name: 'interleavings',
  looksFor:
    'two orders too near each other, or a lost or doubled write, in any interleaving of 2 or 3 writers',
  share: 1,
  run,
};

async function run({ seed, budgetMs, progress }: CampaignOptions): Promise<CampaignResult> {
  const endsAt = performance.now() + budgetMs;
  const figures = { 'pairs of writers': 0, 'threes of writers': 0, states: 0, executions: 0, unfinished: 0 };
  const violations: string[] = [];
  const allPairs = pairs();
  let progressAt = performance.now() + PROGRESS_MS;
  const isOver = () => {
    const now = performance.now();
    if (now >= progressAt) {
      progressAt = now + PROGRESS_MS;
      progress(
        `${figures['pairs of writers']} of ${allPairs.length} pairs, ${figures['threes of writers']} threes, ` +
          `${figures.states} states, ${figures.executions} executions, ${violations.length} violations`,
      );
    }
    return now >= endsAt;
  };
  for (const { scenario, kind } of inTurn(allPairs, seed)) {
    if (isOver()) break;
    const { violation, states, executions, isComplete } = await explore(scenario, { isOver });
    figures.states += states;
    figures.executions += executions;
    if (violation !== null) violations.push(violation);
    else if (isComplete) figures[kind] += 1;
    else figures.unfinished += 1;
  }
  const left = allPairs.length - figures['pairs of writers'] - violations.length;
  const leftOut = `${left} of ${allPairs.length} pairs of writers: the time was over.`;
  return { violations, figures, ...(left > 0 ? { leftOut } : {}) };
}

/** The pairs with some threes between them; then threes without end. */
function* inTurn(
  allPairs: readonly Scenario[],
  seed: number,
): Generator<{ scenario: Scenario; kind: 'pairs of writers' | 'threes of writers' }> {
  const random = new Random(seed);
  const chosen = chosenThrees();
  let threes = 0;
  const nextThree = () => {
    threes += 1;
    const scenario = chosen[threes - 1] ?? someThree(random, `three ${threes} of seed ${seed}`);
    return { scenario, kind: 'threes of writers' as const };
  };
  for (const [index, scenario] of allPairs.entries()) {
    yield { scenario, kind: 'pairs of writers' };
    if (index % PAIRS_TO_A_THREE === 0) yield nextThree();
  }
  for (;;) yield nextThree();
}
