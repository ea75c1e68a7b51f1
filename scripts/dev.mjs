// Bundles at every change and restarts the server on what was bundled.
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const server = `${root}server/dist/main.js`;
const children = [];
const run = (args) => children.push(spawn(process.execPath, args, { cwd: root, stdio: 'inherit' }));

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of children) child.kill(signal);
    process.exit(0);
  });
}
rmSync(server, { force: true });
run(['scripts/build.mjs', '--watch']);
while (!existsSync(server)) await sleep(50);
run(['--watch-path=server/dist', '--watch-preserve-output', server]);
