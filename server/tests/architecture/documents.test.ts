import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { CAMPAIGNS } from '../../prove/campaigns.js';
import { ROOT } from '../support/server-process.js';

/* What the documents say of tests and campaigns is there. */

const DOCUMENTS = ['docs/security.md', 'docs/guarantees.md'];

/** A test's title as a document cites it, and as it stands in the file, whatever the quotation marks. */
const plain = (text: string) => text.replace(/[’']/g, "'");

test.each(DOCUMENTS)('%s names tests that exist, by titles that exist', async (document) => {
  const text = await readFile(join(ROOT, document), 'utf8');
  const cited = [...text.matchAll(/`(?:server\/)?((?:tests|src)\/[\w/.-]+\.test\.ts)`(?:: "([^"]+)")?/g)];
  expect(cited.length).toBeGreaterThan(5);
  for (const [, file, title] of cited) {
    const path = join(ROOT, 'server', file as string);
    expect([file, existsSync(path)]).toEqual([file, true]);
    if (title !== undefined) expect(plain(await readFile(path, 'utf8'))).toContain(plain(title));
  }
});

test.each(DOCUMENTS)('%s names campaigns that exist', async (document) => {
  const text = await readFile(join(ROOT, document), 'utf8');
  const cited = [...text.matchAll(/campaigns? `(\w+)`(?:[^.|]*? and `(\w+)`)?/g)].flatMap(
    ([, ...names]) => names,
  );
  expect(cited.length).toBeGreaterThan(1);
  for (const name of cited) {
    if (name !== undefined) expect(CAMPAIGNS.map((campaign) => campaign.name)).toContain(name);
  }
});
