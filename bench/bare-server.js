// The least that serves orders durably: node:http, prepared statements, the stored JSON as it is. No
// validation, log, headers or shared commits: each write is a transaction of its own.
import { createServer } from 'node:http';
import Database from 'libsql';

const [file, port] = process.argv.slice(2);
const db = new Database(file, { timeout: 5000 });
for (const pragma of ['journal_mode=WAL', 'synchronous=FULL']) db.pragma(pragma);

const WINDOW_MS = 180 * 60_000;
const get = db.prepare('SELECT json FROM orders WHERE id = ?').raw();
const list = db
  .prepare(
    "SELECT group_concat(json, ',' || char(10)), count(*) FROM (SELECT json FROM orders ORDER BY number LIMIT ?)",
  )
  .raw();
const near = db
  .prepare(
    "SELECT 1 FROM orders WHERE calendar = 'default' AND datetime BETWEEN ? AND ? AND status <> 'cancelled' LIMIT 1",
  )
  .raw();
const takeNumber = db
  .prepare("UPDATE counters SET value = value + 1 WHERE name = 'orders' RETURNING value")
  .raw();
const insert = db.prepare(
  `INSERT INTO orders (number, id, calendar, datetime, totalfee_minor, services, status, version, created_at, updated_at, shape, json)
   VALUES (?, ?, 'default', ?, ?, '[]', 'scheduled', 1, ?, ?, 1, ?)`,
);
const move = db.prepare('UPDATE orders SET datetime = ?, version = version + 1, json = ? WHERE id = ?');

let counter = Date.now();
const newId = () => (counter++).toString(16).padStart(24, '0');

function inTransaction(work) {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

function create({ datetime, totalfee }) {
  return inTransaction(() => {
    const at = Date.parse(datetime);
    if (near.get([at - WINDOW_MS, at + WINDOW_MS]) !== undefined) return null;
    const now = Date.now();
    const order = {
      _id: newId(),
      number: takeNumber.get([])[0],
      datetime: new Date(at).toISOString(),
      totalfee,
      services: [],
      calendar: 'default',
      status: 'scheduled',
      version: 1,
      createdAt: new Date(now).toISOString(),
      updatedAt: new Date(now).toISOString(),
      cancelledAt: null,
      cancelReason: null,
    };
    const json = JSON.stringify(order);
    insert.run([order.number, order._id, at, Math.round(totalfee * 100), now, now, json]);
    return json;
  });
}

function update(id, { datetime }) {
  return inTransaction(() => {
    const order = JSON.parse(get.get([id])[0]);
    const at = Date.parse(datetime);
    order.datetime = new Date(at).toISOString();
    order.version += 1;
    const json = JSON.stringify(order);
    move.run([at, json, id]);
    return json;
  });
}

function answer(res, status, data, message, page = '') {
  const body = `{"success":true,"data":${data},"message":"${message}","status":${status}${page}}`;
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
  res.end(body);
}

function withBody(req, work) {
  let text = '';
  req.setEncoding('utf8');
  req.on('data', (chunk) => {
    text += chunk;
  });
  req.on('end', () => work(JSON.parse(text)));
}

createServer((req, res) => {
  const id = req.url.startsWith('/orders/') ? req.url.slice(8) : null;
  if (req.method === 'GET' && id !== null) return answer(res, 200, get.get([id])[0], 'Order found.');
  if (req.method === 'GET') {
    const limit = Number(new URLSearchParams(req.url.split('?')[1]).get('limit') ?? 100);
    return answer(res, 200, `[${list.get([limit])[0] ?? ''}]`, 'Orders listed.');
  }
  withBody(req, (body) => {
    if (req.method === 'PUT') return answer(res, 200, update(id, body), 'Order updated.');
    const json = create(body);
    if (json === null) {
      res.writeHead(409);
      res.end();
    } else answer(res, 201, json, 'Order created.');
  });
}).listen(Number(port), '127.0.0.1', () =>
  console.log(JSON.stringify({ address: `http://127.0.0.1:${port}` })),
);
