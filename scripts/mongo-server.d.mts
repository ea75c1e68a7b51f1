/** A server that was started for tests. */
export interface MongoServer {
  port: number;
  url(database: string): string;
  pid: number | undefined;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

export function startMongoServer(options?: {
  storage?: string;
  port?: number;
  args?: readonly string[];
}): Promise<MongoServer>;
