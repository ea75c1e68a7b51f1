import { request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import request from 'supertest';
import type { Exchange } from './contract-checker.js';

export type Api = ReturnType<typeof request>;
type Check = (exchange: Exchange) => void;

/** Supertest's API for a server; each answer is shown to `check` as well. */
export function checkedApi(server: Server, check: Check): Api {
  const api = request(server) as Api & Record<string, unknown>;
  for (const [name, make] of Object.entries(api)) {
    if (typeof make !== 'function') continue;
    api[name] = (path: string) =>
      make(path).on('response', (answer: request.Response) => {
        const { method } = answer.request as unknown as { method: string };
        check({ method, path, status: answer.status, headers: answer.headers, text: answer.text ?? '' });
      });
  }
  return api;
}

export interface PlainRequest {
  method: string;
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Buffer;
}

export interface PlainAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Sends a request whose path and headers nobody tidies up on the way. */
export async function sendPlain(
  server: Server,
  { method, path, headers, body }: PlainRequest,
): Promise<PlainAnswer> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const isChunked = headers?.['Transfer-Encoding'] === 'chunked';
    const length = body === undefined || isChunked ? {} : { 'Content-Length': Buffer.byteLength(body) };
    const sent = httpRequest(
      { host: '127.0.0.1', port, method, path, headers: { ...length, ...headers }, agent: false },
      (answer) => {
        readText(answer).then(
          (text) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }),
          reject,
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Writes bytes to a connection and reads what comes until the server closes it. */
export function sendBytes(server: Server, bytes: string | Buffer): Promise<PlainAnswer> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => {
      received += part;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(parseAnswer(received)));
  });
}

function parseAnswer(received: string): PlainAnswer {
  const [head = '', ...rest] = received.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(first.split(' ')[1] ?? 0), headers, text: rest.join('\r\n\r\n') };
}
