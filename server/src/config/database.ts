import { isAbsolute, resolve } from 'node:path';

/** Which store the settings name, and where it is; `display` is for logs and sentences and holds nothing secret. */
export type DatabaseLocation =
  | {
      kind: 'sqlite';
      /** The absolute path of the database file. */
      file: string;
      display: string;
    }
  | {
      kind: 'mongodb';
      /** The address with everything in it, a password too. */
      url: string;
      display: string;
    };

/** What is wrong with a DATABASE_URL, as a sentence that says what to do; never the address itself. */
export class DatabaseUrlError extends Error {}

/**
 * Reads a DATABASE_URL. `file:` takes a path; a relative one counts from `root`. `mongodb:` and
 * `mongodb+srv:` take the driver's address, with the name of a database.
 * Error: DatabaseUrlError.
 */
export function parseDatabaseUrl(url: string, root: string): DatabaseLocation {
  if (/^mongodb(\+srv)?:\/\//.test(url)) return mongodbLocation(url);
  if (!url.startsWith('file:')) {
    throw new DatabaseUrlError(
      'must begin with file:, as in file:./data/roundsman.db, or with mongodb: or mongodb+srv:, as in mongodb://localhost:27017/roundsman',
    );
  }
  const path = url.slice('file:'.length).replace(/^\/\/(?=\/)/, '');
  if (path === '' || path === ':memory:')
    throw new DatabaseUrlError('must name a file, as in file:./data/roundsman.db');
  if (/[?#\0]/.test(path)) throw new DatabaseUrlError('must name a file, without parameters');
  const file = isAbsolute(path) ? path : resolve(root, path);
  return { kind: 'sqlite', file, display: file };
}

/** The scheme, then what may be secret and ends at the last @, the hosts, the database's name, the options. */
const MONGODB_URL = /^(mongodb(?:\+srv)?:\/\/)(?:[^/?]*@)?([^@/?]+)(?:\/([^?]*))?(?:\?(.*))?$/;

/** Options under which an answer could be given for a write that is lost later, and what they must be. */
const DURABLE_OPTIONS = {
  w: 'majority',
  journal: 'true',
  j: 'true',
  fsync: 'true',
  readpreference: 'primary',
};

function mongodbLocation(url: string): DatabaseLocation {
  const [, scheme, hosts, name, options = ''] = MONGODB_URL.exec(url) ?? [];
  if (scheme === undefined || hosts === undefined || name === undefined || name === '')
    throw new DatabaseUrlError(
      'must name a server and a database, as in mongodb://localhost:27017/roundsman',
    );
  for (const [option, value] of new URLSearchParams(options)) {
    const needed = DURABLE_OPTIONS[option.toLowerCase() as keyof typeof DURABLE_OPTIONS];
    if (needed !== undefined && value !== needed) {
      throw new DatabaseUrlError(
        `must not say ${option}=${value}, with which a booking that was answered could be lost: leave it out, it is always ${needed}`,
      );
    }
  }
  return { kind: 'mongodb', url, display: `${scheme}${hosts}/${name}` };
}
