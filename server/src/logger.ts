import pino from 'pino';
import type { AccessLine } from './http/middleware/access-log.js';

/** How many bytes of log are gathered before they are written, and how often they are written in any case. */
const BUFFER_BYTES = 4_096;
const FLUSH_MS = 1_000;

export interface Logger {
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(error: unknown, requestId: string): void;
  access(line: AccessLine): void;
  /** Writes what is buffered, at once. */
  flush(): void;
}

interface Destination {
  write(line: string): void;
  flush(): void;
}

/** The log on standard output: one JSON line an event, buffered; readable text on a terminal. */
export async function createLogger(level: string): Promise<Logger> {
  const destination = process.stdout.isTTY ? await terminal() : bufferedOutput();
  const log = pino({ level, base: null, timestamp: pino.stdTimeFunctions.epochTime }, destination);
  return {
    info: (message, fields = {}) => log.info(fields, message),
    warn: (message, fields = {}) => log.warn(fields, message),
    error: (error, requestId) => log.error({ err: error, requestId }, 'A request failed.'),
    access: (line) => log.info(line, 'request'),
    flush: () => destination.flush(),
  };
}

function bufferedOutput(): Destination {
  const output = pino.destination({ dest: 1, minLength: BUFFER_BYTES, sync: true });
  let hasReader = true; // a log that nobody reads any more keeps nobody from serving, or from stopping
  output.on('error', () => {
    hasReader = false;
  });
  const flush = () => {
    if (hasReader) output.flush(); // a pipe that is broken is an error here, and is tried for ever by flushSync
    if (hasReader) output.flushSync();
  };
  setInterval(flush, FLUSH_MS).unref();
  process.on('exit', flush);
  return { write: (line) => void output.write(line), flush };
}

async function terminal(): Promise<Destination> {
  const { default: pretty } = await import('pino-pretty');
  const output = pretty({ sync: true });
  return { write: (line) => void output.write(line), flush: () => {} };
}
