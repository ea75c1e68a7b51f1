import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keepAlive, sendJson } from '../support/booking-client.js';
import {
  killServers,
  MAIN,
  runModule,
  runServer,
  type ServerProcess,
  startServer,
} from '../support/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/* Start and stop, with real processes and real signals. */

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await killServers();
  await database.drop();
});

function start(settings: Record<string, string> = {}): Promise<ServerProcess> {
  return startServer({ DATABASE_URL: database.url, ...settings });
}

/** Opens a connection and sends a request without the last byte of its body. */
async function sendAllButOneByte(server: ServerProcess): Promise<Socket> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const body = '{"totalfee":1,"datetime":"2031-01-01T00:00:00Z"';
  socket.write(
    `POST /orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length + 1}\r\n\r\n${body}`,
  );
  return socket;
}

/** Reads until the text holds what is waited for, or the connection ends. */
async function readUntil(socket: Socket, wanted: string): Promise<string> {
  let text = '';
  for await (const chunk of socket) {
    text += chunk;
    if (text.includes(wanted)) break;
  }
  return text;
}

async function isRefused(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  return once(socket, 'connect').then(
    () => {
      socket.destroy();
      return false;
    },
    () => true,
  );
}

test('SIGTERM: a request under way is answered, no new connection is taken, it exits 0', async () => {
  const server = await start();
  const socket = await sendAllButOneByte(server);
  await sendJson(keepAlive(), `${server.url}/health/ready`, 'GET'); // by now the other request has come
  server.child.kill('SIGTERM');
  while (!(await isRefused(server.url))) await new Promise((resolve) => setTimeout(resolve, 10));
  socket.write('}GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  const answers = await readUntil(socket, 'shutting_down');
  expect(answers).toMatch(/^HTTP\/1\.1 201 Created/);
  expect(answers).toMatch(/HTTP\/1\.1 503 Service Unavailable[\s\S]*Retry-After: 1/);
  expect(await server.ended).toBe(0);
});

test('a request that never ends is cut off after SHUTDOWN_GRACE_MS', async () => {
  const server = await start({ SHUTDOWN_GRACE_MS: '100' });
  const socket = await sendAllButOneByte(server);
  socket.on('error', () => {});
  await sendJson(keepAlive(), `${server.url}/health/live`, 'GET');
  expect(await server.kill('SIGTERM')).toBe(0);
});

test('a second signal ends it at once', async () => {
  const server = await start();
  const socket = await sendAllButOneByte(server);
  socket.on('error', () => {});
  await sendJson(keepAlive(), `${server.url}/health/live`, 'GET');
  server.child.kill('SIGTERM');
  while (!(await isRefused(server.url))) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(await server.kill('SIGINT')).toBe(1);
});

test('a port in use is one sentence and exit code 1', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const ended = await runServer({ DATABASE_URL: database.url, PORT: String(port) });
  other.close();
  expect(ended).toMatchObject({
    code: 1,
    stderr: `Port ${port} on 127.0.0.1 is in use: stop its user, or set PORT to another.\n`,
  });
});

test('wrong settings are all listed, a sentence each, and exit code 1', async () => {
  const ended = await runServer({
    PORT: 'seven',
    HOST: 'no host',
    CONFLICT_STATUS: '418',
    DATABASE_URL: 'mysql://x',
  });
  expect(ended.code).toBe(1);
  const lines = ended.stderr.trim().split('\n');
  expect(lines).toHaveLength(4);
  for (const name of ['PORT', 'HOST', 'CONFLICT_STATUS', 'DATABASE_URL']) {
    expect(lines.filter((line) => line.startsWith(`${name} must `))).toHaveLength(1);
  }
});

test('a start takes the compiled form that the build made', async () => {
  const lines = `const { script } = await import(${JSON.stringify(MAIN)});
    process.stdout.write(String(script.cachedDataRejected));
    process.exit(0);`;
  expect((await runModule(lines, { DATABASE_URL: database.url })).stdout).toBe('false');
});

test('the log has one JSON line a request, and nothing of its body or query', async () => {
  const server = await start();
  const agent = keepAlive();
  await sendJson(agent, `${server.url}/orders?limit=7`, 'GET');
  await sendJson(agent, `${server.url}/services`, 'POST', { name: 'Roof of the secret house' });
  agent.destroy();
  expect(await server.kill('SIGTERM')).toBe(0);
  const requests = server.log.filter((line) => line.msg === 'request');
  expect(requests).toEqual([
    expect.objectContaining({ method: 'GET', route: '/orders', status: 200, ms: expect.any(Number) }),
    expect.objectContaining({
      method: 'POST',
      route: '/services',
      status: 201,
      requestId: expect.any(String),
    }),
  ]);
  expect(JSON.stringify(server.log)).not.toMatch(/secret|limit=7/);
});

test('a server whose log nobody reads any more ends when it is told to', async () => {
  const server = await startServer({ DATABASE_URL: database.url });
  server.child.stdout?.destroy();
  await fetch(`${server.url}/health/live`); // its signals are handled by then
  expect(await server.kill('SIGTERM')).toBe(0);
}, 20_000);

test('a server whose log nobody reads any more goes on', async () => {
  const server = await startServer({ DATABASE_URL: database.url });
  server.child.stdout?.destroy();
  for (let i = 0; i < 50; i++) expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, 1_500)); // the log is written once a second
  expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
  expect(await server.kill('SIGTERM')).toBe(0);
}, 20_000);
