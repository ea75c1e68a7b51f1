import { expect, test } from '@jest/globals';
import { Random } from '../random.js';
import { explore } from './explore.js';
import { pairs } from './pairs.js';
import { someThree } from './threes.js';

const SEED = 7;

test('a search ends as another of the same scenario does, to the number of its states', async () => {
  const threes = (seed: number) => {
    const random = new Random(seed);
    return Array.from({ length: 5 }, () => someThree(random, 'three'));
  };
  expect(threes(SEED)).toEqual(threes(SEED));
  const [scenario] = pairs() as [ReturnType<typeof someThree>];
  expect(await explore(scenario)).toEqual(await explore(scenario));
});

test('steps that are one process’s own affair change no end of a scenario, wherever they are made', async () => {
  const random = new Random(SEED);
  const all = pairs();
  for (let i = 0; i < 12; i++) {
    const scenario = random.pick(all.filter(({ writers }) => writers.every(({ key }) => key === undefined)));
    const [few, whole] = [await explore(scenario), await explore(scenario, { takesAll: true })];
    expect([scenario.name, few.ends]).toEqual([scenario.name, whole.ends]);
    expect(few.states).toBeLessThanOrEqual(whole.states);
  }
});

test('both get their place where they do not clash, and either may where they do', async () => {
  const told = async (name: string) => {
    const scenario = pairs().find((one) => one.mode === 'mongodb' && one.name.startsWith(name));
    if (scenario === undefined) throw new Error(`no scenario ${name}`);
    const { ends } = await explore({ ...scenario, faults: 0 });
    return new Set([...ends].map((end) => end.match(/"kind":"(told|refused)"(,"code":"\w+")?/g)?.join()));
  };
  const [done, clash] = ['"kind":"told"', '"kind":"refused","code":"booking_clash"'];
  const busy = '"kind":"refused","code":"store_unavailable"';
  const oneOfTwo = [`${done},${clash}`, `${clash},${done}`, `${done},${busy}`, `${busy},${done}`];
  expect(await told('create and create, exactly the window, within a week, 180 min inclusive')).toEqual(
    new Set(oneOfTwo),
  );
  expect(await told('create and create, a millisecond more than the window, within a week, 180 min')).toEqual(
    new Set([`${done},${done}`, `${done},${busy}`, `${busy},${done}`]),
  );
});
