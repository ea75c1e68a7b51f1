import { setTimeout as sleep } from 'node:timers/promises';
import { type ServerProcess, startServer } from '../../tests/support/server-process.js';
import type { Random } from '../random.js';

/** What a stopping server may take, with its grace of 25 s. */
const STOP_MS = 28_000;

/** Several server processes on one store, which are killed and started again. */
export class Cluster {
  readonly #settings: Record<string, string>;
  readonly #servers: (ServerProcess | null)[] = [];
  readonly violations: string[] = [];
  kills = 0;
  stops = 0;

  constructor(settings: Record<string, string>) {
    this.#settings = settings;
  }

  /** The first process sets the store up; the others come after it. */
  async start(count: number): Promise<void> {
    this.#servers.push(await startServer(this.#settings));
    const others = Array.from({ length: count - 1 }, () => startServer(this.#settings));
    this.#servers.push(...(await Promise.all(others)));
  }

  /** The address of the nth process; null while it is down. */
  url(index: number): string | null {
    return this.#servers[index % this.#servers.length]?.url ?? null;
  }

  get urls(): string[] {
    return this.#servers.flatMap((server) => (server === null ? [] : [server.url]));
  }

  /** Ends one process after another, most of them with SIGKILL, and starts each again, until the end. */
  async disturb(random: Random, { everyMs, until }: { everyMs: number; until: number }): Promise<void> {
    while (performance.now() + everyMs < until) {
      await sleep(everyMs);
      const index = random.below(this.#servers.length);
      if (random.below(4) === 0) await this.#stop(index);
      else await this.#kill(index);
      if (!(await this.#restart(index))) return;
      for (const server of this.#servers) if (server !== null) server.log.length = 0;
    }
  }

  /** Freezes the nth process for so long; meanwhile its address is not given out. */
  async freeze(index: number, forMs: number): Promise<void> {
    const server = this.#servers[index] as ServerProcess;
    this.#servers[index] = null;
    server.child.kill('SIGSTOP');
    await sleep(forMs);
    server.child.kill('SIGCONT');
    this.#servers[index] = server;
  }

  /** Stops all as a service manager does. */
  async stopAll(): Promise<void> {
    await Promise.all(this.#servers.map((_server, index) => this.#stop(index)));
  }

  /** Ends what is left, at once. */
  async killAll(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server?.kill('SIGKILL')));
  }

  async #kill(index: number): Promise<void> {
    const server = this.#servers[index] ?? null;
    this.#servers[index] = null;
    this.kills += 1;
    await server?.kill('SIGKILL');
  }

  async #stop(index: number): Promise<void> {
    const server = this.#servers[index] ?? null;
    if (server === null) return;
    this.#servers[index] = null;
    this.stops += 1;
    const timer = setTimeout(() => server.child.kill('SIGKILL'), STOP_MS);
    const how = await server.kill('SIGTERM');
    clearTimeout(timer);
    if (how !== 0) this.violations.push(`A server ended with ${how} after SIGTERM, where 0 is promised.`);
  }

  async #restart(index: number): Promise<boolean> {
    try {
      this.#servers[index] = await startServer(this.#settings);
      return true;
    } catch (error) {
      this.violations.push(`A server did not start again: ${error instanceof Error ? error.message : error}`);
      return false;
    }
  }
}
