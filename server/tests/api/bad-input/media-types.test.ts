import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { useTestApp } from '../../support/test-app.js';

const app = useTestApp();

let day = 0;
/** A good order on a day of its own, as text. */
const good = () =>
  JSON.stringify({ datetime: new Date(Date.UTC(2040, 0, ++day, 9)).toISOString(), totalfee: 1 });

function send(headers: Record<string, string>, body: string | Buffer) {
  const all = { 'Content-Type': 'application/json', ...headers };
  return app.send({ method: 'POST', path: '/orders', headers: all, body });
}
const codeOf = (answer: { text: string }) => JSON.parse(answer.text).error?.code;

describe('Content-Type', () => {
  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/jsonp',
    'application/json-patch+json',
    'application/merge-patch+json',
    'text/json',
    'x',
    '',
    'application/json, text/plain',
    'application/json; charset=utf-16',
    'application/json; charset=utf-32',
    'application/json; charset=iso-8859-1',
    'application/json; charset=utf8',
    'application/json; charset=utf-7',
    'application/json; charset="',
    'application/json;charset=',
  ])('%j is refused', async (type) => {
    const answer = await send({ 'Content-Type': type }, good());
    expect([answer.status, codeOf(answer)]).toEqual([415, 'unsupported_media_type']);
    expect(JSON.parse(answer.text).error.details).toMatchObject([{ header: 'Content-Type' }]);
  });

  test('none at all is refused', async () => {
    const answer = await app.send({ method: 'POST', path: '/orders', body: good() });
    expect([answer.status, codeOf(answer)]).toEqual([415, 'unsupported_media_type']);
  });

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'Application/JSON',
    'application/json ; charset="utf-8"',
    'application/json; profile=x',
    'application/json;',
    'application/json; charset=utf-8; charset=utf-16',
  ])('%j is taken', async (type) => {
    expect((await send({ 'Content-Type': type }, good())).status).toBe(201);
  });
});

describe('Content-Encoding', () => {
  test('gzip, deflate and identity are understood', async () => {
    const packed = {
      gzip: gzipSync(good()),
      GZIP: gzipSync(good()),
      deflate: deflateSync(good()),
      identity: good(),
    };
    for (const [encoding, body] of Object.entries(packed)) {
      expect([encoding, (await send({ 'Content-Encoding': encoding }, body)).status]).toEqual([
        encoding,
        201,
      ]);
    }
  });

  test.each(['br', 'zstd', 'compress', 'gzip, gzip', 'x', ''])('%j is refused', async (encoding) => {
    const answer = await send({ 'Content-Encoding': encoding }, brotliCompressSync(good()));
    expect([answer.status, codeOf(answer)]).toEqual([415, 'unsupported_media_type']);
    expect(JSON.parse(answer.text).error.details).toMatchObject([{ header: 'Content-Encoding' }]);
  });

  test('what is not packed as it says is malformed', async () => {
    const whole = gzipSync(good());
    for (const [encoding, body] of [
      ['gzip', Buffer.from(good())],
      ['gzip', whole.subarray(0, -10)],
      ['gzip', Buffer.concat([whole.subarray(0, 12), Buffer.from('xxxxxxx')])],
      ['deflate', Buffer.from(good())],
      ['deflate', whole],
    ] as const) {
      const answer = await send({ 'Content-Encoding': encoding }, body);
      expect([answer.status, codeOf(answer)]).toEqual([400, 'malformed_json']);
    }
  });

  test('a small body that unpacks to a large one is refused', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000, 0x20));
    expect(bomb.length).toBeLessThan(102_400);
    expect((await send({ 'Content-Encoding': 'gzip' }, bomb)).status).toBe(413);
  });
});
