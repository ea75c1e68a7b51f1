import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../random.js';
import type { Cluster } from '../support/cluster.js';
import { type Answer, codeOf, HttpClient, NoAnswer } from '../support/http-client.js';
import { Chooser } from './choose.js';
import type { Entry, History } from './history.js';
import { callOf, resultsOf } from './wire.js';

/** The statuses that are answers; others in ASKED_AGAIN, and a key under way, are not. */
const ANSWERS = new Set([200, 201, 404, 409]);
/** 408: a process that was frozen finds that reading a request took too long, and has done nothing of it. */
const ASKED_AGAIN = new Set([408, 503]);
/** How many of the done requests are sent once more. */
const REPEATED = 0.15;

interface Clients {
  cluster: Cluster;
  seed: number;
  count: number;
  /** When no new request is begun, and when open ones are left unsettled, on the clock of `performance`. */
  until: number;
  giveUpAt: number;
  timeoutMs: number;
}

type Recorded = Omit<History, 'final'> & { violations: string[] };

/** Clients that each send one request after another, and repeat each until its outcome is known. */
export function runClients({ count, timeoutMs, ...options }: Clients): {
  recorded: Recorded;
  done: Promise<void>;
} {
  const recorded: Recorded = { entries: [], replays: [], violations: [] };
  const shared = { known: [], serial: 0 };
  const http = new HttpClient({ timeoutMs });
  const clients = Array.from({ length: count }, (_, index) =>
    new Client({ ...options, index, http, shared, recorded }).run(),
  );
  return { recorded, done: Promise.all(clients).then(() => http.close()) };
}

interface ClientOptions extends Omit<Clients, 'count' | 'timeoutMs'> {
  index: number;
  http: HttpClient;
  shared: { known: string[]; serial: number };
  recorded: Recorded;
}

class Client {
  readonly #options: ClientOptions;
  readonly #chooser: Chooser;
  #sent = 0;

  constructor(options: ClientOptions) {
    const { shared } = options;
    this.#options = options;
    this.#chooser = new Chooser(new Random(options.seed * 1_000 + options.index), shared.known, () => {
      shared.serial += 1;
      return shared.serial;
    });
  }

  async run(): Promise<void> {
    while (performance.now() < this.#options.until) await this.#request();
  }

  async #request(): Promise<void> {
    const { index, recorded, shared } = this.#options;
    const operations = this.#chooser.operations();
    const isBatch = operations.length > 1;
    const key = `client-${index}-${this.#sent++}`;
    const style = { isPut: this.#chooser.chance(0.3), isAtomic: this.#chooser.chance(0.5) };
    const call = { ...callOf(operations, style), key };
    const now = performance.now();
    const entry: Entry = {
      key,
      operations,
      isBatch,
      startedAt: now,
      lastSentAt: now,
      endedAt: null,
      attempts: 0,
      results: [],
      isReplayed: false,
    };
    recorded.entries.push(entry);
    const answer = await this.#untilKnown(call, entry);
    if (answer === null) return;
    entry.endedAt = performance.now();
    entry.isReplayed = isMarked(answer);
    entry.results = resultsOf(answer, isBatch);
    for (const { order, status } of entry.results)
      if (order !== undefined && status === 201) shared.known.push(order._id);
    const isWrite = call.method !== 'GET' && answer.status < 300;
    if (isWrite && this.#chooser.chance(REPEATED)) await this.#repeat(call, answer);
  }

  /** Sends a request again and again; null where time is over before it was answered. */
  async #untilKnown(call: ReturnType<typeof callOf>, entry: Entry): Promise<Answer | null> {
    const { giveUpAt, recorded } = this.#options;
    while (performance.now() < giveUpAt) {
      entry.lastSentAt = performance.now();
      entry.attempts += 1;
      const answer = await this.#attempt(call);
      if (answer === null) {
        await sleep(20 + this.#chooser.below(80));
        continue;
      }
      if (ANSWERS.has(answer.status)) return answer;
      recorded.violations.push(`${call.method} ${call.path} was answered ${answer.status}: ${answer.text}`);
      return null;
    }
    return null;
  }

  /** One attempt at any process; null where it is to be made again. */
  async #attempt(call: ReturnType<typeof callOf>): Promise<Answer | null> {
    const { cluster, http, recorded } = this.#options;
    const url = cluster.url(this.#chooser.below(1_000));
    if (url === null) return null;
    try {
      const answer = await http.send(url, call);
      const isUnderWay = answer.status === 409 && codeOf(answer) === 'idempotency_in_progress';
      return ASKED_AGAIN.has(answer.status) || isUnderWay ? null : answer;
    } catch (error) {
      if (error instanceof NoAnswer) recorded.violations.push(error.message);
      return null; // its process died: another is asked
    }
  }

  async #repeat(call: ReturnType<typeof callOf>, first: Answer): Promise<void> {
    const { giveUpAt, recorded } = this.#options;
    while (performance.now() < giveUpAt) {
      const again = await this.#attempt(call);
      if (again === null) {
        await sleep(50);
        continue;
      }
      const key = call.key ?? '';
      recorded.replays.push({ key, first: asTold(first), again: asTold(again), isMarked: isMarked(again) });
      return;
    }
  }
}

const isMarked = ({ headers }: Answer) => headers['idempotent-replayed'] === 'true';

/** What a replay repeats: status, body, and the headers that name the outcome. */
function asTold({ status, headers, text }: Answer): string {
  return [status, headers.location, headers.etag, text].join(' ');
}
