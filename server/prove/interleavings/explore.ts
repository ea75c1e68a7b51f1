import { Interner } from './client.js';
import { Execution } from './execution.js';
import type { Plant } from './model/plants.js';
import { describeScenario, documentsOf, type Scenario } from './scenario.js';

/** What the search through a scenario came to. */
export interface Exploration {
  /** With the steps that lead to it; null where none was found. */
  violation: string | null;
  /** Different states that were met. */
  states: number;
  /** How often the scenario was run from its beginning. */
  executions: number;
  /** The different ends that were met. */
  ends: ReadonlySet<string>;
  /** Whether every interleaving was tried. */
  isComplete: boolean;
}

interface ExploreOptions {
  plants?: readonly Plant[];
  /** Tries the steps that are one process's own affair at every place among the others' too. */
  takesAll?: boolean;
  /** Asked now and then whether the time is over. */
  isOver?: () => boolean;
}

/**
 * Tries every interleaving, every death and every lost message of a scenario: runs it again and again from
 * its beginning, each time along other choices, and leaves a run where it meets a state that was met before.
 * Ends at the first violation.
 */
export async function explore(
  scenario: Scenario,
  { plants = [], takesAll = false, isOver = () => false }: ExploreOptions = {},
): Promise<Exploration> {
  const planted = new Set(plants);
  const options = {
    scenario,
    plants: planted,
    documents: documentsOf(scenario, planted),
    interner: new Interner(),
    takesAll,
  };
  const search = { seen: new Set<string>(), ends: new Set<string>(), ahead: [[]] as number[][] };
  let executions = 0;
  let violation: string | null = null;
  let prefix = search.ahead.pop();
  for (; prefix !== undefined && violation === null && !isOver(); prefix = search.ahead.pop()) {
    executions += 1;
    const execution = new Execution(options);
    await run(execution, prefix, search);
    if (execution.violation !== null) {
      violation = `${execution.violation}. ${describeScenario(scenario)}: ${execution.trace.join(', ')}.`;
    }
  }
  const { seen, ends } = search;
  return {
    violation,
    states: seen.size,
    ends,
    executions,
    isComplete: prefix === undefined && violation === null,
  };
}

interface Search {
  seen: Set<string>;
  ends: Set<string>;
  /** Choices not tried yet. */
  ahead: number[][];
}

/** Runs along the choices given, then along the first of each, until the end or a state that was met before. */
async function run(
  execution: Execution,
  prefix: readonly number[],
  { seen, ends, ahead }: Search,
): Promise<void> {
  const path: number[] = [];
  await execution.start();
  while (execution.violation === null) {
    const choices = execution.choices();
    if (choices.length === 0) {
      execution.end();
      ends.add(execution.outcome());
      return;
    }
    const index = prefix[path.length] ?? 0;
    if (path.length >= prefix.length) {
      const key = execution.key();
      if (seen.has(key)) return;
      seen.add(key);
      for (let other = choices.length - 1; other > 0; other--) ahead.push([...path, other]);
    }
    path.push(index);
    const choice = choices[index];
    if (choice === undefined) throw new Error('A run of a scenario does not repeat itself.');
    await execution.take(choice);
  }
}
