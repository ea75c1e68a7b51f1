import { expect, test } from '@jest/globals';
import { explore } from './explore.js';
import { NOW, type Scenario } from './scenario.js';

const twoCreates: Scenario = {
  name: 'two creates in one window',
  mode: 'mongodb',
  calendars: [{ _id: 'default', windowMinutes: 180 }],
  orders: [],
  writers: [
    { operation: { op: 'create', calendar: 'default', datetime: NOW } },
    { operation: { op: 'create', calendar: 'default', datetime: NOW + 60_000 } },
  ],
  faults: 1,
};

test('x', async () => {
  const t = performance.now();
  const a = await explore(twoCreates);
  console.log(a, performance.now() - t);
  console.log(await explore(twoCreates, { plants: ['no lock'] }));
  const keyed = { ...twoCreates, writers: twoCreates.writers.map((w) => ({ ...w, isKeyed: true })) };
  const t2 = performance.now();
  console.log(await explore(keyed), performance.now() - t2);
  console.log(await explore({...keyed, mode: 'sqlite'}));
  const three = { ...twoCreates, writers: [...twoCreates.writers, twoCreates.writers[0]] } as Scenario;
  const t3 = performance.now();
  console.log(await explore(three), performance.now() - t3);
  expect(1).toBe(1);
}, 200_000);
