// Starts the server once, on a database of its own, and keeps V8's compiled form of what that start needed.
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.mjs';

const PATIENCE_MS = 20_000;
const [folder] = process.argv.slice(2);

async function isUp(port) {
  const answer = await fetch(`http://127.0.0.1:${port}/orders`).catch(() => null);
  return answer?.ok ?? false;
}

const port = await freePort();
const until = Date.now() + PATIENCE_MS;
Object.assign(process.env, {
  HOST: '127.0.0.1',
  PORT: String(port),
  DATABASE_URL: `file:${folder}/build.db`,
  AUTH: 'off',
});
const { script, COMPILED } = await import('../server/dist/main.js');
while (!(await isUp(port))) {
  if (Date.now() > until) throw new Error(`The server did not answer within ${PATIENCE_MS / 1000} seconds.`);
  await sleep(20);
}
writeFileSync(COMPILED, script.createCachedData());
process.exit(0);
