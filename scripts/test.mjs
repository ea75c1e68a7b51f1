// Runs the tests that need nothing but Node, on the embedded store, and says what it did not run.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { status } = spawnSync(
  'npm',
  ['run', 'test', '--silent', '-w', 'server', '--', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
console.log(
  'The MongoDB half of the tests was not run: `npm run test:mongo` runs it (it needs python3, or TEST_MONGODB_URL).',
);
process.exit(status ?? 1);
