import { describe, expect, test } from '@jest/globals';
import { bookingOn } from '../support/booking.js';
import { useTestApp } from '../support/test-app.js';

/* A time that was refused before is looked at without a transaction first; nothing that a client sees differs by that. */

describe('a time that was refused before', () => {
  const app = useTestApp();
  const { book } = bookingOn(app);
  let day = 0;
  const freeTime = () => new Date(Date.UTC(2030, 0, ++day, 12)).toISOString();
  const ask = (datetime: string, members = {}) =>
    app.api.post('/orders').send({ datetime, totalfee: 1, ...members });
  const later = (datetime: string, minutes: number) =>
    new Date(Date.parse(datetime) + minutes * 60_000).toISOString();

  async function refused() {
    const order = await book({ datetime: freeTime() });
    const first = await ask(order.datetime);
    expect(first.status).toBe(409);
    return { order, first };
  }

  test('is refused with the same words, all but the request id', async () => {
    const { order, first } = await refused();
    const second = await ask(order.datetime);
    expect(second.status).toBe(409);
    expect({ ...second.body, requestId: '' }).toEqual({ ...first.body, requestId: '' });
  });

  test('is refused in a dry run too', async () => {
    const { order } = await refused();
    expect(
      (await app.api.post('/orders?dryRun=true').send({ datetime: order.datetime, totalfee: 1 })).status,
    ).toBe(409);
  });

  test('is booked as soon as it is free', async () => {
    const { order } = await refused();
    await app.api.delete(`/orders/${order._id}`);
    expect((await ask(order.datetime)).status).toBe(201);
    expect((await ask(order.datetime)).status).toBe(409);
  });

  test('of the same hour is booked where that one is free', async () => {
    const { order } = await refused();
    const edge = later(order.datetime, 180);
    expect((await ask(edge)).status).toBe(409);
    expect((await ask(later(edge, 1))).status).toBe(201);
  });

  test('is refused with the same words where a hundred others stand around it', async () => {
    const calendar = 'crowded';
    await app.api.post('/calendars').send({ _id: calendar, windowMinutes: 0 });
    const noon = Date.parse(freeTime());
    const at = (second: number) => new Date(noon + second * 1_000).toISOString();
    const operations = Array.from({ length: 100 }, (_, second) => ({
      op: 'create',
      data: { datetime: at(second), totalfee: 1, calendar },
    }));
    expect((await app.api.post('/orders/batch').send({ operations })).status).toBe(200);
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push((await ask(at(50), { calendar })).body.error.clash);
    expect(answers[0]).toMatchObject({ windowMinutes: 0, conflicts: [{ datetime: at(50) }] });
    expect(answers).toEqual([answers[0], answers[0], answers[0]]);
  });

  test('is judged by the policy of now', async () => {
    const calendar = 'north';
    await app.api.post('/calendars').send({ _id: calendar, windowMinutes: 60 });
    const order = await book({ datetime: freeTime(), calendar });
    const near = later(order.datetime, 30);
    const windowOfRefusal = async () => (await ask(near, { calendar })).body.error.clash.windowMinutes;
    expect(await windowOfRefusal()).toBe(60);
    await app.api.patch(`/calendars/${calendar}`).send({ windowMinutes: 120 });
    expect(await windowOfRefusal()).toBe(120);
    await app.api.patch(`/calendars/${calendar}`).send({ boundary: 'exclusive', windowMinutes: 30 });
    expect((await ask(near, { calendar })).status).toBe(201);
  });

  test('is not what answers the repeat of a key', async () => {
    const datetime = freeTime();
    const keyed = () =>
      app.api.post('/orders').set('Idempotency-Key', 'k-again').send({ datetime, totalfee: 1 });
    const first = await keyed();
    expect(first.status).toBe(201);
    expect((await ask(datetime)).status).toBe(409);
    const again = await keyed();
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
  });

  test('does not hide a fault that is told before it', async () => {
    const { order } = await refused();
    const answer = await ask(order.datetime, { services: ['0123456789abcdef01234567'] });
    expect(answer.body.error.code).not.toBe('booking_clash');
  });

  test('counts as a clash in the metrics', async () => {
    const clashes = async () =>
      Number(/^roundsman_clashes_total (\d+)/m.exec((await app.api.get('/metrics')).text)?.[1]);
    const { order } = await refused();
    const before = await clashes();
    await ask(order.datetime);
    expect(await clashes()).toBe(before + 1);
  });
});
