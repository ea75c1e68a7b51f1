// A copy of the repository in the temporary folder, for faults to be planted in.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What the copy shares with the original: dependencies, and the environment of the MongoDB test server. */
const SHARED = ['node_modules', 'server/node_modules', '.cache/mongo'];

/** Copies all files that are, or could be, tracked, with what was changed in them. */
export function makeCopy(root) {
  const folder = mkdtempSync(join(tmpdir(), 'roundsman-mutants-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of listed.split('\0').filter((name) => name !== '' && existsSync(join(root, name)))) {
    cpSync(join(root, file), join(folder, file));
  }
  for (const shared of SHARED) {
    if (!existsSync(join(root, shared))) continue;
    mkdirSync(dirname(join(folder, shared)), { recursive: true });
    symlinkSync(join(root, shared), join(folder, shared));
  }
  let planted = [];
  return {
    folder,
    /** Why a patch does not fit; null where it does. */
    problemOf: ({ file }) => applied(folder, file, ['--check']),
    apply({ file, files }) {
      planted = files;
      const problem = applied(folder, file, []);
      if (problem !== null) throw new Error(`${file} does not apply: ${problem}`);
    },
    /** Takes the planted fault out again. */
    restore() {
      for (const file of planted) copyFileSync(join(root, file), join(folder, file));
      planted = [];
    },
    /** Builds what processes run; gives why it cannot be built, or null. */
    build() {
      const { status, stderr } = run(folder, process.execPath, ['scripts/build.mjs']);
      return status === 0 ? null : `it does not build: ${firstLines(stderr)}`;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function applied(folder, patch, options) {
  const { status, stderr } = run(folder, 'git', ['apply', '-C1', ...options, patch]);
  return status === 0 ? null : firstLines(stderr);
}

/** The folder is no repository, and is not to be taken for a part of one around it. */
function run(folder, command, args) {
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: dirname(folder) };
  return spawnSync(command, args, { cwd: folder, encoding: 'utf8', env });
}

function firstLines(text) {
  return text.trim().split('\n').slice(0, 3).join(' ');
}
