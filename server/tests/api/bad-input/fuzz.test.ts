import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bookingOn } from '../../support/booking.js';
import type { PlainAnswer, PlainRequest } from '../../support/http.js';
import { useTestApp } from '../../support/test-app.js';

/*
 * Whatever is sent: never a 5xx, always JSON in the envelope and as documented (useTestApp looks),
 * and every pointer of a fault leads to what was sent, or to a member that is missing there.
 */

const RUNS = 300;
const app = useTestApp();
const { book } = bookingOn(app);

const odd = fc.constantFrom<unknown>(
  '',
  '\0',
  '\uD800',
  'default',
  '2026-12-01T09:00:00Z',
  '2026-02-30T09:00:00Z',
  '6560a1b2c3d4e5f601234567',
  '__proto__',
  0,
  -0,
  0.005,
  1e9,
  1e21,
  Number.MAX_SAFE_INTEGER,
  null,
  true,
  [],
  {},
  { $gt: '' },
  { id: '6560a1b2c3d4e5f601234567' },
);
const value = fc.oneof(odd, fc.jsonValue({ maxDepth: 3 }));
const key = fc.oneof(
  fc.constantFrom(
    'datetime',
    'totalfee',
    'services',
    'calendar',
    'name',
    '_id',
    'version',
    '__proto__',
    'constructor',
    '$gt',
    '~/',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
/** JSON text, so that members named __proto__ and a member twice come through. */
const objectText = fc
  .array(fc.tuple(key, fc.oneof(value, fc.array(value, { maxLength: 3 }))), { maxLength: 6 })
  .map(
    (members) =>
      `{${members.map(([name, one]) => `${JSON.stringify(name)}:${JSON.stringify(one)}`).join(',')}}`,
  );
const bodyText = fc.oneof(
  { weight: 6, arbitrary: objectText },
  { weight: 2, arbitrary: value.map((one) => JSON.stringify(one)) },
  { weight: 1, arbitrary: fc.string({ maxLength: 30 }) },
);

function envelopeOf({ status, headers, text }: PlainAnswer, request: PlainRequest) {
  const seen = `${JSON.stringify(request)} → ${status} ${text.slice(0, 300)}`;
  if (status >= 500 || status < 200) throw new Error(`not to be answered: ${seen}`);
  if (!/^application\/json/.test(headers['content-type'] ?? '')) throw new Error(`no JSON: ${seen}`);
  const body = JSON.parse(text);
  if (body.success !== status < 400 || body.status !== status) throw new Error(`no envelope: ${seen}`);
  return body;
}

/** Whether a pointer leads into the body: to a member that is there, or out of an object that is there. */
function resolves(pointer: string, text: string): boolean {
  if (pointer === '') return true;
  const steps = pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  let at: unknown = JSON.parse(text);
  for (const step of steps) {
    if (typeof at !== 'object' || at === null) return false;
    at = Object.getOwnPropertyDescriptor(at, step)?.value;
  }
  return pointer.startsWith('/');
}

test('random bodies', async () => {
  const order = await book({ datetime: '2050-01-01T00:00:00Z' });
  const targets = fc.constantFrom(
    ['POST', '/orders'],
    ['PUT', `/orders/${order._id}`],
    ['POST', '/services'],
  );
  await fc.assert(
    fc.asyncProperty(targets, bodyText, async ([method = '', path = ''], text) => {
      const request = { method, path, headers: { 'Content-Type': 'application/json' }, body: text };
      const { success, error } = envelopeOf(await app.send(request), request);
      if (success) return;
      expect([
        'malformed_json',
        'validation_failed',
        'unknown_service',
        'unknown_calendar',
        'booking_clash',
      ]).toContain(error.code);
      if (error.code === 'malformed_json') return;
      expect(error.details).not.toEqual([]);
      for (const { pointer } of error.details) {
        if (typeof pointer !== 'string' || !resolves(pointer, text)) {
          throw new Error(`${pointer} leads nowhere in ${text}`);
        }
      }
    }),
    { numRuns: RUNS },
  );
});

/** What may stand in a request's target: visible ASCII, and bytes above it. */
const targetCharacter = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...'/%?&=[]$.:;~-_*+abcdefABCDEF0123456789') },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 0x21, max: 0xff })
      .filter((code) => code !== 0x7f)
      .map((code) => String.fromCharCode(code)),
  },
);
const piece = fc.oneof(
  fc.constantFrom(
    'orders',
    'services',
    'problems',
    'health',
    'live',
    '6560a1b2c3d4e5f601234567',
    '..',
    '.',
    '',
    '%2f',
    '%00',
    '%zz',
    '%E0%A4',
    '__proto__',
  ),
  fc.string({ unit: targetCharacter, maxLength: 8 }),
);
const parameter = fc.tuple(
  fc.oneof(
    fc.constantFrom(
      'limit',
      'cursor',
      'sort',
      'number',
      'service',
      'calendar',
      'datetime[gte]',
      'datetime%5Blt%5D',
      '__proto__',
      '',
    ),
    piece,
  ),
  fc.oneof(
    fc.constantFrom('1', '0', '', 'number', '-datetime', 'default', '2026-12-01T09:00:00Z', 'W10'),
    piece,
  ),
);
const target = fc
  .tuple(fc.array(piece, { maxLength: 4 }), fc.option(fc.array(parameter, { maxLength: 4 })))
  .map(
    ([pieces, query]) =>
      `/${pieces.join('/')}${query === null ? '' : `?${query.map((pair) => pair.join('=')).join('&')}`}`,
  )
  .filter((path) => !/^\/docs(?![^/?])/i.test(path)); // pages and scripts are not in the envelope

test('random addresses', async () => {
  const methods = fc.constantFrom('GET', 'GET', 'GET', 'DELETE', 'PUT', 'POST', 'PATCH', 'OPTIONS');
  await fc.assert(
    fc.asyncProperty(methods, target, async (method, path) => {
      const request = { method, path };
      const answer = await app.send(request);
      if (/^\/openapi\.json/i.test(path) && answer.status === 200) return;
      const { success, error } = envelopeOf(answer, request);
      if (success) return;
      for (const detail of error.details)
        expect(detail).toMatchObject({ message: expect.any(String), code: expect.any(String) });
    }),
    { numRuns: RUNS },
  );
});
