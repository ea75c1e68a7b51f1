import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { anId, anOrder, NINE } from '../../../tests/support/orders.js';
import { createDatabase } from '../../../tests/support/stores/sqlite.js';
import type { TestDatabase } from '../../../tests/support/test-database.js';
import type { Fault, Storage } from '../storage.js';
import { Connection } from './connection.js';

/* Rows damaged behind the store's back, each in its own way, are found by the audit that verify prints. */

let database: TestDatabase;
let storage: Storage;
let editor: Connection;

beforeAll(async () => {
  database = await createDatabase();
  storage = await database.open();
  editor = new Connection(database.url.slice('file:'.length), [
    'ignore_check_constraints = ON',
    'foreign_keys = OFF',
  ]);
});
afterAll(async () => {
  editor.close();
  await database.drop();
});

let order: string;
const service = anId();

beforeEach(async () => {
  editor.exec('DELETE FROM orders; DELETE FROM order_services; DELETE FROM services');
  order = anId();
  await storage.transaction({ places: [] }, async (tx) => {
    await tx.services.insert({ _id: service, name: 'Inspection', createdAt: NINE, version: 1 });
    await tx.orders.insert(
      anOrder({ _id: order, number: await tx.orders.takeNumber(), services: [service] }),
    );
  });
});

async function faults(): Promise<Fault[]> {
  const found: Fault[] = [];
  for await (const fault of storage.audit()) found.push(fault);
  return found;
}

test('a whole store has no faults, with an order whose service was deleted', async () => {
  await storage.transaction({ places: [] }, (tx) => tx.services.delete(service, NINE));
  expect(await faults()).toEqual([]);
});

test.each([
  ['JSON unlike its columns', "json = replace(json, '100', '200')", /stored JSON/],
  ['JSON that is none', "json = '{'", /stored JSON/],
  ['JSON of another shape with another value', 'shape = 0, json = \'{"totalfee":5}\'', /stored JSON/],
  ['a fee out of range', 'totalfee_minor = -1', /totalfee/],
  ['a time out of range', 'datetime = 253402300800000', /years 0001 to 9999/],
  [
    'a service that never was',
    "services = json_array(services ->> 0, 'ffffffffffffffffffffffff')",
    /never were: f{24}/,
  ],
  ['a service named twice', 'services = json_array(services ->> 0, services ->> 0)', /service twice/],
  ['a calendar that does not exist', "calendar = 'nowhere'", /calendar "nowhere" does not exist/],
  ['a number beyond the counter', 'number = 1000000', /second time/],
])('%s is found', async (_name, change, problem) => {
  editor.exec(`UPDATE orders SET ${change}`);
  const problems = (await faults())
    .filter(({ row }) => row === `orders/${order}`)
    .map((fault) => fault.problem);
  expect(problems.filter((text) => problem.test(text))).toHaveLength(1);
});

test('JSON of an older shape is no fault where it says what the columns say', async () => {
  editor.exec(`UPDATE orders SET shape = 0, json = json_object('_id', id, 'totalfee', 100)`);
  expect(await faults()).toEqual([]);
});

test('services that are not indexed as they are, an empty name, one sorted by another, are found', async () => {
  editor.exec("DELETE FROM order_services; UPDATE services SET name = ' ', sort_name = ' '");
  expect((await faults()).map(({ row }) => row).sort()).toEqual([`orders/${order}`, `services/${service}`]);
  editor.exec("UPDATE services SET name = 'Testing'");
  expect((await faults()).map(({ problem }) => problem)).toContain('it is not sorted by its name');
});

test('an index entry of an order that does not exist is found', async () => {
  editor.exec('DELETE FROM orders');
  expect((await faults()).map(({ problem }) => problem)).toEqual(['its order does not exist']);
});

test('a row of an older shape is presented from its columns, alone and in a list', async () => {
  const fresh = await storage.orders.present(order);
  editor.exec(`UPDATE orders SET shape = 0, json = '{"old":true}'`);
  expect(await storage.orders.present(order)).toEqual(fresh);
  const { items } = await storage.orders.list({
    sort: { by: 'number', descending: false },
    filter: {},
    limit: 10,
    after: null,
  });
  expect(items).toBe(fresh?.json);
});
