// The same service as everyone writes it with Express: zod, pino-http and helmet, the rows turned into
// objects, a transaction for each write. It uses the same file and schema as the other two.
import express from 'express';
import helmet from 'helmet';
import Database from 'libsql';
import { pino } from 'pino';
import { pinoHttp } from 'pino-http';
import { z } from 'zod';

const [file, port] = process.argv.slice(2);
const db = new Database(file, { timeout: 5000 });
for (const pragma of ['journal_mode=WAL', 'synchronous=FULL']) db.pragma(pragma);

const WINDOW_MS = 180 * 60_000;
const COLUMNS =
  'number, id, calendar, datetime, totalfee_minor, services, status, version, created_at, updated_at, cancelled_at, cancel_reason';
const get = db.prepare(`SELECT ${COLUMNS} FROM orders WHERE id = ?`);
const list = db.prepare(`SELECT ${COLUMNS} FROM orders ORDER BY number LIMIT ?`);
const near = db.prepare(
  "SELECT 1 FROM orders WHERE calendar = 'default' AND datetime BETWEEN ? AND ? AND status <> 'cancelled' LIMIT 1",
);
const takeNumber = db.prepare("UPDATE counters SET value = value + 1 WHERE name = 'orders' RETURNING value");
const insert = db.prepare(
  `INSERT INTO orders (number, id, calendar, datetime, totalfee_minor, services, status, version, created_at, updated_at, shape, json)
   VALUES (?, ?, 'default', ?, ?, '[]', 'scheduled', 1, ?, ?, 0, '{}')`,
);
const move = db.prepare('UPDATE orders SET datetime = ?, version = version + 1, updated_at = ? WHERE id = ?');

const OrderBody = z.object({
  datetime: z.iso.datetime({ offset: true }),
  totalfee: z.number().min(0).optional(),
});

let counter = Date.now();
const newId = () => (counter++).toString(16).padStart(24, '0');

function orderOf(row) {
  return {
    _id: row.id,
    number: row.number,
    datetime: new Date(row.datetime).toISOString(),
    totalfee: row.totalfee_minor / 100,
    services: JSON.parse(row.services),
    calendar: row.calendar,
    status: row.status,
    version: row.version,
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
    cancelledAt: null,
    cancelReason: null,
  };
}

const app = express();
app.use(helmet());
app.use(pinoHttp({ logger: pino(pino.destination('/dev/null')) }));
app.use(express.json());

const succeed = (res, status, data, message) =>
  res.status(status).json({ success: true, data, message, status });

app.get('/orders', (req, res) => {
  const limit = Number(req.query.limit ?? 100);
  succeed(res, 200, list.all([limit]).map(orderOf), 'Orders listed.');
});
app.get('/orders/:id', (req, res) => succeed(res, 200, orderOf(get.get([req.params.id])), 'Order found.'));
app.post('/orders', (req, res) => {
  const { datetime, totalfee = 0 } = OrderBody.parse(req.body);
  const at = Date.parse(datetime);
  const id = newId();
  const isBooked = db.transaction(() => {
    if (near.get([at - WINDOW_MS, at + WINDOW_MS]) !== undefined) return false;
    const now = Date.now();
    insert.run([takeNumber.get([]).value, id, at, Math.round(totalfee * 100), now, now]);
    return true;
  })();
  if (!isBooked)
    return res.status(409).json({ success: false, error: { message: 'Too near.' }, status: 409 });
  return succeed(res, 201, orderOf(get.get([id])), 'Order created.');
});
app.put('/orders/:id', (req, res) => {
  const { datetime } = OrderBody.parse(req.body);
  db.transaction(() => move.run([Date.parse(datetime), Date.now(), req.params.id]))();
  succeed(res, 200, orderOf(get.get([req.params.id])), 'Order updated.');
});

app.listen(Number(port), '127.0.0.1', (error) => {
  if (error !== undefined) throw error; // Express 5 gives it here
  console.log(JSON.stringify({ address: `http://127.0.0.1:${port}` }));
});
