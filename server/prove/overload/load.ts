import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.js';
import { type Answer, type Call, codeOf, type HttpClient } from '../support/http-client.js';

const DAY_MS = 86_400_000;
const FIRST = Date.UTC(2030, 0, 1);
/** Orders of a batch: so much work that a client in one process can ask for ten times what a server can do. */
const BATCH_SIZE = 60;
/** Days that are booked by all: some bookings clash. */
const DAYS = 1_000_000;
const TICK_MS = 10;

/** How the answers of a load were. */
export interface Told {
  statuses: Map<number, number>;
  /** How long requests took that were answered with 2xx or 409, in milliseconds. */
  acceptedMs: number[];
  faults: string[];
}

/** A load of batches, single bookings and long lists. */
export class Load {
  readonly told: Told = { statuses: new Map(), acceptedMs: [], faults: [] };
  readonly #url: string;
  readonly #http: HttpClient;
  readonly #random: Random;
  /** How many requests that were sent have no answer yet. */
  open = 0;

  constructor(url: string, http: HttpClient, random: Random) {
    this.#url = url;
    this.#http = http;
    this.#random = random;
  }

  /** Each of so many clients sends its next request when it was answered; gives how many a second were answered. */
  async inTurn(clients: number, forMs: number): Promise<number> {
    const until = performance.now() + forMs;
    const before = this.told.acceptedMs.length;
    const client = async () => {
      while (performance.now() < until) await this.#send();
    };
    await Promise.all(Array.from({ length: clients }, client));
    return ((this.told.acceptedMs.length - before) / forMs) * 1_000;
  }

  /** Sends so many requests a second, whether they are answered or not, and waits for the last answer. */
  async atRate(
    perSecond: number,
    forMs: number,
  ): Promise<{ lastSentAt: number; answered: Promise<unknown> }> {
    const began = performance.now();
    const sent: Promise<void>[] = [];
    while (performance.now() - began < forMs) {
      const due = ((performance.now() - began) / 1_000) * perSecond;
      while (sent.length < due) sent.push(this.#send());
      await sleep(TICK_MS);
    }
    return { lastSentAt: performance.now(), answered: Promise.all(sent) };
  }

  async #send(): Promise<void> {
    const call = this.#call();
    const began = performance.now();
    this.open += 1;
    try {
      this.#note(await this.#http.send(this.#url, call), performance.now() - began);
    } catch (error) {
      this.told.faults.push(`${call.method} ${call.path} got no answer: ${error}`);
    }
    this.open -= 1;
  }

  #call(): Call {
    const kind = this.#random.next();
    if (kind < 0.1) return { method: 'GET', path: '/orders?limit=500&sort=-number' };
    if (kind < 0.3) return { method: 'POST', path: '/orders', body: this.#order() };
    const operations = Array.from({ length: BATCH_SIZE }, () => ({ op: 'create', data: this.#order() }));
    return { method: 'POST', path: '/orders/batch', body: { atomic: false, operations } };
  }

  #order() {
    const datetime = new Date(FIRST + this.#random.below(DAYS) * DAY_MS).toISOString();
    return { datetime, totalfee: 1 };
  }

  #note(answer: Answer, ms: number): void {
    const { status, headers, text } = answer;
    const { statuses, acceptedMs, faults } = this.told;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status < 300 || status === 409) acceptedMs.push(ms);
    else if (status !== 429 && status !== 503) faults.push(`An answer of ${status}: ${text.slice(0, 200)}`);
    else if (!/^\d+$/.test(headers['retry-after'] ?? ''))
      faults.push(`An answer of ${status} ${codeOf(answer)} without Retry-After.`);
  }
}
