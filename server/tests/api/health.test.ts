import { afterEach, describe, expect, test } from '@jest/globals';
import { faultyStore } from '../support/faulty-store.js';
import { useTestApp } from '../support/test-app.js';

const store = faultyStore();
const app = useTestApp({ wrap: store.wrap });

afterEach(() => {
  store.failWith(null);
  app.lifecycle.isStopping = false;
});

describe('GET /health/live', () => {
  test('answers while the process runs, also when the store fails or the server stops', async () => {
    store.failWith(new Error('no store'));
    app.lifecycle.isStopping = true;
    const answer = await app.api.get('/health/live');
    expect([answer.status, answer.body.data]).toEqual([200, { status: 'live' }]);
  });
});

describe('GET /health/ready', () => {
  test('answers 200 when the store answers and nobody is stopping', async () => {
    const answer = await app.api.get('/health/ready');
    expect([answer.status, answer.body.data]).toEqual([200, { status: 'ready' }]);
  });

  test('answers 503 when the store fails, without saying why, and 200 again when it is mended', async () => {
    store.failWith(new Error('a secret path'));
    const answer = await app.api.get('/health/ready');
    expect([answer.status, answer.body.error.code]).toEqual([503, 'store_unavailable']);
    expect(answer.text).not.toContain('secret');
    store.failWith(null);
    expect((await app.api.get('/health/ready')).status).toBe(200);
  });

  test('answers 503 when the server is stopping', async () => {
    app.lifecycle.isStopping = true;
    const answer = await app.api.get('/health/ready');
    expect([answer.status, answer.body.error.code]).toEqual([503, 'shutting_down']);
  });
});
