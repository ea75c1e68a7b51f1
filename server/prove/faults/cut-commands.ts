import { setTimeout as sleep } from 'node:timers/promises';
import { startServer } from '../../tests/support/server-process.js';
import { startTcpProxy, type TcpProxy } from '../../tests/support/tcp-proxy.js';
import type { CampaignOptions, CampaignResult } from '../campaign.js';
import { verifyFaults } from '../support/ends.js';
import { type Answer, type Call, HttpClient } from '../support/http-client.js';
import { mongoStore } from '../support/stores.js';
import { type Command, commandOf } from './commands.js';

const WEEK_MS = 7 * 86_400_000;
const FIRST = Date.UTC(2033, 0, 5, 12);
/** How long a request is repeated with its key; what a lost connection left open is freed within 8 s. */
const REPEAT_MS = 25_000;

interface Case {
  /** The number of the command among those of the request, from 0. */
  index: number;
  when: 'cut before' | 'cut after';
}

/** Cuts the connection at every command of a request in turn; the request, repeated, has one effect. */
export async function proveCuts(options: CampaignOptions): Promise<CampaignResult> {
  const store = await mongoStore();
  const proxy = await startTcpProxy(store.port as number);
  const url = `mongodb://127.0.0.1:${proxy.port}/roundsman_proof?directConnection=true`;
  const server = await startServer({ DATABASE_URL: url });
  const http = new HttpClient();
  try {
    const cuts = new Cuts(server.url, http, proxy);
    const until = performance.now() + options.budgetMs;
    await cuts.proveAll(until, options.progress);
    proxy.decide(() => 'pass');
    const violations = [
      ...cuts.violations,
      ...(await cuts.finalFaults()),
      ...(await verifyFaults(store.url)),
    ];
    return {
      violations: violations.map((violation) => `Cut connections: ${violation}`),
      figures: { 'connections cut': cuts.done, 'commands of a request': cuts.commandsMax },
    };
  } finally {
    http.close();
    await server.kill('SIGKILL');
    await proxy.close();
    await store.close();
  }
}

/** Every request is at a week of its own, so that none is in another's way. */
class Cuts {
  readonly violations: string[] = [];
  done = 0;
  commandsMax = 0;
  readonly #url: string;
  readonly #http: HttpClient;
  readonly #proxy: TcpProxy;
  readonly #datetimes = new Set<string>();
  #week = 0;
  #requests = 0;

  constructor(url: string, http: HttpClient, proxy: TcpProxy) {
    this.#url = url;
    this.#http = http;
    this.#proxy = proxy;
  }

  async proveAll(until: number, progress: (text: string) => void): Promise<void> {
    await this.#attempt(null, this.#create()); // so that no command of the first request alone is counted
    for (const make of [() => this.#create(), () => this.#move(), () => this.#batch()]) {
      const commands = await this.#attempt(null, await make());
      this.commandsMax = Math.max(this.commandsMax, commands.length);
      for (let index = 0; index < commands.length; index++) {
        for (const when of ['cut before', 'cut after'] as const) {
          if (performance.now() > until) return;
          await this.#attempt({ index, when }, await make());
        }
        progress(`${this.done} connections cut, the last at ${commands[index]?.name}`);
      }
    }
  }

  /** The database holds the orders that were acknowledged, each once, and no others. */
  async finalFaults(): Promise<string[]> {
    const { text } = await this.#http.send(this.#url, { method: 'GET', path: '/orders?limit=1000' });
    const found = (JSON.parse(text) as { data: { datetime: string }[] }).data.map(({ datetime }) => datetime);
    const wanted = this.#datetimes;
    return [
      ...found
        .filter((at) => !wanted.has(at))
        .map((at) => `The order at ${at} is there, and nobody was told of it.`),
      ...[...wanted]
        .filter((at) => !found.includes(at))
        .map((at) => `The order at ${at} was acknowledged, and is lost.`),
      ...found.filter((at, i) => found.indexOf(at) !== i).map((at) => `There are two orders at ${at}.`),
    ];
  }

  #free(): string {
    return new Date(FIRST + this.#week++ * WEEK_MS).toISOString();
  }

  #create(): Call {
    const datetime = this.#free();
    this.#datetimes.add(datetime);
    return { method: 'POST', path: '/orders', body: { datetime, totalfee: 1 } };
  }

  async #move(): Promise<Call> {
    const booking = this.#create();
    const { datetime: before } = booking.body as { datetime: string };
    const booked = await this.#untilDone(booking);
    const { _id } = (JSON.parse(booked?.text ?? '{}') as { data: { _id: string } }).data;
    const datetime = this.#free();
    this.#datetimes.delete(before);
    this.#datetimes.add(datetime);
    return { method: 'PATCH', path: `/orders/${_id}`, body: { datetime } };
  }

  #batch(): Call {
    const operations = [this.#create(), this.#create()].map(({ body }) => ({ op: 'create', data: body }));
    return { method: 'POST', path: '/orders/batch', body: { operations } };
  }

  /** Sends a request with a cut in it; gives the commands that it made. */
  async #attempt(cut: Case | null, call: Call): Promise<Command[]> {
    const commands: Command[] = [];
    let isCut = false;
    this.#proxy.decide((data) => {
      const command = commandOf(data);
      if (command === null || isCut) return 'pass';
      commands.push(command);
      if (cut === null || commands.length <= cut.index) return 'pass';
      isCut = true;
      return cut.when;
    });
    const answer = await this.#untilDone(call);
    if (isCut) this.done += 1;
    const last = commands.at(-1);
    const where =
      cut === null ? 'no cut' : `${cut.when} ${last?.name} ${last?.collection}, command ${cut.index}`;
    if (answer === null)
      this.violations.push(`${call.method} ${call.path} (${where}) was not done within ${REPEAT_MS} ms.`);
    else if (answer.status >= 300)
      this.violations.push(`${call.method} ${call.path} (${where}): ${answer.status} ${answer.text}`);
    return commands;
  }

  /** Repeats a request with its key while it is answered with 503. */
  async #untilDone(call: Call): Promise<Answer | null> {
    const key = `cut-${this.#requests++}`;
    const until = performance.now() + REPEAT_MS;
    while (performance.now() < until) {
      const answer = await this.#http.send(this.#url, { ...call, key });
      if (answer.status !== 503 && !answer.text.includes('idempotency_in_progress')) return answer;
      await sleep(50);
    }
    return null;
  }
}
