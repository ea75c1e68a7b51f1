// Runs the tests that need nothing but Node, on the embedded store, and says what it did not run.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const jest = (...args) =>
  spawnSync('npm', ['run', 'test', '--silent', '-w', 'server', '--', ...args, ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  }).status ?? 1;

const failed = [
  jest(),
  // The contract suite on the model that `npm run prove` explores: what is proved of it holds of a store.
  jest('--config', 'jest.model.config.js', '--passWithNoTests'),
].filter((status) => status !== 0);
console.log(
  'The MongoDB half of the tests was not run: `npm run test:mongo` runs it (it needs python3, or TEST_MONGODB_URL).',
);
process.exit(failed[0] ?? 0);
