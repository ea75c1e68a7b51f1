import { Agent, request } from 'node:http';

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
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        answer.on('error', reject);
        answer.on('close', () => {
          if (!answer.complete) return reject(new Error('The answer was cut off.'));
          resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) });
        });
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
