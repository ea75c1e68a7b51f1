// Runs Roundsman and the plain service in turn on one database server; prints medians, ratios and their spread.
import { Agent } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startMongoServer } from '../../scripts/mongo-server.mjs';
import { OURS, startServer } from '../servers.js';
import { median, printTable, row, writeResults } from '../table.js';
import { rateOf, send } from './clients.js';
import { databaseUrl, datetimeOf, drop, fillOurs, fillPlain, serverName } from './databases.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '6' },
    seconds: { type: 'string', default: '2' },
    orders: { type: 'string', default: '10000' },
    clients: { type: 'string', default: '16' },
  },
});
const [rounds, seconds, orders, clients] = ['rounds', 'seconds', 'orders', 'clients'].map((name) =>
  Number(values[name]),
);
/** Before each measurement: both are warm after some thousand requests (V8), which lists never come to. */
const WARM_UP_SECONDS = 10;
const LIST_WARM_UP_SECONDS = 2;
/** Of lists, so few that the plain service's long answers do not queue for many seconds. */
const LIST_CLIENTS = 4;

const root = fileURLToPath(new URL('../..', import.meta.url));
const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
const YEAR_3000 = Date.UTC(3000, 0, 1);
/** Orders four hours apart in one week, before the next week is begun. */
const PLACES_A_WEEK = 41;

const SERVERS = {
  plain: {
    refused: 400,
    command: (url) => [process.execPath, `${root}bench/mongo/plain-service.js`, url],
  },
  ours: { refused: 409, command: () => OURS },
};

function start(name, url) {
  const env = { NODE_ENV: 'production', PORT: '0', DATABASE_URL: url };
  return startServer(name, SERVERS[name].command(url), env);
}

const create = (datetime) => ({
  method: 'POST',
  body: { datetime: new Date(datetime).toISOString(), totalfee: 349.5 },
});

/** Weeks that no load has used yet: each client books its own, place by place. */
let weeksUsed = 0;
function ownTimes() {
  const first = weeksUsed;
  weeksUsed += clients * 100;
  return (client, n) => {
    const week = first + client + clients * Math.floor(n / PLACES_A_WEEK);
    return create(YEAR_3000 + week * WEEK_MS + (n % PLACES_A_WEEK) * 4 * HOUR_MS);
  };
}

/** An hour after an order that stands there: each client asks in a week of its own, as 1970-01-01 begins one. */
const takenTimes = (client, n) => create(datetimeOf(client * 21 + (n % 20)) + HOUR_MS);

/** Warms up, then measures. */
async function measured(url, { status, next, senders = clients, warmUpSeconds = WARM_UP_SECONDS }) {
  await rateOf(url, { clients: senders, seconds: warmUpSeconds, status, next: next() });
  return rateOf(url, { clients: senders, seconds, status, next: next() });
}

async function measuredRound(name, url) {
  const server = await start(name, url);
  const list = name === 'ours' ? '/orders?limit=50' : '/orders';
  const results = {
    list: await measured(server.url, {
      status: 200,
      next: () => () => ({ path: list }),
      senders: LIST_CLIENTS,
      warmUpSeconds: LIST_WARM_UP_SECONDS,
    }),
    refused: await measured(server.url, { status: SERVERS[name].refused, next: () => takenTimes }),
    create: await measured(server.url, { status: 201, next: ownTimes }),
  };
  await server.stop();
  return results;
}

/** What a server answers to a create, to a refused one, and to a list; the ids and times of making apart. */
async function answersOf(name, url) {
  const server = await start(name, url);
  const agent = new Agent();
  const ask = async (path, options) => {
    const { status, text } = await send(agent, server.url + path, { ...options, keeps: true });
    return { status, ...JSON.parse(text) };
  };
  const datetime = YEAR_3000 - WEEK_MS;
  const list = await ask(name === 'ours' ? '/orders?limit=50' : '/orders');
  const created = await ask('/orders', create(datetime));
  const refused = await ask('/orders', create(datetime + HOUR_MS));
  await server.stop();
  const known = (order) => ({ datetime: order.datetime, totalfee: order.totalfee });
  return {
    list: list.data.map(known),
    created: [created.status, known(created.data)],
    refused: [refused.status, refused.success],
  };
}

/** Both must give the same answers, or the figures would compare different things. */
async function requireRightAnswers(urls) {
  const ours = await answersOf('ours', urls.ours);
  const plain = await answersOf('plain', urls.plain);
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  if (plain.list.length !== orders) throw new Error(`The plain service lists ${plain.list.length} orders.`);
  if (ours.list.length !== 50 || !same(ours.list, plain.list.slice(0, 50)))
    throw new Error('The lists are not equal.');
  if (ours.created[0] !== 201 || !same(ours.created, plain.created))
    throw new Error('The created orders are not equal.');
  for (const [name, { refused }] of Object.entries({ ours, plain })) {
    if (!same(refused, [SERVERS[name].refused, false])) throw new Error(`${name} did not refuse.`);
  }
}

async function runRounds(urls) {
  const results = [];
  for (let i = 0; i < rounds; i++) {
    const names = i % 2 === 0 ? ['plain', 'ours'] : ['ours', 'plain'];
    const result = {};
    for (const name of names) result[name] = await measuredRound(name, urls[name]);
    results.push(result);
    console.log(`round ${i + 1} of ${rounds}`);
  }
  return results;
}

function tableOf(results) {
  const ratio = (key, name, goal) => {
    const typical = (server) => Math.round(median(results.map((result) => result[server][key])));
    const ratios = results.map(({ plain, ours }) => ours[key] / plain[key]);
    return row(name, ratios, goal, `${typical('ours')} / ${typical('plain')} a second`);
  };
  return [
    ratio('create', 'create / plain', '>= 0.5'),
    ratio('refused', 'refused create / plain', '>= 0.8'),
    ratio('list', `page of 50 / plain list of ${orders}`, '>= 5'),
  ];
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1)); // the servers end with it

const database = process.env.MONGODB_URL ? null : await startMongoServer();
const server = process.env.MONGODB_URL ?? database.url('');
const urls = { ours: databaseUrl(server, 'ours'), plain: databaseUrl(server, 'plain') };
try {
  const measuredOn = await serverName(urls.plain);
  console.log(
    `On ${measuredOn}: ${rounds} rounds, ${clients} clients, ${seconds} s each after ${WARM_UP_SECONDS} s.`,
  );
  await fillOurs(urls.ours, orders);
  await fillPlain(urls.plain, orders);
  await requireRightAnswers(urls);
  const results = await runRounds(urls);
  const table = tableOf(results);
  printTable(table);
  writeResults('mongo', { measuredOn, table, results });
} finally {
  for (const url of Object.values(urls)) await drop(url);
  await database?.kill();
}
