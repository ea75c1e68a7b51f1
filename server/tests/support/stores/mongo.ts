import type { Storage } from '../../../src/storage/storage.js';
import { dropDatabase, freshUrl, openTestStorage } from '../mongo.js';
import type { TestDatabase } from '../test-database.js';

/** A database of its own on the server that the run is for, with one pool of connections at each opening. */
export async function createDatabase(): Promise<TestDatabase> {
  const url = freshUrl();
  const opened: Storage[] = [];
  return {
    url,
    async open(options = {}) {
      const storage = await openTestStorage(url, options);
      opened.push(storage);
      return storage;
    },
    async drop() {
      for (const storage of opened) await storage.close();
      await dropDatabase(url);
    },
  };
}
