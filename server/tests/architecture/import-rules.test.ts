import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ROOT } from '../support/server-process.js';

/* The import table of docs/architecture.md is enforced: the tool sees every file, and finds what breaks the table. */

const run = promisify(execFile);
const DEPCRUISE = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const SERVER = join(ROOT, 'server');

interface Report {
  modules: { source: string }[];
  summary: { violations: { from: string; rule: { name: string } }[] };
}

/** What the tool says of a server folder. */
async function cruise(cwd: string): Promise<Report> {
  const args = [DEPCRUISE, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src'];
  const { stdout } = await run(process.execPath, args, {
    cwd,
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return JSON.parse(stdout) as Report;
}

/** Files to plant, each with one violation, and the rule that must name it (none where another file is named). */
const PLANTED: readonly [file: string, content: string, rule?: string][] = [
  ['domain/a.ts', "import 'node:fs';", 'domain-only-domain'],
  [
    'domain/b.ts',
    "import type { Storage } from '../storage/storage.js';\nexport type A = Storage;",
    'domain-only-domain',
  ],
  ['domain/c.ts', "import * as z from 'zod';\nexport const a = z;", 'domain-only-domain'],
  [
    'utils/a.ts',
    "import type { Order } from '../domain/order.js';\nexport type A = Order;",
    'utils-only-utils',
  ],
  ['config/a.ts', "export type A = import('../domain/order.js').Order;", 'config-only'],
  ['storage/sqlite/a.ts', "export { nowhere } from '../../http/etag.js';", 'adapter-only-its-own'],
  ['storage/sqlite/b.ts', "import '../open-storage.js';", 'adapter-only-its-own'],
  ['storage/other/a.ts', "import '../sqlite/failures.js';", 'adapter-only-its-own'],
  ['writes/a.ts', "import '../storage/sqlite/failures.js';", 'writes-only'],
  [
    'http/a.ts',
    "import type { Storage } from '../storage/storage.js';\nexport type A = Storage;",
    'http-only',
  ],
  ['features/orders/a.ts', "import '../catalog/catalog.presenter.js';", 'feature-only-its-own'],
  ['features/orders/b.ts', "import 'node:fs';", 'feature-only-its-own'],
  [
    'features/orders/c.ts',
    "import type { Express } from 'express';\nexport type A = Express;",
    'express-only-at-the-edge',
  ],
  [
    'features/orders/d.service.ts',
    "import * as z from 'zod';\nexport const a = z;",
    'zod-only-where-input-is-checked',
  ],
  [
    'features/orders/e.controller.ts',
    "import * as z from 'zod';\nexport const a = z;",
    'zod-only-as-a-type-in-routes-and-controllers',
  ],
  [
    'features/orders/f.ts',
    "import Database from 'libsql';\nexport const a = Database;",
    'drivers-only-in-storage',
  ],
  ['cli/a.ts', "import '../storage/sqlite/failures.js';", 'stores-are-opened-through-the-port'],
  ['http/b.ts', "import '../../tests/support/orders.js';", 'product-never-imports-tests'],
  ['http/c.ts', "import 'fast-check';", 'product-needs-no-dev-dependencies'],
  ['http/d.ts', "import './nowhere.js';", 'no-unresolved'],
  ['domain/e.ts', "import type { B } from './f.js';\nexport type A = B;", 'no-cycles'],
  ['domain/f.ts', "import type { A } from './e.js';\nexport type B = A;"],
  ['domain/g.ts', 'export const nobodyImportsThis = 1;', 'no-orphans'],
];

let copy: string;

beforeAll(async () => {
  await mkdir(join(ROOT, '.cache'), { recursive: true });
  copy = await mkdtemp(join(ROOT, '.cache', 'import-rules-'));
  for (const entry of ['src', 'tests/support', 'package.json', 'tsconfig.json', '.dependency-cruiser.cjs']) {
    await cp(join(SERVER, entry), join(copy, entry), { recursive: true });
  }
  for (const [file, content] of PLANTED) {
    await mkdir(dirname(join(copy, 'src', file)), { recursive: true });
    await writeFile(join(copy, 'src', file), `${content}\n`);
  }
});
afterAll(() => rm(copy, { recursive: true }));

test('every planted violation of the import table is found', async () => {
  const { summary } = await cruise(copy);
  const found = summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`);
  const missing = PLANTED.filter(([, , rule]) => rule !== undefined)
    .map(([file, , rule]) => `src/${file}: ${rule}`)
    .filter((line) => !found.includes(line));
  expect(missing).toEqual([]);
}, 60_000);

test('the tool sees every source file, and finds nothing in the code as it stands', async () => {
  const { modules, summary } = await cruise(SERVER);
  const seen = new Set(modules.map(({ source }) => source));
  const files = (await readdir(join(SERVER, 'src'), { recursive: true })).filter((name) =>
    name.endsWith('.ts'),
  );
  expect(files.filter((name) => !seen.has(`src/${name}`))).toEqual([]);
  expect(summary.violations).toEqual([]);
}, 60_000);
