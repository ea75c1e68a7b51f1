// Shows on a real replica set that nothing acknowledged is lost while its primary steps down again and again:
// several servers book over the same times meanwhile, then every acknowledged order is looked for.
// TEST_MONGODB_URL names the replica set; its user may step the primary down and make databases.
import { spawn } from 'node:child_process';
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    servers: { type: 'string', default: '3' },
    clients: { type: 'string', default: '4' },
    'step-down-every': { type: 'string', default: '15' },
    /** Books and checks only: shows that this script works, and nothing of a failover. */
    'without-step-downs': { type: 'boolean', default: false },
    /** Deletes an acknowledged order before the check, which must then fail. */
    'lose-one': { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const stepsDown = !values['without-step-downs'];

/** The server's own, whose package has it. */
const mongoose = createRequire(new URL('../server/package.json', import.meta.url))('mongoose');

const root = fileURLToPath(new URL('..', import.meta.url));
const HALF_HOUR_MS = 1_800_000;
const FIRST_DAY = Date.UTC(2040, 0, 1);
/** Half hours that are booked by all, so that many bookings are rivals. */
const TIMES = 20_000;
/** How long one booking is repeated before it counts as unsettled. */
const REPEAT_MS = 60_000;
const STEP_DOWN = { replSetStepDown: 10, secondaryCatchUpPeriodSecs: 5 };

const servers = [];

async function startServer(url) {
  const child = spawn(process.execPath, [`${root}server/dist/main.js`], {
    env: { ...process.env, PORT: '0', DATABASE_URL: url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  servers.push(child);
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { address } = JSON.parse(line);
      if (address !== undefined) resolve(address);
    });
    child.once('close', (code) => reject(new Error(`A server ended with ${code}.`)));
  });
}

async function stopServers() {
  await Promise.all(
    servers.splice(0).map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(timer);
    }),
  );
}

/** Why no primary can step down there, as a sentence; null where one can. */
async function refusalOf(admin) {
  const { setName, hosts = [] } = await admin.command({ hello: 1 });
  if (setName !== undefined && hosts.length >= 2) return null;
  return 'TEST_MONGODB_URL must name a real replica set of two or more members: this server has no replSetStepDown that another member could follow (--without-step-downs tries the rest).';
}

/** One booking, repeated with the same key until its outcome is known; null where it stays unknown. */
async function book(server, { datetime, totalfee }) {
  const key = randomUUID();
  const latest = Date.now() + REPEAT_MS;
  while (Date.now() < latest) {
    const answer = await fetch(`${server}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ datetime, totalfee }),
    });
    const { data, error } = await answer.json();
    if (answer.status === 201) return { order: data };
    if (answer.status === 409 && error.code === 'booking_clash') return { order: null };
    if (answer.status !== 503 && answer.status !== 409) {
      throw new Error(`A booking was answered ${answer.status}: ${JSON.stringify(error)}`);
    }
    await sleep(200);
  }
  return null;
}

/** Books until the end; every booking has a fee of its own, by which its order is told from any other. */
async function bookFor(addresses, until) {
  const booked = { acknowledged: [], refused: 0, unsettled: 0, sent: 0 };
  const client = async (server) => {
    while (Date.now() < until) {
      const datetime = new Date(FIRST_DAY + randomInt(TIMES) * HALF_HOUR_MS).toISOString();
      booked.sent += 1;
      const outcome = await book(server, { datetime, totalfee: booked.sent });
      if (outcome === null) booked.unsettled += 1;
      else if (outcome.order === null) booked.refused += 1;
      else booked.acknowledged.push(outcome.order);
    }
  };
  await Promise.all(
    addresses.flatMap((server) => Array.from({ length: Number(values.clients) }, () => client(server))),
  );
  return booked;
}

/** Makes the primary step down at intervals; gives how often it did. */
async function stepDownUntil(admin, until) {
  let count = 0;
  while (Date.now() + Number(values['step-down-every']) * 1_000 < until) {
    await sleep(Number(values['step-down-every']) * 1_000);
    try {
      await admin.command(STEP_DOWN);
      count += 1;
    } catch (error) {
      console.error(`No step-down this time: ${error.message}`);
    }
  }
  return count;
}

/** What `roundsman verify` prints, where it finds anything. */
async function verify(url) {
  const child = spawn(process.execPath, [`${root}server/bin/roundsman.js`, 'verify'], {
    env: { ...process.env, DATABASE_URL: url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (part) => {
    text += part;
  });
  const [code] = await once(child, 'close');
  return code === 0 ? [] : [`roundsman verify: ${text.trim()}`];
}

/** Everything that is wrong with what the database holds after the bookings. */
async function problemsOf(db, url, { acknowledged, unsettled }) {
  const orders = await db.collection('orders').find().toArray();
  const byId = new Map(orders.map((order) => [order._id.toHexString(), order]));
  const problems = await verify(url);
  for (const { _id, number, datetime } of acknowledged) {
    const kept = byId.get(_id);
    if (kept === undefined) problems.push(`Order ${number} at ${datetime} was acknowledged and is gone.`);
    else if (kept.number !== number || kept.datetime.toISOString() !== datetime)
      problems.push(`Order ${number} at ${datetime} is not as it was acknowledged.`);
  }
  for (const member of ['number', 'totalfee']) {
    const distinct = new Set(orders.map((order) => String(order[member]))).size;
    if (distinct !== orders.length)
      problems.push(`${orders.length - distinct} orders have the ${member} of another.`);
  }
  if (orders.length > acknowledged.length + unsettled)
    problems.push(`${orders.length} orders are there, and only ${acknowledged.length} were acknowledged.`);
  return problems;
}

function databaseUrl(server) {
  const [address, options] = server.split('?');
  const url = `${address.replace(/(:\/\/[^/]+).*$/, '$1')}/roundsman_proof_${randomBytes(4).toString('hex')}`;
  return options === undefined ? url : `${url}?${options}`;
}

async function prove(connection, url) {
  const admin = connection.getClient().db('admin');
  const refusal = stepsDown ? await refusalOf(admin) : null;
  if (refusal !== null) throw new Error(refusal);
  const addresses = [await startServer(url)]; // the first sets the database up
  while (addresses.length < Number(values.servers)) addresses.push(await startServer(url));
  const until = Date.now() + seconds * 1_000;
  const [booked, stepDowns] = await Promise.all([
    bookFor(addresses, until),
    stepsDown ? stepDownUntil(admin, until) : 0,
  ]);
  await stopServers();
  const [lost] = booked.acknowledged;
  if (values['lose-one']) {
    await connection.db.collection('orders').deleteOne({ _id: new mongoose.Types.ObjectId(lost._id) });
  }
  const problems = await problemsOf(connection.db, url, booked);
  if (stepsDown && stepDowns === 0) problems.push('The primary never stepped down.');
  if (booked.acknowledged.length === 0) problems.push('Nothing was booked.');
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) console.error(`The database ${connection.name} is kept, to be looked at.`);
  console.log(
    `${problems.length === 0 ? 'Held' : 'FAILED'}: ${stepDowns} step-downs, ${addresses.length} servers, ` +
      `${booked.acknowledged.length} orders acknowledged, ${booked.refused} refused, ${booked.unsettled} unsettled, ${problems.length} problems.`,
  );
  return problems.length === 0;
}

const target = process.env.TEST_MONGODB_URL;
if (!target) {
  console.error('TEST_MONGODB_URL is not set: set it to the address of a MongoDB replica set.');
  process.exit(1);
}
const connection = mongoose.createConnection();
try {
  const url = databaseUrl(target);
  await connection.openUri(url);
  if (await prove(connection, url)) await connection.db.dropDatabase();
  else process.exitCode = 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await stopServers();
  await connection.close(true);
}
