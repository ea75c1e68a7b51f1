import type { mongo } from 'mongoose';
import type { Finding } from '../storage.js';
import { SCHEMA } from './migrate.js';
import type { MetaDocument } from './models/meta.model.js';
import type { Models } from './models/models.js';

/** Which MongoDB it is, and whether its database is of this release. */
export async function describeDatabase(
  client: mongo.MongoClient,
  { Meta }: Models,
  display: string,
): Promise<Finding[]> {
  const admin = client.db('admin');
  const { version } = await admin.command({ buildInfo: 1 });
  const { setName, hosts = [] } = await admin.command({ hello: 1 });
  const found = (await Meta.findOne({ _id: 'schema' }).lean<MetaDocument>())?.number ?? 0;
  const members = setName === undefined ? 'through mongos' : `replica set ${setName}, ${countOf(hosts)}`;
  return [
    { check: 'store', isWell: true, sentence: `MongoDB ${version}, ${members}, at ${display}.` },
    found === SCHEMA
      ? { check: 'schema', isWell: true, sentence: `The database has schema ${SCHEMA}, as this release.` }
      : {
          check: 'schema',
          isWell: false,
          sentence: `The database has schema ${found}, this release ${SCHEMA}: run \`npx roundsman migrate\`.`,
        },
  ];
}

function countOf(hosts: readonly unknown[]): string {
  return hosts.length === 1 ? 'one member' : `${hosts.length} members`;
}
