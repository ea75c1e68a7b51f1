import { describe, expect, test } from '@jest/globals';
import { ConfigError, isLoopback, parseConfig, SETTINGS } from './config.js';

const ROOT = '/srv/roundsman';

function faultsOf(env: Record<string, string>): string[] {
  try {
    parseConfig(env, ROOT);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('without any setting', () => {
  test('every setting has its default', () => {
    expect(parseConfig({}, ROOT)).toEqual({
      port: 7000,
      host: '127.0.0.1',
      database: {
        kind: 'sqlite',
        file: '/srv/roundsman/data/roundsman.db',
        display: '/srv/roundsman/data/roundsman.db',
      },
      conflictStatus: 409,
      auth: 'auto',
      corsOrigins: [],
      logLevel: 'info',
      bodyLimitBytes: 102_400,
      batchBodyLimitBytes: 1_048_576,
      pageSizeMax: 1_000,
      batchOperationsMax: 100,
      apiKeysMax: 10_000,
      requireIfMatch: false,
      rateLimitPerMinute: 0,
      maxInFlight: 1_000,
      headersTimeoutMs: 10_000,
      requestTimeoutMs: 30_000,
      trustProxy: null,
      storeBusyMs: 5_000,
      shutdownGraceMs: 25_000,
    });
  });

  test('an empty value counts as none, and what is not ours is not looked at', () => {
    const empty = Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, '']));
    expect(parseConfig({ ...empty, PATH: '/bin', HOSTNAME: 'x' }, ROOT)).toEqual(parseConfig({}, ROOT));
  });
});

test('every setting can be set', () => {
  const env = {
    PORT: '0',
    HOST: 'localhost',
    DATABASE_URL: 'file:/var/lib/r.db',
    CONFLICT_STATUS: '400',
    AUTH: 'required',
    CORS_ORIGINS: 'https://a.example, http://localhost:5173',
    LOG_LEVEL: 'silent',
    BODY_LIMIT_BYTES: '1024',
    BATCH_BODY_LIMIT_BYTES: '2048',
    PAGE_SIZE_MAX: '200',
    BATCH_OPERATIONS_MAX: '5',
    API_KEYS_MAX: '3',
    REQUIRE_IF_MATCH: 'true',
    RATE_LIMIT_PER_MINUTE: '600',
    MAX_IN_FLIGHT: '10',
    HEADERS_TIMEOUT_MS: '1000',
    REQUEST_TIMEOUT_MS: '2000',
    TRUST_PROXY: '10.0.0.0/8, ::1',
    STORE_BUSY_MS: '1',
    SHUTDOWN_GRACE_MS: '0',
  };
  expect(Object.keys(env).sort()).toEqual(Object.keys(SETTINGS).sort());
  expect(parseConfig(env, ROOT)).toEqual({
    port: 0,
    host: 'localhost',
    database: { kind: 'sqlite', file: '/var/lib/r.db', display: '/var/lib/r.db' },
    conflictStatus: 400,
    auth: 'required',
    corsOrigins: ['https://a.example', 'http://localhost:5173'],
    logLevel: 'silent',
    bodyLimitBytes: 1_024,
    batchBodyLimitBytes: 2_048,
    pageSizeMax: 200,
    batchOperationsMax: 5,
    apiKeysMax: 3,
    requireIfMatch: true,
    rateLimitPerMinute: 600,
    maxInFlight: 10,
    headersTimeoutMs: 1_000,
    requestTimeoutMs: 2_000,
    trustProxy: '10.0.0.0/8, ::1',
    storeBusyMs: 1,
    shutdownGraceMs: 0,
  });
});

test('the settings cannot be changed afterwards', () => {
  expect(Object.isFrozen(parseConfig({}, ROOT))).toBe(true);
});

test('all faults are told at once, a sentence each, by the name of the setting', () => {
  const env = {
    PORT: '70000',
    HOST: 'not a host',
    AUTH: 'maybe',
    CORS_ORIGINS: '*',
    DATABASE_URL: 'mysql://x',
    CONFLICT_STATUS: '422',
    LOG_LEVEL: 'loud',
    BODY_LIMIT_BYTES: '1',
    STORE_BUSY_MS: '-1',
    SHUTDOWN_GRACE_MS: 'soon',
  };
  const faults = faultsOf(env);
  expect(faults.map((fault) => fault.split(' ')[0]).sort()).toEqual(Object.keys(env).sort());
  for (const fault of faults) expect(fault).toMatch(/^[A-Z_]+ must .+\.$/);
});

describe('numbers', () => {
  test.each(['-1', '1.5', '1e3', '0x10', ' 1', '65536', 'x', '99999999999999999999', '١'])(
    'PORT %j is refused',
    (PORT) => {
      expect(faultsOf({ PORT })).toEqual(['PORT must be a whole number from 0 to 65535.']);
    },
  );

  test.each(['0', '1', '65535', '007000'])('PORT %j is taken', (PORT) => {
    expect(parseConfig({ PORT }, ROOT).port).toBe(Number(PORT));
  });
});

describe('HOST', () => {
  test.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('%s is loopback', (HOST) => {
    expect(parseConfig({ HOST }, ROOT).host).toBe(HOST);
  });

  test('in brackets is the address in them', () => {
    expect(parseConfig({ HOST: '[::1]' }, ROOT).host).toBe('::1');
  });

  test.each(['127.0.0.1', '127.255.0.1', '::1', '[::1]', 'localhost'])(
    '%s is reached from this machine only',
    (host) => {
      expect(isLoopback(host)).toBe(true);
    },
  );

  test.each([
    '0.0.0.0',
    '::',
    '192.168.1.2',
    '128.0.0.1',
    'example.org',
    'localhost.example.org',
    '127.0.0.1.example.org',
  ])('%s is taken, and may be reached by others', (HOST) => {
    expect(isLoopback(parseConfig({ HOST }, ROOT).host)).toBe(false);
  });

  test.each(['127.0.0.1\n0.0.0.0', 'a b', 'http://x', 'x:80', '*'])('%j is refused', (HOST) => {
    expect(faultsOf({ HOST })).toEqual([expect.stringMatching(/^HOST must be an address/)]);
  });
});

describe('TRUST_PROXY', () => {
  test('may be how many proxies there are', () => {
    expect(parseConfig({ TRUST_PROXY: '2' }, ROOT).trustProxy).toBe(2);
  });

  test.each(['0', 'true', '*', 'proxy.example', '10.0.0.1,', '-1', '10.0.0.0/33', '::1/129'])(
    '%j is refused',
    (TRUST_PROXY) => {
      expect(faultsOf({ TRUST_PROXY })).toEqual([expect.stringMatching(/^TRUST_PROXY must be how many/)]);
    },
  );
});

describe('CORS_ORIGINS', () => {
  test.each(['*', 'null', 'https://a.example/', 'a.example', 'https://a.example,', 'ftp://a.example'])(
    '%j is refused',
    (CORS_ORIGINS) => {
      expect(faultsOf({ CORS_ORIGINS })).toEqual([expect.stringMatching(/^CORS_ORIGINS must be origins/)]);
    },
  );
});

describe('DATABASE_URL', () => {
  test.each([
    ['file:./data/x.db', '/srv/roundsman/data/x.db'],
    ['file:x.db', '/srv/roundsman/x.db'],
    ['file:../x.db', '/srv/x.db'],
    ['file:/abs/x.db', '/abs/x.db'],
    ['file:///abs/x.db', '/abs/x.db'],
    ['file:/a b/ä.db', '/a b/ä.db'],
  ])('%s names %s: a relative path counts from the root', (DATABASE_URL, file) => {
    expect(parseConfig({ DATABASE_URL }, ROOT).database).toEqual({ kind: 'sqlite', file, display: file });
  });

  test.each([
    'x.db',
    '/abs/x.db',
    'postgres://x/y',
    'file:',
    'file::memory:',
    'file:x.db?mode=ro',
    'file:x.db#y',
    'file:x\0.db',
  ])('%j is refused with what to write', (DATABASE_URL) => {
    expect(faultsOf({ DATABASE_URL })).toEqual([expect.stringMatching(/^DATABASE_URL must .+\.$/)]);
  });

  test.each(['w=1', 'w=0', 'w=2', 'journal=false', 'j=false', 'readPreference=secondary'])(
    'mongodb: with %s is refused, and its password is not repeated',
    (option) => {
      const faults = faultsOf({ DATABASE_URL: `mongodb://user:geheim@127.0.0.1/x?${option}` });
      expect(faults).toEqual([
        expect.stringMatching(`^DATABASE_URL must not say ${option}, .+ leave it out`),
      ]);
      expect(faults.join()).not.toContain('geheim');
    },
  );
});
