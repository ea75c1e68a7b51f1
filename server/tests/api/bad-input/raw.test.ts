import { type AddressInfo, connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { sendBytes } from '../../support/http.js';
import { useTestApp } from '../../support/test-app.js';

const app = useTestApp();

/** Sends bytes and reads the answer, which must be an error as the contract describes it. */
async function refusalOf(bytes: string | Buffer) {
  const answer = await sendBytes(app.server, bytes);
  app.check({ ...answer, method: 'RAW', path: '/raw' });
  return answer;
}

describe('what is no HTTP request', () => {
  test.each([
    ['words', 'nonsense\r\n\r\n'],
    ['bytes', Buffer.from([0, 1, 2, 255, 254, 13, 10, 13, 10])],
    ['a TLS hello', Buffer.from('16030100a5010000a10303', 'hex')],
    ['a method that nobody knows', 'FETCH /orders HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
    ['a version that nobody knows', 'GET /orders HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n'],
    ['a space in the path', 'GET /or ders HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
    ['a header without a name', 'GET /orders HTTP/1.1\r\n: x\r\n\r\n'],
    ['a header with a control character', 'GET /orders HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: \u0001\r\n\r\n'],
    ['a length that is no number', 'POST /orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ten\r\n\r\n'],
    [
      'two lengths',
      'POST /orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    ],
    [
      'a length and chunks',
      'POST /orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    [
      'a chunk that is none',
      'POST /orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n',
    ],
    ['HTTP/2 without asking', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['CONNECT', 'CONNECT example.org:443 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
  ])('%s: is answered with 400 in the envelope, and the connection is closed', async (_, bytes) => {
    const answer = await refusalOf(bytes);
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([400, { success: false, status: 400 }]);
    expect(answer.headers.connection).toBe('close');
  });

  test('a head too large for anyone to read is answered in the envelope too', async () => {
    const answer = await sendBytes(
      app.server,
      `GET /orders HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`,
    );
    expect(answer.status).toBe(431);
    expect(JSON.parse(answer.text)).toMatchObject({
      success: false,
      status: 431,
      error: { message: expect.any(String) },
    });
  });

  test('a client that goes away in the middle does no harm', async () => {
    const { port } = app.server.address() as AddressInfo;
    const starts = [
      'GET /or',
      'POST /orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{"tot',
    ];
    for (const start of starts) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.write(start, () => socket.resetAndDestroy()));
        socket.on('close', () => resolve());
      });
    }
    expect((await app.api.get('/health/live')).status).toBe(200);
    expect(app.errors).toEqual([]);
  });
});

describe('what Node would answer by itself', () => {
  const close = 'Connection: close\r\n\r\n';

  test('HTTP/1.1 without Host is 400 in the envelope', async () => {
    const answer = await refusalOf(`GET /orders HTTP/1.1\r\n${close}`);
    expect([answer.status, JSON.parse(answer.text).error.details]).toMatchObject([400, [{ header: 'Host' }]]);
  });

  test('HTTP/1.0 needs no Host', async () => {
    const answer = await sendBytes(app.server, 'GET /orders HTTP/1.0\r\n\r\n');
    expect([answer.status, JSON.parse(answer.text).success]).toEqual([200, true]);
  });

  test('an expectation that nobody knows is passed over', async () => {
    const answer = await sendBytes(
      app.server,
      `GET /orders HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: bananas\r\n${close}`,
    );
    expect([answer.status, JSON.parse(answer.text).success]).toEqual([200, true]);
  });

  test('a wish to upgrade is passed over', async () => {
    const upgrade = 'Upgrade: websocket\r\nConnection: Upgrade\r\n';
    const answer = await sendBytes(app.server, `GET /nowhere HTTP/1.0\r\n${upgrade}\r\n`);
    expect([answer.status, JSON.parse(answer.text).error.code]).toEqual([404, 'route_not_found']);
  });

  test('the address in full, and * for the whole server, have their answers', async () => {
    const full = await sendBytes(
      app.server,
      `GET http://example.org/orders HTTP/1.1\r\nHost: 127.0.0.1\r\n${close}`,
    );
    expect(full.status).toBe(200);
    expect((await refusalOf(`OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n${close}`)).status).toBe(404);
  });
});
