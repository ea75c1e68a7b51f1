import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Finding } from '../storage.js';
import type { Connection } from './connection.js';
import { schemaOf } from './migrate.js';

/** Less than this, in MiB, and a busy day or a backup may fill the disk. */
const FREE_MIN = 256;

/** Whether the database file and what is around it are as they should be. The file is not opened: see open-file.ts. */
export function describeFile(connection: Connection, file: string): Finding[] {
  const version = connection.prepare('SELECT sqlite_version()').get([])?.[0];
  const { known, found } = schemaOf(connection);
  const { bavail, bsize } = statfsSync(dirname(file));
  return [
    finding('store', true, `The embedded store, SQLite ${version}, at ${file}.`),
    found === known
      ? finding('schema', true, `All ${known} migrations have run.`)
      : finding('schema', false, `${found} of ${known} migrations have run: run \`npx roundsman migrate\`.`),
    ...rightsFindings(file),
    journalFinding(connection, file),
    spaceFinding(file, Math.floor((bavail * bsize) / 2 ** 20)),
  ];
}

/** The rights of the folder, the file and SQLite's files beside it: all hold orders. */
function rightsFindings(file: string): Finding[] {
  if (process.platform === 'win32') return []; // rights are not kept as a mode there
  const parts = [
    { path: dirname(file), wanted: '700' },
    ...[file, `${file}-wal`, `${file}-shm`].map((path) => ({ path, wanted: '600' })),
  ];
  return parts.flatMap(({ path, wanted }) => {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode;
    if (mode === undefined) return [];
    const rights = (mode & 0o777).toString(8);
    return (mode & 0o077) === 0
      ? finding('rights', true, `Only its owner can get at ${path} (0${rights.padStart(3, '0')}).`)
      : finding(
          'rights',
          false,
          `Others than its owner can get at ${path} (0${rights}): run \`chmod ${wanted} ${path}\`.`,
        );
  });
}

function journalFinding(connection: Connection, file: string): Finding {
  const mode = connection.pragma('journal_mode');
  return mode === 'wal'
    ? finding('journal', true, 'Journal mode is WAL.')
    : finding(
        'journal',
        false,
        `Journal mode is ${mode}, not WAL: put ${file} on a local disk, since network folders cannot do it.`,
      );
}

/** Whether there is room on the disk, by its free MiB. */
export function spaceFinding(file: string, freeMib: number): Finding {
  return freeMib >= FREE_MIN
    ? finding('space', true, `${freeMib} MiB are free on the disk.`)
    : finding('space', false, `Only ${freeMib} MiB are free on the disk of ${file}: make room on it.`);
}

function finding(check: string, isWell: boolean, sentence: string): Finding {
  return { check, isWell, sentence };
}
