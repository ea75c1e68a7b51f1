import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keepAlive, sendJson } from '../support/booking-client.js';
import { HOUR_MS, NINE } from '../support/orders.js';
import { killServers, runCli, type ServerProcess, startServer } from '../support/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/* kill -9 at any moment under load: what was acknowledged is there, whole, and the store opens by itself. */

const KILLS = 6;
const CLIENTS = 8;
const agent = keepAlive();
let database: TestDatabase;
let server: ServerProcess;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  agent.destroy();
  await killServers();
  await database.drop();
});

/** Longer than a dead process can hold up others on any store. */
const PATIENCE = { STORE_BUSY_MS: '20000' };

test('nothing acknowledged is lost, nothing is half there', async () => {
  const booked = new Map<string, string>();
  const deleted = new Set<string>();
  let next = 0;

  /** Books, moves and deletes until its server dies; notes only what was answered. */
  async function client(): Promise<void> {
    for (;;) {
      const datetime = new Date(NINE + next++ * 8 * HOUR_MS);
      const moved = new Date(datetime.getTime() + HOUR_MS);
      const created = await sendJson(agent, `${server.url}/orders`, 'POST', { datetime, totalfee: 19.99 });
      expect(created.status).toBe(201);
      const { _id } = created.body.data;
      booked.set(_id, 'doubtful'); // until the move is answered it may stand at either time
      const answer = await sendJson(agent, `${server.url}/orders/${_id}`, 'PUT', { datetime: moved });
      expect(answer.status).toBe(200);
      booked.set(_id, moved.toISOString());
      if (next % 5 === 0) {
        deleted.add(_id); // from the moment it is sent it may be gone
        await sendJson(agent, `${server.url}/orders/${_id}`, 'DELETE');
        booked.delete(_id);
      }
    }
  }

  for (let kill = 0; kill < KILLS; kill++) {
    server = await startServer({ DATABASE_URL: database.url, ...PATIENCE });
    const enough = booked.size + 2 * CLIENTS;
    const clients = Array.from({ length: CLIENTS }, () => client().catch(refuseWrongAnswers));
    while (booked.size < enough) await sleep(20); // what the killed one held is free again
    await sleep(150 + kill * 70);
    expect(await server.kill('SIGKILL')).toBe('SIGKILL');
    await Promise.all(clients);
  }

  const storage = await database.open();
  expect(booked.size).toBeGreaterThan(KILLS * CLIENTS);
  for (const [id, datetime] of booked) {
    const order = await storage.orders.find(id);
    if (order === null) expect(deleted).toContain(id);
    else if (datetime !== 'doubtful')
      expect(new Date(order.datetime ?? Number.NaN).toISOString()).toBe(datetime);
  }
  const verified = await runCli(['verify'], { DATABASE_URL: database.url });
  expect(verified).toMatchObject({ code: 0, stdout: 'No near pairs, no damaged rows.\n' });
});

/** A broken connection is what a kill looks like; a failed expectation is not. */
function refuseWrongAnswers(error: Error): void {
  if (error.name === 'JestAssertionError' || 'matcherResult' in error) throw error;
}
