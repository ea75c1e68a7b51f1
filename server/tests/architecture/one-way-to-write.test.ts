import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../support/server-process.js';

/* Rules of the house that an import table cannot say, read from the source. */

const SRC = join(ROOT, 'server/src');

async function sources(): Promise<Map<string, string>> {
  const names = (await readdir(SRC, { recursive: true })).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(SRC, name), 'utf8')] as const)),
  );
}

async function filesWith(pattern: RegExp): Promise<string[]> {
  return [...(await sources())].filter(([, text]) => pattern.test(text)).map(([name]) => name);
}

test('only writes/run-write.ts opens a transaction of the store', async () => {
  const callers = await filesWith(/\bstorage\.transaction\(/i);
  expect(callers).toEqual(['writes/run-write.ts']);
});

test('only the composition root, the commands and the store’s opening read the clock, chance or the environment', async () => {
  const readers = await filesWith(/\bDate\.now\b|\bMath\.random\b|\bprocess\.env\b|\bperformance\.now\b/);
  const allowed = /^(main|environment)\.ts$|^cli\/|^storage\/open-storage\.ts$/;
  expect(readers.filter((name) => !allowed.test(name))).toEqual([]);
});

test('the product opens its store with full durability, and nothing in it with less', async () => {
  expect(await filesWith(/durability: 'full'/)).toEqual(['storage/open-storage.ts']);
  expect(await filesWith(/durability: '(?!full)/)).toEqual([]);
});

test('no source file is longer than 300 lines', async () => {
  const long = [...(await sources())]
    .filter(([, text]) => text.split('\n').length > 301)
    .map(([name]) => name);
  expect(long).toEqual([]);
});

test('the release in version.ts is that of package.json', async () => {
  const { version } = JSON.parse(await readFile(join(ROOT, 'server/package.json'), 'utf8')) as {
    version: string;
  };
  const { VERSION } = await import('../../src/version.js');
  expect(VERSION).toBe(version);
});
