import { describe, expect, test } from '@jest/globals';
import type { ApiKey } from '../domain/api-key.js';
import { exposureFinding, keyFindings, nodeFinding } from './doctor-findings.js';

const NOW = Date.parse('2026-12-01T09:00:00Z');
const DAY_MS = 86_400_000;

function aKey(members: Partial<ApiKey> = {}): ApiKey {
  const never = { expiresAt: null, revokedAt: null, lastUsedAt: null };
  return {
    _id: '0123456789ab',
    name: 'office',
    scopes: ['admin'],
    secretHash: '',
    createdAt: 0,
    ...never,
    ...members,
  };
}

test.each([
  ['20.19.0', true],
  ['20.20.2', true],
  ['24.0.0', true],
  ['20.18.9', false],
  ['18.20.0', false],
])('Node.js %s is new enough: %p', (version, isWell) => {
  expect(nodeFinding(version)).toMatchObject({ isWell, sentence: expect.stringContaining(version) });
});

describe('keys', () => {
  const wellOf = (key: ApiKey) => keyFindings([key], NOW).every(({ isWell }) => isWell);

  test.each([
    ['never expires', {}, true],
    ['expires in 15 days', { expiresAt: NOW + 15 * DAY_MS }, true],
    ['expires in 14 days', { expiresAt: NOW + 14 * DAY_MS }, false],
    ['has expired', { expiresAt: NOW }, false],
    ['was revoked after it had expired', { expiresAt: NOW - 2, revokedAt: NOW - 1 }, true],
  ])('one that %s', (_, members, isWell) => {
    expect(wellOf(aKey(members))).toBe(isWell);
  });

  test('are counted: those that open something, and all', () => {
    const keys = [aKey(), aKey({ revokedAt: 1 }), aKey({ expiresAt: NOW - 1 })];
    expect(keyFindings(keys, NOW)[0]?.sentence).toBe('API keys that open something: 1; made in all: 3.');
  });
});

describe('exposure', () => {
  const usual = { host: '127.0.0.1', port: 7000, auth: 'auto', corsOrigins: [], trustProxy: null } as const;
  const usable = [aKey()];
  const expired = [aKey({ expiresAt: NOW })];

  test.each([
    [{}, [], true, /^Only this machine can reach 127\.0\.0\.1 port 7000, without a key/],
    [{}, usable, true, /^Only this machine .*, with an API key\.$/],
    [{}, expired, false, /no API key opens anything: make one/],
    [{ auth: 'off' }, usable, true, /without a key \(AUTH=off\)/],
    [{ auth: 'required' }, [], false, /no API key opens anything: make one/],
    [{ host: '0.0.0.0' }, [], false, /^This machine and other machines .*no API key was made/],
    [{ host: '0.0.0.0' }, usable, true, /^This machine and other machines .*, with an API key\.$/],
    [{ host: '0.0.0.0' }, null, true, /stands in the store/],
    [{ host: '0.0.0.0', auth: 'off' }, usable, false, /may read and write everything .*set AUTH=required/],
    [{ host: '0.0.0.0', auth: 'off' }, null, false, /may read and write everything/],
    [{ trustProxy: 1, auth: 'off' }, usable, false, /through the proxy .*may read and write everything/],
    [{ trustProxy: 1 }, [], false, /no API key was made/],
    [{ corsOrigins: ['https://a.example'] }, [], true, /web pages of https:\/\/a\.example/],
  ] as const)('%j with the keys %j', (settings, keys, isWell, sentence) => {
    expect(exposureFinding({ ...usual, ...settings }, keys, NOW)).toMatchObject({
      isWell,
      sentence: expect.stringMatching(sentence),
    });
  });
});
