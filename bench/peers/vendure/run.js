// Runs Roundsman and Vendure in turn, each on SQLite; prints medians, ratios and their spread.
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { fill } from '../../fill.js';
import { load } from '../../load.js';
import { LAYERS, makeKey, OURS, pinned, startServer } from '../../servers.js';
import { median, printTable, row, writeResults } from '../../table.js';
import { fillOrders } from './fill.js';
import { ask, CREATE, get, LIST, logIn } from './graphql.js';
import { installVendure, VERSION } from './install.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = `${root}.cache/bench`;
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const PORTS = { ours: 7104, vendure: 7105 };
const WARM_UP_SECONDS = 3;
/** In which a slow server comes to the end of what the warm-up left under way. */
const SETTLE_MS = 2_000;
/** Free times for the warm-up and for the load, in seconds since 1970: the years 3000 and 5000. */
const TIMES = { warmUp: 32_503_680_000, load: 95_617_584_000 };

function removeDatabase(file) {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
}

/** Starts Vendure on a database, which it makes where there is none, and logs the administrator in. */
async function startVendure(installed, file) {
  const command = [process.execPath, here('server.js'), installed, file, String(PORTS.vendure)];
  const server = await startServer('Vendure', pinned(command), {
    NODE_ENV: 'production',
    VENDURE_DISABLE_TELEMETRY: 'true',
  });
  await logIn(server.url);
  return server;
}

/** Makes a database of Vendure with so many orders, through its API; keeps one that is there. */
async function fillVendure(installed, file, count) {
  if (existsSync(file)) return;
  const unfinished = `${file}.unfinished`;
  removeDatabase(unfinished);
  const server = await startVendure(installed, unfinished);
  await fillOrders(server.url, count);
  await server.stop();
  renameSync(unfinished, file);
}

/** How each server is started on a copy of its database, and what is asked of it. */
const SERVERS = {
  async ours({ ours }) {
    const file = `${folder}/peer-ours.db`;
    removeDatabase(file);
    copyFileSync(ours.file, file);
    process.env.BENCH_AUTHORIZATION = `Bearer ${ours.key}`;
    const env = { ...LAYERS, PORT: String(PORTS.ours), DATABASE_URL: `file:${file}` };
    const server = await startServer('Roundsman', pinned(OURS), env);
    const list = `${server.url}/orders?limit=50`;
    const headers = { authorization: process.env.BENCH_AUTHORIZATION };
    const listed = async () => (await (await fetch(list, { headers })).json()).data;
    return {
      ...server,
      listed,
      create: [server.url, { script: `${root}bench/post.lua`, env: { BENCH_PATH: '/orders' } }],
      list: [list],
      get: async () => [`${server.url}/orders/${(await listed())[7]._id}`],
    };
  },
  async vendure({ vendure }) {
    const file = `${folder}/peer-vendure.db`;
    removeDatabase(file);
    copyFileSync(vendure.file, file);
    const server = await startVendure(vendure.installed, file);
    const asking = (body) => [
      server.url,
      { script: here('graphql.lua'), env: { BENCH_BODY: JSON.stringify(body) } },
    ];
    const listed = async () => (await ask(server.url, LIST)).orders.items;
    return {
      ...server,
      listed,
      create: asking(CREATE),
      list: asking(LIST),
      get: async () => asking(get((await listed())[7].id)),
      stored: async () => (await ask(server.url, LIST)).orders.totalItems,
    };
  },
};

/** Warms up with the same load, then measures: requests a second. */
async function measured([url, options = {}], seconds) {
  const at = (base) => ({ ...options, env: { ...options.env, BENCH_BASE: String(base) } });
  await load(url, { ...at(TIMES.warmUp), seconds: WARM_UP_SECONDS });
  await setTimeout(SETTLE_MS);
  return (await load(url, { ...at(TIMES.load), seconds })).rate;
}

/** Everything that is measured of one server in one round; every create must have stored an order. */
async function measuredRound(name, databases, { seconds, orders }) {
  const server = await SERVERS[name](databases);
  if ((await server.listed()).length !== 50) throw new Error(`${name} does not list 50 orders.`);
  const results = {
    list: await measured(server.list, seconds),
    get: await measured(await server.get(), seconds),
    create: await measured(server.create, seconds),
  };
  if (server.stored !== undefined && (await server.stored()) - orders < results.create * seconds)
    throw new Error(`${name} did not store what it created.`);
  await server.stop();
  return results;
}

async function runRounds(databases, options) {
  const results = [];
  for (let i = 0; i < options.rounds; i++) {
    const names = i % 2 === 0 ? ['vendure', 'ours'] : ['ours', 'vendure'];
    const result = {};
    for (const name of names) result[name] = await measuredRound(name, databases, options);
    results.push(result);
    console.log(`round ${i + 1} of ${options.rounds}`);
  }
  return results;
}

function tableOf(results) {
  const ratio = (key, name, goal) => {
    const typical = (server) => Math.round(median(results.map((result) => result[server][key])));
    const ratios = results.map(({ vendure, ours }) => ours[key] / vendure[key]);
    return row(`${name} / Vendure`, ratios, goal, `${typical('ours')} / ${typical('vendure')} a second`);
  };
  return [
    ratio('create', 'create', '>= 30'),
    ratio('list', 'list of 50', '>= 100'),
    ratio('get', 'get', '>= 40'),
  ];
}

/** Makes both databases, with equally many orders. */
async function makeDatabases({ keep, orders }) {
  mkdirSync(folder, { recursive: true });
  const installed = installVendure(keep);
  const schema = readdirSync(`${root}server/src/storage/sqlite/migrations`).length;
  const ours = `${folder}/orders-${orders}-schema-${schema}.db`;
  const vendure = `${folder}/vendure-${VERSION}-orders-${orders}.db`;
  await fill(ours, orders);
  await fillVendure(installed, vendure, orders);
  return { ours: { file: ours, key: makeKey(ours) }, vendure: { file: vendure, installed } };
}

export async function runVendure({ keep, rounds = '3', seconds = '10', orders = '500' }) {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1)); // the servers end with it
  const options = { rounds: Number(rounds), seconds: Number(seconds), orders: Number(orders) };
  const databases = await makeDatabases({ keep, orders: options.orders });
  const measuredOn = `Vendure ${VERSION} on SQLite, its default configuration`;
  console.log(`On ${measuredOn}: rounds: ${rounds}; ${seconds} s each after ${WARM_UP_SECONDS} s.`);
  const results = await runRounds(databases, options);
  const table = tableOf(results);
  printTable(table);
  writeResults('vendure', { measuredOn, options, table, results });
}
