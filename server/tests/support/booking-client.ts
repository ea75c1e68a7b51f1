import { Agent, request } from 'node:http';
import { text as readText } from 'node:stream/consumers';

export interface BookingAnswer {
  status: number;
  body: { data: { _id: string; datetime: string; number: number } } & Record<string, unknown>;
}

/** Sends one request with a JSON body; rejects where the connection breaks before the answer is whole. */
export function sendJson(agent: Agent, url: string, method: string, body?: unknown): Promise<BookingAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method, agent, headers: { 'content-type': 'application/json' } },
      (answer) => {
        readText(answer)
          .then((text) => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) }))
          .catch(reject);
      },
    );
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Connections that are kept alive, as many at once as are wanted. */
export function keepAlive(): Agent {
  return new Agent({ keepAlive: true, maxSockets: 64 });
}
