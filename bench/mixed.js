import { Agent, request } from 'node:http';
import { load } from './load.js';
import { median } from './table.js';

const WRITERS = 16;
const READERS = 16;

/** Sends one request; answers its status and how long it took, in milliseconds. */
function send(agent, url, { method = 'GET', body, headers = {} } = {}) {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent, headers }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve({ status: answer.statusCode, ms: performance.now() - startedAt }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/**
 * Sixteen writers, as `writing` says (load.js), and sixteen readers of an order, at once; answers what each met.
 */
export async function mixedLoad(url, { seconds, writing, readPath }) {
  const [write, read] = await Promise.all([
    load(url, { ...writing, seconds, connections: WRITERS }),
    load(`${url}${readPath}`, { seconds, connections: READERS }),
  ]);
  return { write, read };
}

/** How long one request after the other takes, as a median of many, in milliseconds. */
export async function oneByOne(url, options, count = 300) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { authorization: process.env.BENCH_AUTHORIZATION, 'content-type': 'application/json' };
  const times = [];
  for (let i = 0; i < count; i++) times.push((await send(agent, url, { headers, ...options(i) })).ms);
  agent.destroy();
  return median(times);
}
