import { type Connection, mongo } from 'mongoose';
import type { AppError } from '../../domain/errors.js';
import { isServerFailure, unavailable } from './failures.js';
import { mongoose } from './models/models.js';
import { withinTime } from './run-query.js';

/** The oldest server that is tested against. */
const SERVER_MAJOR_MIN = 6;

/** How long single steps may take, in milliseconds; whole operations are bounded by `busyMs`. */
export interface DriverTimes {
  serverSelectionMs: number;
  connectMs: number;
  socketMs: number;
  waitQueueMs: number;
}

interface ConnectOptions {
  url: string;
  /** The address without user, password and options, for sentences. */
  display: string;
  times: DriverTimes;
}

/**
 * Connects, and refuses a server on which the promise cannot be kept.
 * Error: AppError `store_unavailable` with a sentence that says what to do.
 */
export async function connect({ url, display, times }: ConnectOptions): Promise<Connection> {
  const connection = mongoose.createConnection();
  try {
    await connection.openUri(url, driverOptions(url, times));
    const refusal = await refusalOf(connection, times);
    if (refusal !== null) throw unavailable(`The MongoDB at ${display} ${refusal}`);
    return connection;
  } catch (error) {
    await connection.destroy(true).catch(() => {});
    throw explain(display, error);
  }
}

/** What every connection of ours has; the pool's size and the like may stand in the address, and then hold. */
function driverOptions(url: string, times: DriverTimes): mongo.MongoClientOptions {
  const given = new Set(
    [...new URLSearchParams(url.split('?')[1] ?? '').keys()].map((key) => key.toLowerCase()),
  );
  const unlessGiven = {
    serverSelectionTimeoutMS: times.serverSelectionMs,
    connectTimeoutMS: times.connectMs,
    socketTimeoutMS: times.socketMs,
    waitQueueTimeoutMS: times.waitQueueMs,
    minPoolSize: 2,
    appName: 'roundsman',
  };
  return {
    ...Object.fromEntries(Object.entries(unlessGiven).filter(([option]) => !given.has(option.toLowerCase()))),
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'majority' },
    readPreference: 'primary',
  };
}

async function refusalOf(connection: Connection, times: DriverTimes): Promise<string | null> {
  const admin = connection.getClient().db('admin');
  const ask = (command: string) => withinTime(admin.command({ [command]: 1 }), times.serverSelectionMs);
  return refusalFor({ buildInfo: await ask('buildInfo'), hello: await ask('hello') });
}

/** What a server says of itself. */
export interface ServerAnswers {
  buildInfo: mongo.Document;
  hello: mongo.Document;
}

/** Why this server cannot be used, as the end of a sentence; null where it can. */
export function refusalFor({ buildInfo, hello }: ServerAnswers): string | null {
  if ('ferretdb' in buildInfo || 'ferretdbVersion' in buildInfo) {
    return 'is FerretDB, which has no transactions across documents: use MongoDB 6.0 or newer.';
  }
  if (Number.parseInt(String(buildInfo.version), 10) < SERVER_MAJOR_MIN) {
    return `is version ${buildInfo.version}: upgrade it to 6.0 or newer.`;
  }
  if (hello.setName === undefined && hello.msg !== 'isdbgrid') {
    return 'is a standalone server, which has no transactions: start it with --replSet rs0 and run rs.initiate() in mongosh once.';
  }
  return null;
}

/** The sentence for whoever starts the server with an address that cannot be used; never the address itself. */
export function explain(display: string, error: unknown): AppError | unknown {
  if (isServerFailure(error, 'authenticationFailed')) {
    return unavailable(
      `The MongoDB at ${display} does not take the user and password in DATABASE_URL: correct them.`,
      error,
    );
  }
  if (isServerFailure(error, 'unauthorized')) {
    return unavailable(
      `The user in DATABASE_URL may not read, write and make indexes in ${display}: give it the role readWrite on that database.`,
      error,
    );
  }
  if (error instanceof mongo.MongoParseError || error instanceof mongo.MongoInvalidArgumentError) {
    return unavailable(`DATABASE_URL is not an address that MongoDB's driver can use: ${error.message}.`);
  }
  if (
    error instanceof Error &&
    (error.name === 'MongoParseError' || /^Unable to parse/.test(error.message))
  ) {
    return unavailable(
      'DATABASE_URL is not an address: correct its hosts, and percent-encode what stands in its user and password.',
    );
  }
  if (isUnreachable(error)) {
    return unavailable(`No MongoDB answers at ${display}: start it, or change DATABASE_URL.`, error);
  }
  return error;
}

function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  return (
    /ServerSelection|Network|TimeoutError/.test(error.name) ||
    ['ENOTFOUND', 'ENODATA', 'ESERVFAIL'].includes(String(code))
  );
}
