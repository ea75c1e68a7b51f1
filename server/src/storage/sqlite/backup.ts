import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../../domain/errors.js';
import type { Connection } from './connection.js';

/**
 * Writes a whole copy of the database to a new file (0600), as it stood at one moment, while others
 * read and write. It appears under its name only when it is complete and on the disk.
 * Error: AppError `already_exists` where the file is there; libsql's and the file system's.
 */
export function backUp(connection: Connection, file: string): void {
  if (existsSync(file)) {
    throw new AppError('already_exists', `${file} is there already: name a new file, or move it away.`);
  }
  const unfinished = `${file}.unfinished`;
  rmSync(unfinished, { force: true });
  closeSync(openSync(unfinished, 'wx', 0o600)); // VACUUM INTO takes an empty file, and keeps its rights
  try {
    connection.prepare('VACUUM INTO ?').run([unfinished]);
    sync(unfinished);
    renameSync(unfinished, file);
    sync(dirname(file));
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

function sync(path: string): void {
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
