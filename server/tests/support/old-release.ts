import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { killServers, runCli, startServer } from './server-process.js';

/** The databases of release 0.1.0; the README.md there says what they are. */
export const OLD_RELEASE = fileURLToPath(new URL('../fixtures/0.1.0/', import.meta.url));

interface OldOrder {
  _id: string;
  number: number;
  datetime: string;
  calendar: string;
  services: string[];
}

interface OldAnswers {
  orders: OldOrder[];
  services: { _id: string; name: string }[];
  calendars: Record<string, unknown>[];
  deletedService: string;
  lastNumber: number;
}

/** A database that the old release wrote, at an address of its own. */
interface OldDatabase {
  url: string;
  drop(): Promise<unknown>;
}

/** What an old database must still be under today's code: every answer the same, and open to new orders. */
export function testOldRelease(name: string, load: () => Promise<OldDatabase>): void {
  const old = JSON.parse(readFileSync(`${OLD_RELEASE}${name}-answers.json`, 'utf8')) as OldAnswers;
  let database: OldDatabase;
  let address: string;
  beforeAll(async () => {
    database = await load();
    ({ url: address } = await startServer({ DATABASE_URL: database.url }));
  });
  afterAll(async () => {
    await killServers();
    await database.drop();
  });
  const call = async (method: string, path: string, body?: unknown) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(address + path, { method, headers, body: JSON.stringify(body) });
    return { status: answer.status, ...((await answer.json()) as { data: never; error: never }) };
  };
  const oldOrder = (number: number) => old.orders.find((order) => order.number === number) as OldOrder;

  test('every order, service and calendar has every member that the old release answered', async () => {
    expect(old.orders).toHaveLength(11);
    expect((await call('GET', '/orders?limit=1000')).data).toMatchObject(old.orders);
    for (const order of old.orders) {
      expect((await call('GET', `/orders/${order._id}`)).data).toMatchObject(order);
    }
    expect((await call('GET', '/services')).data).toMatchObject(old.services);
    expect((await call('GET', '/calendars')).data).toMatchObject(old.calendars);
    expect((await call('GET', `/services/${old.deletedService}`)).status).toBe(404);
  });

  test('verify finds nothing', async () => {
    expect(await runCli(['verify'], { DATABASE_URL: database.url })).toMatchObject({ code: 0 });
  });

  test('its orders are in the way of new ones, by the rule of their calendar', async () => {
    const { datetime } = oldOrder(1);
    const refused = await call('POST', '/orders', { datetime, totalfee: 1 });
    expect(refused).toMatchObject({
      status: 409,
      error: { clash: { windowMinutes: 180, conflicts: [{ _id: oldOrder(1)._id, number: 1 }] } },
    });
    const onNorth = (time: string) =>
      call('POST', '/orders', { datetime: `2026-12-01T${time}Z`, totalfee: 1, calendar: 'north' });
    expect((await onNorth('10:59:59.999')).status).toBe(409);
    expect((await onNorth('11:00:00')).status).toBe(201); // exactly the window, which is exclusive there
  });

  test('what it held is read, moved, cancelled and restored, and new orders get new numbers', async () => {
    const order = oldOrder(11);
    const cancelled = await call('POST', `/orders/${order._id}/cancel`, { reason: 'Rain' });
    expect(cancelled).toMatchObject({ status: 200, data: { status: 'cancelled', cancelReason: 'Rain' } });
    const { datetime } = order;
    const booked = await call('POST', '/orders', { datetime, totalfee: 2 });
    expect(booked.status).toBe(201);
    expect((booked.data as OldOrder).number).toBeGreaterThan(old.lastNumber);
    expect((await call('POST', `/orders/${order._id}/restore`)).status).toBe(409);
    const moved = await call('PUT', `/orders/${oldOrder(4)._id}`, { datetime: '2026-12-05T09:00:00Z' });
    expect(moved).toMatchObject({ status: 200, data: { services: oldOrder(4).services } });
    expect((await call('DELETE', `/orders/${oldOrder(2)._id}`)).status).toBe(200);
  });

  test('a service that was deleted there cannot be ordered', async () => {
    const order = { datetime: '2026-12-20T09:00:00Z', totalfee: 1, services: [old.deletedService] };
    expect((await call('POST', '/orders', order)).status).toBe(400);
  });

  test('verify still finds nothing after all that', async () => {
    expect(await runCli(['verify'], { DATABASE_URL: database.url })).toMatchObject({ code: 0 });
  });
}
