import { isAbsolute, resolve } from 'node:path';

/** Which store the settings name, and where it is. */
export interface DatabaseLocation {
  kind: 'sqlite';
  /** The absolute path of the database file. */
  file: string;
}

/** What is wrong with a DATABASE_URL, as a sentence that says what to do. */
export class DatabaseUrlError extends Error {}

/**
 * Reads a DATABASE_URL. `file:` takes a path; a relative one counts from `root`.
 * Error: DatabaseUrlError.
 */
export function parseDatabaseUrl(url: string, root: string): DatabaseLocation {
  if (!url.startsWith('file:'))
    throw new DatabaseUrlError('must begin with file:, as in file:./data/roundsman.db');
  const path = url.slice('file:'.length).replace(/^\/\/(?=\/)/, '');
  if (path === '' || path === ':memory:')
    throw new DatabaseUrlError('must name a file, as in file:./data/roundsman.db');
  if (/[?#\0]/.test(path)) throw new DatabaseUrlError('must name a file, without parameters');
  return { kind: 'sqlite', file: isAbsolute(path) ? path : resolve(root, path) };
}
