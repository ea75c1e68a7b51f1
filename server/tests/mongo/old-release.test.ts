import { readFileSync } from 'node:fs';
import { mongo } from 'mongoose';
import { dropDatabase, freshUrl, withDatabase } from '../support/mongo.js';
import { OLD_RELEASE, testOldRelease } from '../support/old-release.js';

/* A database on MongoDB that release 0.1.0 wrote, without its indexes, served by today's code. */

testOldRelease('mongo', async () => {
  const url = freshUrl();
  const collections = JSON.parse(readFileSync(`${OLD_RELEASE}mongo.json`, 'utf8')) as Record<
    string,
    unknown[]
  >;
  await withDatabase(url, async (db) => {
    for (const [name, documents] of Object.entries(collections)) {
      const restored = mongo.BSON.EJSON.deserialize(documents as never, {
        relaxed: false,
      }) as mongo.Document[];
      if (restored.length > 0) await db.collection(name).insertMany(restored);
    }
  });
  return { url, drop: () => dropDatabase(url) };
});
