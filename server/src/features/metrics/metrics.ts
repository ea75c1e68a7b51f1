import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** From half a millisecond to ten seconds. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What the server counts of itself. Labels come from closed lists: routes as they are documented, never an id. */
export interface Metrics {
  noteRequest(request: { method: string; route: string | null; status: number; ms: number }): void;
  noteClash(): void;
  noteTransaction(outcome: 'done' | 'refused', ms: number): void;
  /** A read of the store outside a transaction, by its name. */
  noteRead(read: string, ms: number): void;
  /** Everything, as Prometheus reads it. */
  text(): Promise<string>;
  readonly contentType: string;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

export function createMetrics({ inFlight }: { inFlight: () => number }): Metrics {
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register });
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long requests took, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  });
  const clashes = new Counter({
    name: 'roundsman_clashes_total',
    help: 'Writes that the booking rule refused.',
    registers,
  });
  const transactions = new Histogram({
    name: 'roundsman_transaction_duration_seconds',
    help: 'How long transactions of the store took, with their wait for it.',
    labelNames: ['outcome'],
    buckets: SECONDS,
    registers,
  });
  const reads = new Histogram({
    name: 'roundsman_read_duration_seconds',
    help: 'How long reads of the store outside transactions took.',
    labelNames: ['read'],
    buckets: SECONDS,
    registers,
  });
  new Gauge({
    name: 'http_requests_in_flight',
    help: 'Requests that are under way.',
    registers,
    collect() {
      this.set(inFlight());
    },
  });
  return {
    noteRequest({ method, route, status, ms }) {
      const known = METHODS.includes(method) ? method : 'other';
      requests.labels(known, route ?? 'none', String(status)).observe(ms / 1_000);
    },
    noteClash: () => clashes.inc(),
    noteTransaction: (outcome, ms) => transactions.labels(outcome).observe(ms / 1_000),
    noteRead: (read, ms) => reads.labels(read).observe(ms / 1_000),
    text: () => register.metrics(),
    contentType: register.contentType,
  };
}
