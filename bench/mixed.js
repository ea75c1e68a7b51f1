import { Agent, request } from 'node:http';

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

function sorted(times) {
  return times.sort((a, b) => a - b);
}

/**
 * Sixteen writers that book free times from `base` (seconds since 1970) on and sixteen readers, at once.
 * Answers the median, the 99th percentile and the longest wait of each, in milliseconds.
 */
export async function mixedLoad(url, { seconds, base, readPath }) {
  const agent = new Agent({ keepAlive: true, maxSockets: WRITERS + READERS });
  const headers = { authorization: process.env.BENCH_AUTHORIZATION, 'content-type': 'application/json' };
  const until = performance.now() + seconds * 1_000;
  const times = { write: [], read: [] };
  let next = 0;
  const writer = async () => {
    while (performance.now() < until) {
      const datetime = new Date((Number(base) + next++ * 4 * 3_600) * 1_000).toISOString();
      const body = JSON.stringify({ datetime, totalfee: 349.5 });
      const { status, ms } = await send(agent, `${url}/orders`, { method: 'POST', body, headers });
      if (status !== 201) throw new Error(`A booking was answered ${status}.`);
      times.write.push(ms);
    }
  };
  const reader = async () => {
    while (performance.now() < until)
      times.read.push((await send(agent, `${url}${readPath}`, { headers })).ms);
  };
  await Promise.all([...Array.from({ length: WRITERS }, writer), ...Array.from({ length: READERS }, reader)]);
  agent.destroy();
  return Object.fromEntries(
    Object.entries(times).map(([kind, all]) => {
      const waits = sorted(all);
      const at = (part) => waits[Math.min(waits.length - 1, Math.floor(waits.length * part))];
      return [kind, { median: at(0.5), p99: at(0.99), longest: at(1) }];
    }),
  );
}

/** How long one request after the other takes, as a median of many, in milliseconds. */
export async function oneByOne(url, options, count = 300) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { authorization: process.env.BENCH_AUTHORIZATION, 'content-type': 'application/json' };
  const times = [];
  for (let i = 0; i < count; i++) times.push((await send(agent, url, { headers, ...options(i) })).ms);
  agent.destroy();
  return sorted(times)[Math.floor(count / 2)];
}
