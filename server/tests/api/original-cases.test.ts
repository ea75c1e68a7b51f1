import { expect, test } from '@jest/globals';
import { useTestApp } from '../support/test-app.js';

const app = useTestApp();

test('creates an order', async () => {
  const answer = await app.api
    .post('/orders')
    .send({ datetime: '2026-12-01T09:00:00Z', totalfee: 100, services: [] });
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({ success: true, status: 201, data: { totalfee: 100 } });
});
