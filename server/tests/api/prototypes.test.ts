import { createServer } from 'node:http';
import { expect, jest, test } from '@jest/globals';
import request from 'supertest';
import { anId } from '../support/orders.js';
import { useTestApp } from '../support/test-app.js';

/* http/server.ts makes requests and responses with Express's prototypes; changing them later costs half the speed. */

const app = useTestApp();

/** How many objects really got another prototype while something ran. */
async function prototypeChanges(work: () => Promise<unknown>): Promise<number> {
  let changes = 0;
  const original = Object.setPrototypeOf;
  const spy = jest.spyOn(Object, 'setPrototypeOf').mockImplementation((target, prototype) => {
    if (Object.getPrototypeOf(target) !== prototype) changes += 1;
    return original(target, prototype);
  });
  try {
    await work();
  } finally {
    spy.mockRestore();
  }
  return changes;
}

test.each([
  ['GET', () => app.api.get('/orders')],
  ['HEAD', () => app.api.head('/orders')],
  ['POST', () => app.api.post('/services').send({ name: 'Inspection' })],
  ['a missing object', () => app.api.get(`/orders/${anId()}`)],
  ['a missing path', () => app.api.get('/nowhere')],
  ['a method that is not taken', () => app.api.patch('/orders')],
  ['a path that cannot be decoded', () => app.api.get('/orders/%E0%A4%A')],
  ['the page of docs', () => app.api.get('/docs')],
])('no prototype is changed for %s', async (_name, send) => {
  expect(await prototypeChanges(async () => await send())).toBe(0);
});

test('this would be seen: Node’s own server with the same app changes them', async () => {
  const plain = createServer(app.server.listeners('request')[0] as Parameters<typeof createServer>[1]);
  expect(await prototypeChanges(async () => await request(plain).get('/health/live'))).toBeGreaterThan(0);
});
