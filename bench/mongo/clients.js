// Clients that each send one request after the other, and count only answers with the status expected.
import { Agent, request } from 'node:http';

/** One request; gives its status and, where asked for, its body. */
export function send(agent, url, { method = 'GET', body, keeps = false } = {}) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers =
    text === undefined
      ? {}
      : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method, headers }, (res) => {
      const parts = [];
      res.on('data', (part) => {
        if (keeps || res.statusCode >= 500) parts.push(part);
      });
      res.on('error', reject);
      res.on('end', () => resolve({ status: res.statusCode, text: Buffer.concat(parts).toString() }));
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

/**
 * Lets so many clients send what `next(client, n)` gives, for some seconds.
 * Gives answers a second. Error: an answer had another status.
 */
export async function rateOf(url, { clients, seconds, status, next }) {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const until = performance.now() + seconds * 1_000;
  const began = performance.now();
  let answered = 0;
  async function client(index) {
    for (let n = 0; performance.now() < until; n++) {
      const { path = '/orders', ...options } = next(index, n);
      const answer = await send(agent, url + path, options);
      if (answer.status !== status) throw new Error(`${url} answered ${answer.status}: ${answer.text}`);
      answered += 1;
    }
  }
  try {
    await Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
    return (answered * 1_000) / (performance.now() - began);
  } finally {
    agent.destroy();
  }
}
