// Bundles at every change and restarts the server on what was bundled.
import { execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
execFileSync(process.execPath, [`${root}scripts/build.mjs`], { stdio: 'inherit' });
const run = (args) => spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
const children = [run(['scripts/build.mjs', '--watch']), run(['--watch', 'server/dist/main.js'])];
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of children) child.kill(signal);
  });
}
