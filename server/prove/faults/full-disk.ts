import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runServer, startServer } from '../../tests/support/server-process.js';
import type { CampaignOptions, CampaignResult } from '../campaign.js';
import { verifyFaults } from '../support/ends.js';
import { type Answer, codeOf, HttpClient } from '../support/http-client.js';
import { proofFolder } from '../support/stores.js';

const DAY_MS = 86_400_000;
const FIRST = Date.UTC(2034, 0, 1);
const CLIENTS = 8;
/** How often a full disk is to be met before there is room again. */
const REFUSALS = 40;
const MOST_MS = 30_000;

function mount(...args: string[]): boolean {
  return spawnSync('mount', args).status === 0;
}

/** The disk becomes full in the middle of a load, then there is room again; at last it cannot be written at all. */
export async function proveFullDisk({ progress }: CampaignOptions): Promise<CampaignResult> {
  const folder = proofFolder('disk');
  if (!mount('-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder)) {
    rmSync(folder, { recursive: true });
    return {
      violations: [],
      figures: {},
      leftOut: 'No small disk can be mounted here (it needs root), so none was filled.',
    };
  }
  try {
    const url = `file:${join(folder, 'orders.db')}`;
    const { violations, figures } = await fill(url, folder, progress);
    violations.push(...(await verifyFaults(url)), ...(await readOnlyFaults(url, folder)));
    return { violations: violations.map((violation) => `Full disk: ${violation}`), figures };
  } finally {
    spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(url: string, folder: string, progress: (text: string) => void): Promise<CampaignResult> {
  const server = await startServer({ DATABASE_URL: url });
  const load = new DiskLoad(server.url);
  const running = load.run();
  await load.reaches(() => load.refused >= REFUSALS, 'The disk never became full');
  progress(`full after ${load.acknowledged.size} orders`);
  const before = load.acknowledged.size;
  const reads = await load.read();
  if (!mount('-o', 'remount,size=64m', folder)) load.faults.push('The disk could not be made larger.');
  await load.reaches(
    () => load.acknowledged.size >= before + 2 * CLIENTS,
    'No order was booked after there was room again',
  );
  load.isOver = true;
  await running;
  const lost = await load.lost();
  await server.kill('SIGTERM');
  return {
    violations: [...load.faults, ...reads, ...lost].slice(0, 20),
    figures: { 'orders on a full disk': load.acknowledged.size, 'refused by a full disk': load.refused },
  };
}

class DiskLoad {
  readonly acknowledged = new Map<string, string>();
  readonly faults: string[] = [];
  refused = 0;
  isOver = false;
  readonly #url: string;
  readonly #http = new HttpClient({ timeoutMs: 15_000 });
  #day = 0;

  constructor(url: string) {
    this.#url = url;
  }

  async run(): Promise<void> {
    await Promise.all(Array.from({ length: CLIENTS }, () => this.#client()));
  }

  async reaches(isSo: () => boolean, otherwise: string): Promise<void> {
    const until = performance.now() + MOST_MS;
    while (!isSo() && performance.now() < until) await sleep(20);
    if (!isSo()) this.faults.push(`${otherwise} within ${MOST_MS} ms.`);
  }

  async #client(): Promise<void> {
    while (!this.isOver) {
      const datetime = new Date(FIRST + this.#day++ * DAY_MS).toISOString();
      const operations = Array.from({ length: 20 }, (_, i) => ({
        op: 'create',
        data: {
          datetime: new Date(Date.parse(datetime) + (i + 1) * 20 * 365 * DAY_MS).toISOString(),
          totalfee: 1,
        },
      }));
      const isBatch = this.#day % 4 === 0;
      const answer = await this.#http
        .send(this.#url, {
          method: 'POST',
          path: isBatch ? '/orders/batch' : '/orders',
          body: isBatch ? { atomic: false, operations } : { datetime, totalfee: 1 },
        })
        .catch((error: unknown): Answer => ({ status: 0, headers: {}, text: String(error) }));
      const { status, headers, text } = answer;
      if (status === 201)
        this.acknowledged.set((JSON.parse(text) as { data: { _id: string } }).data._id, datetime);
      else if (status === 503 && headers['retry-after'] !== undefined) await this.#refusal();
      else if (status !== 200 && codeOf(answer) !== 'outcome_unknown')
        this.faults.push(`A booking was answered ${status}: ${text}`);
    }
  }

  async #refusal(): Promise<void> {
    this.refused += 1;
    await sleep(10);
  }

  /** While the disk is full, reading goes on. */
  async read(): Promise<string[]> {
    const { status } = await this.#http.send(this.#url, { method: 'GET', path: '/orders?limit=10' });
    return status === 200 ? [] : [`A read on a full disk was answered ${status}.`];
  }

  /** Acknowledged orders that are not there. */
  async lost(): Promise<string[]> {
    const faults: string[] = [];
    for (const [id, datetime] of this.acknowledged) {
      const { text } = await this.#http.send(this.#url, { method: 'GET', path: `/orders/${id}` });
      if (!text.includes(datetime)) faults.push(`Order ${id} was acknowledged and is lost.`);
    }
    this.#http.close();
    return faults;
  }
}

/** On a disk that cannot be written the server says so in a sentence, and ends. */
async function readOnlyFaults(url: string, folder: string): Promise<string[]> {
  if (!mount('-o', 'remount,ro', folder)) return ['The disk could not be made read-only.'];
  const { code, stderr } = await runServer({ DATABASE_URL: url });
  const isClear =
    code === 1 &&
    stderr.includes('orders.db') &&
    !/^\s+at /m.test(stderr) &&
    stderr.trim().split('\n').length === 1;
  const remains = existsSync(join(folder, 'orders.db')) ? [] : ['The file is gone.'];
  return isClear
    ? remains
    : [...remains, `On a read-only disk the server ended with ${code} and said: ${stderr}`];
}
