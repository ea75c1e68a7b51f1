import type { EventEmitter } from 'node:events';
import type { Connection, mongo } from 'mongoose';
import { mongoose } from '../../src/storage/mongo/models/models.js';
import type { Storage } from '../../src/storage/storage.js';
import { openTestStorage } from './mongo.js';

/** A command as a connection of the store sent it. */
export interface SentCommand {
  name: string;
  command: mongo.Document;
  /** What the server answered; null before that, and where the command failed. */
  reply: mongo.Document | null;
}

/** A store whose own commands can be looked at, those included that it sent while it opened. */
export interface WatchedStorage {
  storage: Storage;
  sent: SentCommand[];
  /** What was sent in the course of something, without the process's heartbeats. */
  sentDuring(work: () => Promise<unknown>): Promise<SentCommand[]>;
}

/** Mongoose tells of each connection that is made; its types leave that out. */
const { events } = mongoose as unknown as { events: EventEmitter };

/** Opens the store with the driver's monitoring, which its address can ask for. */
export async function openWatchedStorage(
  url: string,
  options: Parameters<typeof openTestStorage>[1] = {},
): Promise<WatchedStorage> {
  const sent: SentCommand[] = [];
  const watch = (connection: Connection) => {
    connection.once('connected', () => record(connection.getClient(), sent));
  };
  events.once('createConnection', watch);
  const address = `${url}${url.includes('?') ? '&' : '?'}monitorCommands=true`;
  const storage = await openTestStorage(address, options);
  return {
    storage,
    sent,
    async sentDuring(work) {
      const from = sent.length;
      await work();
      return sent.slice(from).filter(({ name, command }) => command[name] !== 'processes');
    },
  };
}

function record(client: mongo.MongoClient, sent: SentCommand[]): void {
  const underWay = new Map<number, SentCommand>();
  client.on('commandStarted', ({ commandName, command, requestId }) => {
    const entry = { name: commandName, command, reply: null };
    underWay.set(requestId, entry);
    sent.push(entry);
  });
  client.on('commandSucceeded', ({ requestId, reply }) => {
    const entry = underWay.get(requestId);
    if (entry !== undefined) entry.reply = reply as mongo.Document;
  });
}
