import { expect, test } from '@jest/globals';
import { type ApiKey, isUsable } from './api-key.js';
import { AppError } from './errors.js';
import { allows, SCOPES, type Scope } from './scopes.js';

const KEY: ApiKey = {
  _id: 'k',
  name: 'till',
  scopes: [],
  secretHash: '',
  createdAt: 0,
  expiresAt: null,
  revokedAt: null,
  lastUsedAt: null,
};

test('a key can be used until the moment it expires, or is revoked', () => {
  expect(isUsable(KEY, 5)).toBe(true);
  expect([4, 5, 6].map((now) => isUsable({ ...KEY, expiresAt: 5 }, now))).toEqual([true, false, false]);
  expect(isUsable({ ...KEY, revokedAt: 1 }, 5)).toBe(false);
  expect(isUsable({ ...KEY, revokedAt: 1, expiresAt: 9 }, 5)).toBe(false);
});

const READ = ['orders:read', 'services:read', 'calendars:read'] as const;

test('a scope allows itself, writing also reading of its kind, and admin everything', () => {
  expect(SCOPES).toEqual([
    ...READ.flatMap((read) => [read, read.replace('read', 'write')]),
    'metrics:read',
    'admin',
  ]);
  const allowed = (scope: Scope) => SCOPES.filter((needed) => allows([scope], needed));
  for (const read of READ) {
    const write = read.replace('read', 'write') as Scope;
    expect(allowed(read)).toEqual([read]);
    expect(allowed(write)).toEqual([read, write]);
  }
  expect(allowed('metrics:read')).toEqual(['metrics:read']);
  expect(allowed('admin')).toEqual(SCOPES);
  expect(allows([], 'orders:read')).toBe(false);
  expect(allows(['services:read', 'orders:read'], 'orders:read')).toBe(true);
});

test('an error has its code, its sentence, and no details where none are given', () => {
  const plain = new AppError('not_found', 'There is no order.');
  expect(plain).toMatchObject({ code: 'not_found', message: 'There is no order.', details: [], extra: {} });
  expect(plain.name).toBe('AppError');
  expect('cause' in plain).toBe(false);
  const cause = new Error('why');
  const details = [{ pointer: '/a', code: 'b', message: 'c' }];
  const full = new AppError('not_found', 'x', { details, extra: { clash: 1 }, cause });
  expect(full).toMatchObject({ details, extra: { clash: 1 }, cause });
});
