import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What the proxy does with connections and with what comes over them. */
export type ProxyMode = 'pass' | 'refuse' | 'black hole';

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
  /** Once: lets what a client sends with this text through, and ends its connection before the answer. */
  cutAfter(text: string): void;
  /** Holds back each piece of data for so long. */
  delay(ms: number): void;
  close(): Promise<void>;
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<{ client: Socket; target: Socket }>();
  let mode: ProxyMode = 'pass';
  let delayMs = 0;
  let lastText: string | null = null;

  function pipe(from: Socket, to: Socket): void {
    from.on('data', (data) => {
      if (mode !== 'pass') return;
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
    pipe(client, pair.target);
    pipe(pair.target, client);
    client.on('data', (data) => {
      if (lastText === null || !data.includes(lastText)) return;
      lastText = null;
      pair.target.end(() => client.resetAndDestroy());
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
      lastText = text;
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
