import { closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../../domain/errors.js';
import { Connection, isSqlFailure } from './connection.js';

const PRAGMAS = ['journal_mode = WAL', 'foreign_keys = ON'];

/** What a power cut may cost: `full` nothing that was acknowledged; `off` is for tests that kill nothing. */
export type Durability = 'full' | 'off';

/**
 * Makes the file (0600) and, if its parent exists, its folder (0700) where they are missing, and opens it.
 * Error: AppError `store_unavailable` with a sentence that says what to do.
 */
export function openFile(file: string, durability: Durability): Connection {
  try {
    const folder = dirname(file);
    if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
    if (existsSync(file)) requireFile(file);
    else makeFile(file);
    return new Connection(file, [...PRAGMAS, `synchronous = ${durability}`]);
  } catch (error) {
    throw explain(file, error);
  }
}

/**
 * One that is there is never opened here: closing any handle of a file drops the locks of all this
 * process's SQLite connections on it, and the next process to end would take the write-ahead log away
 * (sqlite.org/howtocorrupt.html, 2.2).
 */
function requireFile(file: string): void {
  if (statSync(file).isDirectory()) throw refusal(`${file} is a folder: set DATABASE_URL to a file.`);
}

function makeFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600)); // SQLite gives its other files the same rights
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error; // another process was faster
  }
}

/** The sentence for whoever starts the server on a file that cannot be used. */
export function explain(file: string, error: unknown): unknown {
  const sentence = sentenceFor(file, error);
  return sentence === null ? error : refusal(sentence, error);
}

function refusal(sentence: string, cause?: unknown): AppError {
  return new AppError('store_unavailable', sentence, { cause });
}

function sentenceFor(file: string, error: unknown): string | null {
  if (isSqlFailure(error, 'notADatabase'))
    return `${file} is not a database: move it away or change DATABASE_URL.`;
  if (isSqlFailure(error, 'damaged')) return `${file} is damaged: restore it from a backup.`;
  if (isSqlFailure(error, 'readOnly')) return `${file} cannot be written to: give this user the right to.`;
  if (isSqlFailure(error, 'full')) return `The disk that holds ${file} is full: make room on it.`;
  if (isSqlFailure(error, 'ioError')) return `${file} cannot be read or written: look after its disk.`;
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'ENOENT')
    return `The folder ${dirname(dirname(file))} does not exist: make it, or change DATABASE_URL.`;
  if (code === 'ENOTDIR') return `${dirname(file)} is not a folder: change DATABASE_URL.`;
  if (code === 'ENOSPC') return `The disk that holds ${file} is full: make room on it.`;
  if (isSqlFailure(error, 'cannotOpen') || code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return `${file} cannot be opened for writing: give this user the right to read and write it and its folder.`;
  }
  return null;
}
