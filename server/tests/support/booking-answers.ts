import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { withDatabase } from './mongo.js';
import { runCli } from './server-process.js';

/** What a client was told of an order that it asked for. */
export interface Booked {
  datetime: string;
  status: number;
  /** The code of the error; undefined where the order was booked. */
  code: string | undefined;
  retryAfter: string | null;
  text: string;
}

/** Books an order over HTTP, with an idempotency key where one is given. */
export async function book(serverUrl: string, datetime: string, key?: string): Promise<Booked> {
  const answer = await fetch(`${serverUrl}/orders`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body: JSON.stringify({ datetime, totalfee: 5 }),
  });
  const { status, headers } = answer;
  const text = await answer.text();
  const code = status === 201 ? undefined : JSON.parse(text).error?.code;
  return { datetime, status, code, retryAfter: headers.get('retry-after'), text };
}

export const successes = (all: readonly Booked[]) => all.filter(({ status }) => status === 201).length;

/** Waits for something that comes within twenty seconds, or within the time given. */
export async function until(isSo: () => boolean | Promise<boolean>, mostMs = 20_000): Promise<void> {
  const latest = Date.now() + mostMs;
  while (!(await isSo())) {
    if (Date.now() > latest) throw new Error('What was waited for did not come.');
    await sleep(20);
  }
}

export function untilReady(serverUrl: string, status: 200 | 503, mostMs?: number): Promise<void> {
  return until(async () => (await fetch(`${serverUrl}/health/ready`)).status === status, mostMs);
}

/** An answer while the store fails is a booking or an honest 503, never a 500. */
export function expectHonest({ status, code, retryAfter, text }: Booked): void {
  if (status === 201) return;
  expect({ status, code, text }).toEqual({
    status: 503,
    code: expect.stringMatching(/^(store_unavailable|outcome_unknown)$/),
    text,
  });
  if (code === 'store_unavailable') expect(retryAfter).toMatch(/^\d+$/);
}

/** What was answered is what is there: each 201 once, nothing of what was refused, and no clash. */
export async function expectTrueAnswers(url: string, all: readonly Booked[]): Promise<void> {
  all.forEach(expectHonest);
  const stored = await withDatabase(url, (db) => db.collection('orders').find().toArray());
  const times = stored.map(({ datetime }) => (datetime as Date).toISOString());
  expect(new Set(times).size).toBe(times.length);
  expect(new Set(stored.map(({ number }) => number)).size).toBe(stored.length);
  const here = new Set(times);
  const lost = all.filter(({ status, datetime }) => status === 201 && !here.has(datetime));
  const unasked = all.filter(({ code, datetime }) => code === 'store_unavailable' && here.has(datetime));
  expect({ lost, unasked }).toEqual({ lost: [], unasked: [] });
  expect(await runCli(['verify'], { DATABASE_URL: url })).toMatchObject({ code: 0 });
}
