import { expect, test } from '@jest/globals';
import { mongo } from 'mongoose';
import { commandOf } from './commands.js';

/** A message as a driver sends it. */
function message(command: object): Buffer {
  const document = Buffer.from(mongo.BSON.serialize(command));
  const head = Buffer.alloc(21);
  head.writeInt32LE(head.length + document.length, 0);
  head.writeInt32LE(2013, 12);
  return Buffer.concat([head, document]);
}

test('a command is known by its first member', () => {
  expect(commandOf(message({ insert: 'orders', $db: 'a' }))).toEqual({
    name: 'insert',
    collection: 'orders',
  });
  expect(commandOf(message({ commitTransaction: 1 }))).toEqual({ name: 'commitTransaction', collection: '' });
});

test('what no request asks for is none', () => {
  expect(commandOf(message({ hello: 1 }))).toBeNull();
  expect(commandOf(message({ update: 'processes' }))).toBeNull();
  expect(commandOf(Buffer.from('short'))).toBeNull();
});
