import { expect } from '@jest/globals';
import { withDatabase } from './mongo.js';
import { HOUR_MS, NINE } from './orders.js';
import { runCli } from './server-process.js';
import { until } from './until.js';

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

/** Clients that book at servers, one order after the other, at times that no other order is near. */
export interface BookingLoad {
  /** What was told, in the order in which it came. */
  all: Booked[];
  /** The same, by server. */
  byServer: Booked[][];
  /** Lets every client have its last answer. */
  stop(): Promise<void>;
}

export function startBooking(serverUrls: readonly string[], clientsEach: number): BookingLoad {
  const all: Booked[] = [];
  const byServer = serverUrls.map((): Booked[] => []);
  let next = 0;
  let isLoading = true;
  const client = async (serverUrl: string, told: Booked[]) => {
    while (isLoading) {
      const booked = await book(serverUrl, new Date(NINE + next++ * 8 * HOUR_MS).toISOString());
      all.push(booked);
      told.push(booked);
    }
  };
  const clients = serverUrls.flatMap((serverUrl, index) =>
    Array.from({ length: clientsEach }, () => client(serverUrl, byServer[index] as Booked[])),
  );
  return {
    all,
    byServer,
    async stop() {
      isLoading = false;
      await Promise.all(clients);
    },
  };
}

export const successes = (all: readonly Booked[]) => all.filter(({ status }) => status === 201).length;

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
