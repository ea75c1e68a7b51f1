// Installs Vendure for a run, in a folder that is no part of this repository.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';

export const VERSION = '3.7.3';
const PACKAGES = { '@vendure/core': VERSION, 'better-sqlite3': '12.11.1' };

/** Written last, so that a folder with it is complete. */
const DONE = 'installed.json';

/** A folder for the run: the one to keep, or one that goes when the run ends. */
function folderFor(keep) {
  if (keep !== undefined) {
    mkdirSync(keep, { recursive: true });
    return resolve(keep);
  }
  const folder = mkdtempSync(`${tmpdir()}/roundsman-bench-vendure-`);
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Answers the folder that Vendure is installed in; `keep` names one that stays for the next run. */
export function installVendure(keep) {
  const folder = folderFor(keep);
  const done = `${folder}/${DONE}`;
  const wanted = JSON.stringify(PACKAGES);
  if (existsSync(done) && readFileSync(done, 'utf8') === wanted) return folder;
  console.log(`Installing Vendure ${VERSION} in ${folder}; it compiles SQLite, which takes minutes.`);
  writeFileSync(`${folder}/package.json`, JSON.stringify({ private: true, dependencies: PACKAGES }));
  execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel', 'error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  writeFileSync(done, wanted);
  return folder;
}
