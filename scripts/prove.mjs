// Builds the campaigns of server/prove, which run the server's own code, and runs them.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
/** As deep as the tests' own support files, which find the repository from where they are; beside the server's dependencies. */
const outfile = `${root}server/.cache/prove/run.js`;

await build({
  absWorkingDir: `${root}server`,
  entryPoints: ['prove/run.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  sourcemap: true,
  packages: 'external',
  logLevel: 'warning',
}).catch(() => process.exit(1)); // esbuild has said what is wrong

const { status } = spawnSync(process.execPath, ['--enable-source-maps', outfile, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
