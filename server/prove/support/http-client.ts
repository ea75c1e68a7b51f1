import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { text as readText } from 'node:stream/consumers';

/** An answer as it came, its body not parsed. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** What to send; `key` is the Idempotency-Key. */
export interface Call {
  method: string;
  path: string;
  body?: unknown;
  key?: string;
}

/** No answer came for so long that the server must be taken to hang. */
export class NoAnswer extends Error {}

/** Requests over connections that are kept alive; one that gets no answer in time is a NoAnswer. */
export class HttpClient {
  readonly #agent: Agent;
  readonly #timeoutMs: number;

  constructor({ connectionsMax = 64, timeoutMs = 40_000 } = {}) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: connectionsMax });
    this.#timeoutMs = timeoutMs;
  }

  /** Errors: NoAnswer, and the socket's where the connection breaks before the answer is whole. */
  send(server: string, { method, path, body, key }: Call): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(`${server}${path}`, {
        method,
        agent: this.#agent,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
      });
      const timer = setTimeout(() => {
        reject(new NoAnswer(`${method} ${path} had no answer within ${this.#timeoutMs} ms.`));
        sent.destroy();
      }, this.#timeoutMs);
      sent.on('response', (answer) => {
        readText(answer).then(
          (text) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }),
          reject,
        );
      });
      sent.on('error', reject);
      sent.on('close', () => clearTimeout(timer));
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** The code of an error's body; undefined where the body is none. */
export function codeOf({ text }: Answer): string | undefined {
  try {
    return (JSON.parse(text) as { error?: { code?: string } }).error?.code;
  } catch {
    return undefined;
  }
}
