// Runs the servers in turn, prints ratios: medians of rounds, with their spread.
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fill } from './fill.js';
import { load, pinToLoad, requireWrk } from './load.js';
import { mixedLoad, oneByOne } from './mixed.js';
import { runPeer } from './peers/peers.js';
import { LAYERS, makeKey, OURS, pinned, startServer } from './servers.js';
import { median, printTable, row, writeResults } from './table.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    'warm-up': { type: 'string' },
    'write-warm-up': { type: 'string' },
    orders: { type: 'string' },
    peer: { type: 'string' },
    keep: { type: 'string' },
  },
});
const rounds = Number(values.rounds ?? 6);
const seconds = Number(values.seconds ?? 2);
/** How long a load runs before it is measured, in seconds: V8 is at work on a write for some six. */
const warmUp = { read: Number(values['warm-up'] ?? 3), write: Number(values['write-warm-up'] ?? 8) };
const orders = Number(values.orders ?? 100_000);

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}.cache/bench`;
const SCRIPT = `${root}bench/post.lua`;
const YEAR_3000 = 32_503_680_000;
const PORTS = { bare: 7101, ours: 7102, express: 7103 };
const NAMES = Object.keys(PORTS);
const STARTS = 5;

const COMMANDS = {
  bare: (file) => [process.execPath, `${root}bench/bare-server.js`, file, String(PORTS.bare)],
  ours: () => OURS,
  express: (file) => [process.execPath, `${root}bench/express-server.js`, file, String(PORTS.express)],
};

/** Where the free times begin that no load has used, in seconds since 1970. */
let base = YEAR_3000;

/** Starts a server on a copy of a database; answers its address, and how long it took to listen. */
function start(name, database) {
  base = YEAR_3000;
  const file = `${folder}/${name}.db`;
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  copyFileSync(database, file);
  process.env.BENCH_AUTHORIZATION = `Bearer ${keys.get(database)}`;
  return startServer(name, pinned(COMMANDS[name](file)), {
    ...LAYERS,
    PORT: String(PORTS[name]),
    DATABASE_URL: `file:${file}`,
  });
}

/** How long a server takes until it listens, in milliseconds: the median of some starts. */
async function startTime(name, database) {
  const times = [];
  for (let i = 0; i < STARTS; i++) {
    const server = await start(name, database);
    times.push(server.startMs);
    await server.stop();
  }
  return median(times);
}

async function json(url) {
  return (await fetch(url, { headers: { authorization: process.env.BENCH_AUTHORIZATION } })).json();
}

/** The API key of each database. */
const keys = new Map();

/** A fresh stretch of free times for each load that writes. */
function nextBase() {
  base += 400_000 * 4 * 3600;
  return String(base);
}

/** Measures after the same load for a while, so that all servers are warm. */
async function measured(url, options) {
  await load(url, { ...options, seconds: options.script === undefined ? warmUp.read : warmUp.write });
  return load(url, { ...options, env: { ...options.env, BENCH_BASE: nextBase() } });
}

/** One round of one server: everything that is measured of it. */
async function round(name, { large, small }) {
  const results = {};
  results.startMs = await startTime(name, small);
  let server = await start(name, large);
  const [first] = (await json(`${server.url}/orders?limit=1`)).data;
  results.get = await measured(`${server.url}/orders/${first._id}`, { seconds });
  results.list = await measured(`${server.url}/orders?limit=50`, { seconds });
  const writing = (method, path) => ({
    seconds,
    script: SCRIPT,
    env: { BENCH_METHOD: method, BENCH_PATH: path, BENCH_BASE: nextBase() },
  });
  results.post = await measured(server.url, writing('POST', '/orders'));
  results.put = await measured(server.url, writing('PUT', `/orders/${first._id}`));
  results.memoryMb = server.memoryMb();
  await server.stop();
  server = await start(name, small);
  const [firstSmall] = (await json(`${server.url}/orders?limit=1`)).data;
  results.listSmall = await measured(`${server.url}/orders?limit=50`, { seconds });
  const mixed = (forSeconds) =>
    mixedLoad(server.url, {
      seconds: forSeconds,
      writing: writing('POST', '/orders'),
      readPath: `/orders/${firstSmall._id}`,
    });
  await mixed(warmUp.write);
  results.mixed = await mixed(seconds);
  if (name === 'ours') results.refusal = await refusalCost(server.url);
  await server.stop();
  return results;
}

/** What a refused booking costs, as a part of one that is taken, among 100 orders back to back. */
async function refusalCost(url) {
  const start = Number(nextBase());
  const booking = (minutes) => ({
    method: 'POST',
    body: JSON.stringify({
      datetime: new Date(start * 1_000 + minutes * 60_000).toISOString(),
      totalfee: 1,
    }),
  });
  await oneByOne(`${url}/orders`, (i) => booking(i * 181), 100);
  const refused = await oneByOne(`${url}/orders`, () => booking(50 * 181 + 90));
  const taken = await oneByOne(`${url}/orders`, (i) => booking(1_000_000 + i * 181));
  return refused / taken;
}

/** Both must give the same data, or the figures would compare different things. */
async function requireEqualAnswers(database) {
  const answers = {};
  for (const name of Object.keys(COMMANDS)) {
    const server = await start(name, database);
    const list = await json(`${server.url}/orders?limit=50`);
    const one = await json(`${server.url}/orders/${list.data[7]._id}`);
    answers[name] = JSON.stringify([list.data, one.data]);
    await server.stop();
  }
  for (const name of NAMES) {
    if (answers[name] !== answers.bare) throw new Error(`${name} does not give the answers that bare gives.`);
  }
}

requireWrk();
pinToLoad();
if (values.peer !== undefined) {
  await runPeer(values.peer, values);
  process.exit();
}
mkdirSync(folder, { recursive: true });
const schema = readdirSync(`${root}server/src/storage/sqlite/migrations`).length;
const databases = {
  large: `${folder}/orders-${orders}-schema-${schema}.db`,
  small: `${folder}/orders-1000-schema-${schema}.db`,
};
await fill(databases.large, orders);
await fill(databases.small, 1_000);
for (const file of Object.values(databases)) keys.set(file, makeKey(file));
await requireEqualAnswers(databases.large);

const results = [];
for (let i = 0; i < rounds; i++) {
  const names = i % 2 === 0 ? NAMES : [...NAMES].reverse();
  const result = {};
  for (const name of names) result[name] = await round(name, databases);
  results.push(result);
  console.log(`round ${i + 1} of ${rounds}`);
}

const against = (other) => (what) =>
  results.map((result) => result.ours[what].rate / result[other][what].rate);
const [rates, ofExpress] = [against('bare'), against('express')];
const typical = (name, key) => Math.round(median(results.map((result) => result[name][key].rate)));
const perSecond = (what, other = 'bare') => `${typical('ours', what)} / ${typical(other, what)} a second`;
const table = [
  row('GET one / bare', rates('get'), '>= 0.9', perSecond('get')),
  row('list of 50 / bare', rates('list'), '>= 1.0', perSecond('list')),
  row('POST durable / bare', rates('post'), '>= 2.5', perSecond('post')),
  row('PUT durable / bare', rates('put'), '>= 2.5', perSecond('put')),
  row('GET one / Express', ofExpress('get'), '>= 5', perSecond('get', 'express')),
  row('list of 50 / Express', ofExpress('list'), '>= 5', perSecond('list', 'express')),
  row('POST durable / Express', ofExpress('post'), '>= 6', perSecond('post', 'express')),
  row(
    'start / bare',
    results.map(({ bare, ours }) => ours.startMs / bare.startMs),
    '<= 2',
  ),
  row(
    'memory after load (MB)',
    results.map(({ ours }) => ours.memoryMb),
    '<= 120',
  ),
  row(
    `page at ${orders} / at 1000 (time)`,
    results.map(({ ours }) => ours.listSmall.rate / ours.list.rate),
    '<= 3',
  ),
  row(
    'p99 of reads among writers / bare',
    results.map(({ bare, ours }) => ours.mixed.read.p99 / bare.mixed.read.p99),
    '<= 0.4',
  ),
  row(
    'longest wait / median, mixed load',
    results.map(({ ours }) =>
      Math.max(...Object.values(ours.mixed).map(({ longest, median: middle }) => longest / middle)),
    ),
    '<= 50',
  ),
  row(
    'refused create / create (time)',
    results.map(({ ours }) => ours.refusal),
    '<= 3',
  ),
];
printTable(table);
writeResults('latest', { table, results });
