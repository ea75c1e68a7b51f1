// Bundles server/src into server/dist: a start reads a few files instead of some 400, which halves its time,
// and finds the server compiled (server/src/start.ts), which takes another quarter off.
// The compiler only checks types (npm run check). With --if-possible it passes over itself when the
// bundler is not installed (production installs bring no development tools).
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

async function loadBundler() {
  try {
    return await import('esbuild');
  } catch (error) {
    if (process.argv.includes('--if-possible')) process.exit(0);
    console.error(`The bundler is not installed: run \`npm install\` first (${error.message}).`);
    process.exit(1);
  }
}

/** The start of the server, the commands, and what scripts and benchmarks use of them. */
const ENTRIES = [
  { in: 'src/start.ts', out: 'main' },
  ...[
    'cli/roundsman',
    'config/config',
    'features/orders/order.presenter',
    'storage/mongo/mongo-storage',
    'storage/open-storage',
    'utils/object-id',
  ].map((entry) => ({ in: `src/${entry}.ts`, out: entry })),
];

/** Native modules, and what only some runs load. */
const EXTERNAL = ['libsql', 'mongoose', 'pino-pretty', 'swagger-ui-dist'];

/** The tables of character sets that no body of ours may have (http/body.ts): a start has not to read them. */
const withoutTables = {
  name: 'without tables of character sets',
  setup(build) {
    build.onLoad({ filter: /iconv-lite.encodings.(tables.*\.json|sbcs-data-generated\.js)$/ }, () => ({
      contents: '{}',
      loader: 'json',
    }));
  },
};

const OPTIONS = {
  absWorkingDir: `${root}server`,
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  sourcemap: true,
  minifyWhitespace: true,
  minifySyntax: true,
  external: EXTERNAL,
  plugins: [withoutTables],
  logLevel: 'warning',
};

const MODULES = {
  ...OPTIONS,
  entryPoints: ENTRIES,
  splitting: true,
  format: 'esm',
  banner: {
    js: "import { createRequire as bundledRequire } from 'node:module'; const require = bundledRequire(import.meta.url);",
  },
};

/** The server as one script, since Node 20 can keep the compiled form of a script, but not of modules. */
const SERVER = {
  ...OPTIONS,
  entryPoints: ['src/main.ts'],
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  define: { 'import.meta.url': 'scriptUrl' },
  banner: { js: "const scriptUrl = require('node:url').pathToFileURL(__filename).href;" },
};

/** A server that was not compiled starts all the same, only later. */
function keepCompiled() {
  const folder = mkdtempSync(join(tmpdir(), 'roundsman-build-'));
  try {
    const args = [`${root}scripts/keep-compiled.mjs`, folder];
    execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  } catch (error) {
    console.error(`The server will start more slowly: it could not be compiled now (${error.message}).`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const { build, context } = await loadBundler();
rmSync(`${root}server/dist`, { recursive: true, force: true });
cpSync(`${root}server/src/storage/sqlite/migrations`, `${root}server/dist/migrations`, { recursive: true });
if (process.argv.includes('--watch')) {
  for (const options of [SERVER, MODULES]) await (await context(options)).watch();
} else {
  await Promise.all([build(SERVER), build(MODULES)]).catch(() => process.exit(1)); // esbuild has said what is wrong
  keepCompiled();
}
