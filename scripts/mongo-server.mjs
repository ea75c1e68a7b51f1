// The server that tests of the MongoDB store run on: SecantusDB, which speaks MongoDB's protocol over
// WiredTiger. It lives in a Python environment of its own in .cache/ and is never part of the product.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.mjs';

const PACKAGE = 'secantusdb==0.7.0b3';
const ENVIRONMENT = fileURLToPath(new URL('../.cache/mongo', import.meta.url));
const PYTHON = `${ENVIRONMENT}/bin/python`;
const INSTALLED = `${ENVIRONMENT}/bin/secantusd-py`;
const START_MS = 30_000;

/** Ends with whoever started it, however that ends: its standard input closes then. */
const PROGRAM = `
import os, runpy, sys, threading
def watch():
    sys.stdin.buffer.read()
    os._exit(0)
threading.Thread(target=watch, daemon=True).start()
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
`;

/** Installs the server where it is not. Error: a sentence that says what to do. */
export function installMongoServer() {
  if (existsSync(INSTALLED)) return;
  if (spawnSync('python3', ['--version']).status !== 0) {
    throw new Error(
      'The MongoDB half of the tests needs python3, which was not found: install it, or set TEST_MONGODB_URL to a MongoDB replica set.',
    );
  }
  console.error(`Installing ${PACKAGE} in .cache/mongo, once.`);
  try {
    execFileSync('python3', ['-m', 'venv', '--clear', ENVIRONMENT], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    execFileSync(PYTHON, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', PACKAGE], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  } catch (error) {
    throw new Error(
      `${PACKAGE} could not be installed with python3 (on Debian it needs python3-venv, and the network): see above, or set TEST_MONGODB_URL to a MongoDB replica set.`,
      { cause: error },
    );
  }
}

/**
 * Starts a server on a free port, or on the one given. `storage` is a folder, or `:memory:`;
 * `args` are more of its own options.
 */
export async function startMongoServer({ storage = ':memory:', port, args = [] } = {}) {
  installMongoServer();
  const chosen = port ?? (await freePort());
  const options = ['--port', String(chosen), '--storage-path', storage, '--log-level', 'ERROR', ...args];
  const child = spawn(PYTHON, ['-c', PROGRAM, INSTALLED, ...options], { stdio: ['pipe', 'ignore', 'pipe'] });
  child.stdin.on('error', () => {}); // it may be gone
  let said = '';
  child.stderr.on('data', (text) => {
    said = (said + text).slice(-4_000);
  });
  const ended = new Promise((resolve) => {
    child.once('close', resolve);
  });
  await answers(chosen, child, () => said);
  return {
    port: chosen,
    url: (database) => `mongodb://127.0.0.1:${chosen}/${database}`,
    pid: child.pid,
    /** Ends it as a crash would, or with the signal given. */
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      await ended;
    },
  };
}

/** Waits until the port is open. */
async function answers(port, child, said) {
  const latest = Date.now() + START_MS;
  while (Date.now() < latest && child.exitCode === null && child.signalCode === null) {
    if (await isOpen(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGKILL');
  throw new Error(`The MongoDB test server did not start on port ${port}: ${said()}`);
}

function isOpen(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
