import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What the proxy does with connections and with what comes over them. */
export type ProxyMode = 'pass' | 'refuse' | 'black hole';

/** Whether a piece goes through, or its connection ends: before the target has it, or in place of its answer. */
export type ProxyDecision = 'pass' | 'cut before' | 'cut after';

/** A proxy before a database on this machine, by which a test makes the network fail. */
export interface TcpProxy {
  port: number;
  /** How many connections of clients are open. */
  connections(): number;
  /**
   * `pass` lets all through; `refuse` ends every connection and each new one; `black hole` keeps all
   * open and lets nothing through, until they are cut when it passes again.
   */
  set(mode: ProxyMode): void;
  /** Ends every connection with a reset; new ones are as the mode says. */
  cut(): void;
  /** Once: lets what a client sends with this text through, and ends its connection in place of the answer. */
  cutAfter(text: string): void;
  /** Asks of each piece of data that a client sends what to do with it; a cut before it keeps it from the target. */
  decide(asked: (data: Buffer) => ProxyDecision): void;
  /** Holds back each piece of data for so long. */
  delay(ms: number): void;
  close(): Promise<void>;
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<{ client: Socket; target: Socket }>();
  let mode: ProxyMode = 'pass';
  let delayMs = 0;
  let decide: (data: Buffer) => ProxyDecision = () => 'pass';

  function pipe(from: Socket, to: Socket, isThrough: (data: Buffer) => boolean): void {
    from.on('data', (data) => {
      if (mode !== 'pass' || !isThrough(data)) return;
      if (delayMs === 0) to.write(data);
      else setTimeout(() => to.write(data), delayMs);
    });
  }

  const server = createServer((client) => {
    if (mode === 'refuse') {
      client.on('error', () => {});
      client.resetAndDestroy();
      return;
    }
    const pair = { client, target: connect(targetPort, '127.0.0.1') };
    pairs.add(pair);
    for (const socket of [client, pair.target]) {
      socket.setNoDelay(true);
      socket.on('error', () => {}); // the end of one is the end of both
      socket.on('close', () => {
        pairs.delete(pair);
        client.destroy();
        pair.target.destroy();
      });
    }
    let isCut = false;
    pipe(client, pair.target, (data) => {
      const decision = decide(data);
      if (decision === 'cut before') client.resetAndDestroy();
      if (decision === 'cut after') isCut = true;
      return decision !== 'cut before';
    });
    pipe(pair.target, client, () => {
      if (isCut) client.resetAndDestroy();
      return !isCut;
    });
  });

  const cut = () => {
    for (const { client, target } of pairs) {
      client.resetAndDestroy();
      target.destroy();
    }
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => pairs.size,
    set(next) {
      if (next === 'refuse' || mode === 'black hole') cut(); // a stream with a gap is of no use
      mode = next;
    },
    cut,
    cutAfter(text) {
      decide = (data) => {
        if (!data.includes(text)) return 'pass';
        decide = () => 'pass';
        return 'cut after';
      };
    },
    decide(asked) {
      decide = asked;
    },
    delay(ms) {
      delayMs = ms;
    },
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
