import { expect, test } from '@jest/globals';
import { anId } from '../support/orders.js';
import { useTestApp } from '../support/test-app.js';

/*
 * What the original service could do, case by case, with its paths, members and envelope:
 * success {"success":true,"data":…,"message":…,"status":…}, failure {"success":false,"error":{"message":…},"status":…}.
 */

const NOW = Date.UTC(2026, 10, 24, 8, 30);
const app = useTestApp({ now: () => NOW });

const orderMembers = {
  totalfee: expect.any(Number),
  services: expect.any(Array),
  datetime: expect.any(String),
};

function success(status: number, data: unknown) {
  return { success: true, data, message: expect.stringMatching(/./), status };
}

function failure(status: number) {
  return { success: false, error: { message: expect.stringMatching(/./) }, status };
}

async function book(datetime: string) {
  const answer = await app.api.post('/orders').send({ datetime, totalfee: 100, services: [] });
  expect(answer.status).toBe(201);
  return answer.body.data;
}

async function offer(name: string) {
  const answer = await app.api.post('/services').send({ name });
  expect(answer.status).toBe(201);
  return answer.body.data;
}

test('creates an order', async () => {
  const service = await offer('Inspection');
  const answer = await app.api
    .post('/orders')
    .send({ datetime: '2026-12-01T09:00:00.000Z', totalfee: 100, services: [service._id] });
  expect(answer.status).toBe(201);
  expect(Object.keys(answer.body)).toEqual(['success', 'data', 'message', 'status']);
  const data = { datetime: '2026-12-01T09:00:00.000Z', totalfee: 100, services: [service._id] };
  expect(answer.body).toEqual(success(201, expect.objectContaining(data)));
  expect(answer.body.data._id).toMatch(/^[0-9a-f]{24}$/);
});

test('creates an order without a datetime for now', async () => {
  const answer = await app.api.post('/orders').send({ totalfee: 100, services: [] });
  expect(answer.status).toBe(201);
  expect(answer.body.data.datetime).toBe(new Date(NOW).toISOString());
});

test('refuses an order within 3 hours of another', async () => {
  await book('2026-12-02T09:00:00Z');
  for (const datetime of ['2026-12-02T11:59:59.999Z', '2026-12-02T06:00:00Z', '2026-12-02T12:00:00Z']) {
    const answer = await app.api.post('/orders').send({ datetime, totalfee: 100, services: [] });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject(failure(409));
    expect(answer.body).not.toHaveProperty('data');
  }
  await book('2026-12-02T12:00:00.001Z');
});

test('lists orders', async () => {
  const order = await book('2026-12-03T09:00:00Z');
  const answer = await app.api.get('/orders');
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject(success(200, expect.arrayContaining([order])));
  for (const listed of answer.body.data) expect(listed).toMatchObject(orderMembers);
});

test('reads one order by its id', async () => {
  const order = await book('2026-12-04T09:00:00Z');
  const answer = await app.api.get(`/orders/${order._id}`);
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual(success(200, order));
});

test('answers 404 for an order that does not exist', async () => {
  const id = anId();
  const answers = [
    await app.api.get(`/orders/${id}`),
    await app.api.put(`/orders/${id}`).send({ totalfee: 1 }),
    await app.api.delete(`/orders/${id}`),
  ];
  for (const answer of answers) {
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject(failure(404));
  }
});

test('changes only those members of an order that are given', async () => {
  const order = await book('2026-12-05T09:00:00Z');
  const answer = await app.api.put(`/orders/${order._id}`).send({ datetime: '2026-12-05T10:00:00Z' });
  expect(answer.status).toBe(200);
  const changed = { ...order, datetime: '2026-12-05T10:00:00.000Z', version: 2 };
  expect(answer.body).toEqual(success(200, changed));
  expect((await app.api.get(`/orders/${order._id}`)).body.data).toEqual(changed);
});

test('deletes an order and answers with it', async () => {
  const order = await book('2026-12-06T09:00:00Z');
  const answer = await app.api.delete(`/orders/${order._id}`);
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual(success(200, order));
  expect((await app.api.get(`/orders/${order._id}`)).status).toBe(404);
  await book('2026-12-06T09:00:00Z');
});

test('creates a service', async () => {
  const answer = await app.api.post('/services').send({ name: 'Testing' });
  expect(answer.status).toBe(201);
  const data = {
    _id: expect.stringMatching(/^[0-9a-f]{24}$/),
    name: 'Testing',
    createdAt: new Date(NOW).toISOString(),
  };
  expect(answer.body).toEqual(success(201, expect.objectContaining(data)));
});

test('lists services', async () => {
  const service = await offer('Analysis');
  const answer = await app.api.get('/services');
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject(success(200, expect.arrayContaining([service])));
});

test('reads, changes and deletes a service', async () => {
  const service = await offer('Radon test');
  const read = await app.api.get(`/services/${service._id}`);
  expect([read.status, read.body]).toEqual([200, success(200, service)]);

  const renamed = { ...service, name: 'Radon', version: 2 };
  const changed = await app.api.put(`/services/${service._id}`).send({ name: 'Radon' });
  expect([changed.status, changed.body]).toEqual([200, success(200, renamed)]);

  const deleted = await app.api.delete(`/services/${service._id}`);
  expect([deleted.status, deleted.body]).toEqual([200, success(200, renamed)]);

  const gone = await app.api.get(`/services/${service._id}`);
  expect(gone.status).toBe(404);
  expect(gone.body).toMatchObject(failure(404));
});
