import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CHUNK_MS } from '../../src/storage/mongo/stripes.js';
import { dropDatabase, freshUrl, withDatabase } from '../support/mongo.js';
import { openWatchedStorage, type SentCommand, type WatchedStorage } from '../support/mongo-commands.js';
import { HOUR_MS, NINE } from '../support/orders.js';
import { calendarsOn, catalogOn, ordersOn } from '../support/services.js';

/* What the store says to the server, as the driver sends it: concerns, transactions and round trips. */

const WRITES = ['insert', 'update', 'delete', 'findAndModify', 'createIndexes', 'commitTransaction'];
const DURABLE = { w: 'majority', j: true };

const url = freshUrl();
const originalUrl = freshUrl();
let watched: WatchedStorage;
let original: WatchedStorage;
let orders: ReturnType<typeof ordersOn>;
let calendars: ReturnType<typeof calendarsOn>;
let catalog: ReturnType<typeof catalogOn>;

beforeAll(async () => {
  watched = await openWatchedStorage(url);
  orders = ordersOn(watched.storage);
  calendars = calendarsOn(watched.storage);
  catalog = catalogOn(watched.storage);
  await withDatabase(originalUrl, async (db) => {
    await db.collection('services').insertOne({ name: 'Inspection' });
    await db.collection('orders').insertOne({ datetime: new Date(NINE), totalfee: 1 });
  });
  original = await openWatchedStorage(originalUrl, { migrates: true });
});
afterAll(async () => {
  await watched.storage.close();
  await original.storage.close();
  await dropDatabase(url);
  await dropDatabase(originalUrl);
});

let day = 0;
/** A time that no other booking of this file comes near, in the middle of a week of its own. */
const aTime = () => (Math.floor(NINE / CHUNK_MS) + ++day + 0.5) * CHUNK_MS;
const book = (datetime = aTime()) => orders.create({ datetime, totalfeeMinor: 100 });

const namesOf = (sent: readonly SentCommand[]) =>
  sent.map(({ name, command }) =>
    name === 'commitTransaction' ? name : `${name} ${JSON.parse(JSON.stringify(command[name]))}`,
  );

/** The statements of each transaction that was begun, in the order in which they were sent. */
function transactionsOf(sent: readonly SentCommand[]): SentCommand[][] {
  const found = new Map<string, SentCommand[]>();
  for (const each of sent) {
    if (each.command.txnNumber === undefined || each.command.autocommit === undefined) continue;
    const key = `${each.command.lsid.id.toString('hex')}/${each.command.txnNumber}`;
    found.set(key, [...(found.get(key) ?? []), each]);
  }
  return [...found.values()];
}

describe('of every kind of write, with what opening and taking over write', () => {
  let sent: SentCommand[];
  beforeAll(async () => {
    const { id } = await book();
    await orders.update(id, { input: { datetime: aTime() }, readOnly: {} });
    await orders.delete(id);
    const { id: service } = await catalog.create('Inspection');
    await catalog.update(service, { name: 'Survey', readOnly: {} });
    await catalog.delete(service);
    await calendars.create('north', { windowMinutes: 60 });
    await calendars.set('north', { windowMinutes: 90 });
    sent = [...watched.sent, ...original.sent];
  });

  test('all transactions of this file were seen', () => {
    expect(transactionsOf(sent).length).toBeGreaterThanOrEqual(8);
  });

  test('every commit is asked to be durable on a majority', () => {
    const commits = sent.filter(({ name }) => name === 'commitTransaction');
    expect(commits).toHaveLength(transactionsOf(sent).length);
    for (const { command } of commits) expect(command.writeConcern).toMatchObject(DURABLE);
  });

  test('the first statement of every transaction begins it on a snapshot, and no other does', () => {
    for (const [first, ...rest] of transactionsOf(sent)) {
      expect(first?.command).toMatchObject({
        startTransaction: true,
        autocommit: false,
        readConcern: { level: 'snapshot' },
      });
      for (const { command } of rest) {
        expect(command.startTransaction).toBeUndefined();
        expect(command.readConcern).toBeUndefined();
        expect(command.autocommit).toBe(false);
      }
    }
  });

  test('no write outside a transaction is weaker, and none inside says a concern of its own', () => {
    const writes = sent.filter(({ name }) => WRITES.includes(name) && name !== 'commitTransaction');
    expect(new Set(writes.map(({ name }) => name)).size).toBe(WRITES.length - 1); // each kind was seen
    for (const { command } of writes) {
      expect(command.writeConcern).toEqual(command.autocommit === false ? undefined : DURABLE);
    }
  });

  test('nothing is read elsewhere than on the primary', () => {
    for (const { command } of sent) {
      expect([undefined, 'primary', 'primaryPreferred']).toContain(command.$readPreference?.mode);
    }
  });

  test('services, orders, calendars and locks of ours are written inside a transaction only', async () => {
    const opening = watched.sent.findIndex(({ command }) => command.startTransaction === true);
    const later = watched.sent.slice(opening).filter(({ name }) => WRITES.includes(name));
    const outside = later.filter(({ command }) => command.autocommit !== false);
    expect(outside.map(({ name, command }) => command[name])).toEqual(
      expect.not.arrayContaining(['orders', 'services', 'calendars', 'locks']),
    );
  });
});

describe('round trips', () => {
  beforeAll(() => book()); // the window of the calendar is known from then on

  test('an order costs five: its number, the lock, what is around, the order, the commit', async () => {
    const sent = await watched.sentDuring(() => book());
    expect(namesOf(sent)).toEqual([
      'findAndModify counters',
      'findAndModify locks',
      'find orders',
      'insert orders',
      'commitTransaction',
    ]);
  });

  test('an order whose window reaches into the next week costs one more, the lock of that week', async () => {
    const sent = await watched.sentDuring(() => book(aTime() + CHUNK_MS / 2 - HOUR_MS));
    expect(namesOf(sent)).toEqual([
      'findAndModify counters',
      'findAndModify locks',
      'findAndModify locks',
      'find orders',
      'insert orders',
      'commitTransaction',
    ]);
  });

  test('a refusal costs five: its number, the lock, what is near, what is around, the end', async () => {
    const taken = aTime();
    await book(taken);
    const sent = await watched.sentDuring(() => expect(book(taken)).rejects.toThrow());
    expect(namesOf(sent).map((name) => name.replace(/^(abortTransaction) .*/, '$1'))).toEqual([
      'findAndModify counters',
      'findAndModify locks',
      'find orders',
      'find orders',
      'abortTransaction',
    ]);
  });

  test('a refusal of what was refused before costs one, on a snapshot', async () => {
    const taken = aTime();
    await book(taken);
    await expect(book(taken)).rejects.toThrow();
    const sent = await watched.sentDuring(() => expect(book(taken + 1)).rejects.toThrow('is within'));
    expect(namesOf(sent)).toEqual(['aggregate orders']);
    expect(sent[0]?.command.readConcern).toEqual({ level: 'snapshot' });
  });

  test('orders booked at once share the writes of the counter: the first has one, the rest the next', async () => {
    const sent = await watched.sentDuring(() => Promise.all(Array.from({ length: 10 }, () => book())));
    expect(namesOf(sent).filter((name) => name === 'findAndModify counters')).toHaveLength(2);
    expect(namesOf(sent).filter((name) => name === 'commitTransaction')).toHaveLength(10);
  });

  test('reading an order costs one', async () => {
    const { id } = await book();
    expect(namesOf(await watched.sentDuring(() => watched.storage.orders.present(id)))).toEqual([
      'find orders',
    ]);
  });

  test('the first page of a list costs one', async () => {
    for (const by of ['number', 'datetime', 'createdAt'] as const) {
      const query = { sort: { by, descending: true }, filter: {}, limit: 1, after: null };
      expect(namesOf(await watched.sentDuring(() => watched.storage.orders.list(query)))).toEqual([
        'find orders',
      ]);
    }
  });
});

test('a change of a window writes all 64 locks of the calendar in its transaction', async () => {
  await calendars.create('west', { windowMinutes: 60 });
  const sent = await watched.sentDuring(() => calendars.set('west', { windowMinutes: 90 }));
  const [statements, ...others] = transactionsOf(sent);
  expect(others).toEqual([]);
  const update = statements?.find(({ name, command }) => name === 'update' && command[name] === 'locks');
  expect(update?.reply).toMatchObject({ n: 64, nModified: 64 });
  expect(statements?.at(-1)?.name).toBe('commitTransaction');
});
