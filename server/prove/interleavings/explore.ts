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
  /** Whether every interleaving was tried. */
  isComplete: boolean;
}

interface ExploreOptions {
  plants?: readonly Plant[];
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
  { plants = [], isOver = () => false }: ExploreOptions = {},
): Promise<Exploration> {
  const planted = new Set(plants);
  const options = {
    scenario,
    plants: planted,
    documents: documentsOf(scenario, planted),
    interner: new Interner(),
  };
  const seen = new Set<string>();
  const ahead: number[][] = [[]];
  let executions = 0;
  for (let prefix = ahead.pop(); prefix !== undefined; prefix = ahead.pop()) {
    if (isOver()) return { violation: null, states: seen.size, executions, isComplete: false };
    executions += 1;
    const execution = new Execution(options);
    await run(execution, { prefix, seen, ahead });
    if (execution.violation !== null) {
      const violation = `${execution.violation}. ${describeScenario(scenario)}: ${execution.trace.join(', ')}.`;
      return { violation, states: seen.size, executions, isComplete: false };
    }
  }
  return { violation: null, states: seen.size, executions, isComplete: true };
}

interface Search {
  /** The choices to begin with. */
  prefix: readonly number[];
  seen: Set<string>;
  /** Choices not tried yet. */
  ahead: number[][];
}

async function run(execution: Execution, { prefix, seen, ahead }: Search): Promise<void> {
  const path: number[] = [];
  await execution.start();
  while (execution.violation === null) {
    const choices = execution.choices();
    if (choices.length === 0) {
      execution.end();
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
