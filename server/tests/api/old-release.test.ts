import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OLD_RELEASE, testOldRelease } from '../support/old-release.js';

/* A file that release 0.1.0 wrote, served by today's code. */

testOldRelease('embedded', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'roundsman-old-'));
  const file = join(folder, 'old.db');
  await copyFile(`${OLD_RELEASE}embedded.db`, file);
  return { url: `file:${file}`, drop: () => rm(folder, { recursive: true }) };
});
