// Everything but the tests: format, lint, types, architecture, unused code, stale generated files.
// Runs all of them, then says which failed.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const CHECKS = [
  ['build', 'node', 'scripts/build.mjs'],
  ['format and lint', 'npx', 'biome', 'ci', '--colors=off', '--error-on-warnings', '.'],
  ['types', 'npx', 'tsc', '-p', 'server/tsconfig.json'],
  ['architecture', 'npm', 'run', '--silent', 'architecture', '-w', 'server'],
  ['unused code', 'npx', 'knip'],
  ['unused in production', 'npx', 'knip', '--production'],
  ['generated files', 'node', 'scripts/generate.mjs', '--check'],
];

const failed = [];
for (const [name, command, ...args] of CHECKS) {
  console.log(`── ${name}`);
  if (spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status !== 0) failed.push(name);
}
console.log(
  `check: ${CHECKS.length - failed.length} passed, ${failed.length} failed${failed.length ? `: ${failed.join(', ')}` : ''}`,
);
process.exit(failed.length === 0 ? 0 : 1);
