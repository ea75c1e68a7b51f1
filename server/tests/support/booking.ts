import type request from 'supertest';
import type { TestApp } from './test-app.js';

type Answer = request.Response;

/** An order as it is answered. */
export interface WireOrder {
  _id: string;
  number: number;
  datetime: string;
  totalfee: number;
  services: string[];
  calendar: string;
  version: number;
  createdAt: string;
}

/** What tests ask of an app again and again; each fails where the app does not do it. */
export function bookingOn(app: TestApp) {
  const created = (answer: Answer) => {
    if (answer.status !== 201) throw new Error(`not created: ${answer.status} ${answer.text}`);
    return answer.body.data;
  };
  let day = 0;
  return {
    /** Books an order, on a day of its own where no time is given. */
    async book(members: object = {}): Promise<WireOrder> {
      const datetime = new Date(Date.UTC(2030, 0, ++day, 9)).toISOString();
      return created(await app.api.post('/orders').send({ datetime, totalfee: 100, ...members }));
    },
    async offer(
      name = 'Inspection',
    ): Promise<{ _id: string; name: string; createdAt: string; version: number }> {
      return created(await app.api.post('/services').send({ name }));
    },
  };
}

/** What an error says of each fault, by where the fault is. */
export function faultsOf(answer: Answer): Record<string, string> {
  return Object.fromEntries(
    answer.body.error.details.map((detail: Record<string, string>) => [
      detail.pointer ?? detail.parameter ?? detail.header,
      detail.code,
    ]),
  );
}
