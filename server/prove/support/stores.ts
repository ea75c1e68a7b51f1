import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { MongoServer } from '../../../scripts/mongo-server.mjs';
import { ROOT } from '../../tests/support/server-process.js';

/** A store that a campaign has for itself. */
export interface ProofStore {
  name: 'embedded' | 'MongoDB';
  /** What DATABASE_URL says. */
  url: string;
  /** The folder of its files. */
  folder: string;
  /** The port of its server; undefined on the embedded store. */
  port: number | undefined;
  close(): Promise<void>;
}

const FOLDER = `${ROOT}.cache/prove`;

/** A fresh folder, which the caller removes. */
export function proofFolder(name: string): string {
  mkdirSync(FOLDER, { recursive: true });
  return mkdtempSync(join(FOLDER, `${name}-`));
}

/** The embedded store in a folder of its own. */
export function embeddedStore(): ProofStore {
  const folder = proofFolder('embedded');
  return {
    name: 'embedded',
    url: `file:${join(folder, 'orders.db')}`,
    folder,
    port: undefined,
    close: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

type ServerModule = { startMongoServer(options: object): Promise<MongoServer> };

/** The MongoDB test server on a folder of its own, every commit on disk. Error: where it cannot be installed. */
export async function mongoStore(): Promise<ProofStore> {
  const script = `${ROOT}scripts/mongo-server.mjs`; // finds its environment from where it is, so it is not bundled
  const { startMongoServer } = (await import(script)) as ServerModule;
  const folder = proofFolder('mongo');
  const server = await startMongoServer({ storage: folder, args: ['--sync-on-commit'] });
  return {
    name: 'MongoDB',
    url: server.url('roundsman_proof'),
    folder,
    port: server.port,
    async close() {
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
