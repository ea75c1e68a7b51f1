// Runs the tests of the store on MongoDB: the same files as `npm test`, and those of tests/mongo.
// TEST_MONGODB_URL names a server to use; without it one is started for the run.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startMongoServer } from './mongo-server.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs Jest with what is left of the arguments; gives its exit code. */
async function run(url) {
  const args = ['run', 'test:mongo', '--silent', '-w', 'server', '--', ...process.argv.slice(2)];
  const env = { ...process.env, TEST_MONGODB_URL: url, TEST_STORE_MODULE: './stores/mongo.js' };
  const child = spawn('npm', args, { cwd: root, stdio: 'inherit', env });
  return new Promise((resolve) => {
    child.once('close', (code) => resolve(code ?? 1));
  });
}

try {
  const started = process.env.TEST_MONGODB_URL ? null : await startMongoServer();
  process.exitCode = await run(process.env.TEST_MONGODB_URL ?? started.url(''));
  await started?.kill();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
