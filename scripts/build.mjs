// Compiles server/src to server/dist and copies the SQL beside it.
// With --if-possible it passes over itself when the compiler is not installed (production installs).
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = `${root}node_modules/typescript/bin/tsc`;

if (!existsSync(compiler)) {
  if (process.argv.includes('--if-possible')) process.exit(0);
  console.error('The TypeScript compiler is not installed: run `npm install` first.');
  process.exit(1);
}
rmSync(`${root}server/dist`, { recursive: true, force: true });
try {
  execFileSync(process.execPath, [compiler, '-p', `${root}server/tsconfig.build.json`], { stdio: 'inherit' });
} catch {
  process.exit(1); // the compiler has said what is wrong
}
cpSync(`${root}server/src/storage/sqlite/migrations`, `${root}server/dist/storage/sqlite/migrations`, {
  recursive: true,
  filter: (path) => !path.endsWith('.ts'),
});
