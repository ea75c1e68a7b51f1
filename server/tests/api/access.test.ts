import { beforeAll, describe, expect, test } from '@jest/globals';
import type { ApiKey } from '../../src/domain/api-key.js';
import { allows, SCOPES, type Scope } from '../../src/domain/scopes.js';
import { KeyService } from '../../src/features/keys/key.service.js';
import { type AuthMode, KeyRing } from '../../src/features/keys/key-ring.js';
import type { Storage } from '../../src/storage/storage.js';
import { hashOf } from '../../src/utils/secret.js';
import { createRunWrite } from '../../src/writes/run-write.js';
import { anId } from '../support/orders.js';
import { useTestApp } from '../support/test-app.js';

/* Who may call: every route with every scope, every wrong key, and the time before the first key. */

let clock = Date.UTC(2026, 10, 24);
const now = () => clock;

/** A ring of keys that is made before the app's store is open. */
function keyRing(mode: AuthMode = 'auto') {
  let storage: Storage;
  const ring = new KeyRing({
    mode,
    keys: { list: (after, limit) => storage.apiKeys.list(after, limit) },
    now,
    noteUses: (ids, at) => service().noteUses(ids, at),
    warn: () => {},
  });
  const service = () => new KeyService({ storage, now, runWrite: createRunWrite({ storage, now }) });
  return {
    gate: ring,
    /** Takes the store when the app has opened it. */
    wrap: (opened: Storage) => {
      storage = opened;
      return opened;
    },
    async make(scopes: Scope[], expiresAt: number | null = null): Promise<{ key: ApiKey; token: string }> {
      const made = await service().create({ name: scopes.join(), scopes, expiresAt, keysMax: 1_000 });
      await ring.refresh();
      return made;
    },
    async revoke(id: string): Promise<void> {
      await service().revoke(id);
      await ring.refresh();
    },
  };
}

const keys = keyRing();
const app = useTestApp({ gate: keys.gate, wrap: keys.wrap });

interface Operation {
  /** Method and path, as they are documented. */
  name: string;
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  path: string;
  /** Null where anybody may call. */
  scope: Scope | null;
}

describe('with keys', () => {
  const tokens = {} as Record<Scope, string>;
  let operations: Operation[];
  beforeAll(async () => {
    for (const scope of SCOPES) tokens[scope] = (await keys.make([scope])).token;
    const { paths } = JSON.parse((await app.api.get('/openapi.json')).text);
    operations = Object.keys(paths).flatMap((path) =>
      Object.entries(paths[path] as Record<string, { security: { apiKey: Scope[] }[] }>).map(
        ([method, { security }]) => ({
          name: `${method} ${path}`,
          method: method as Operation['method'],
          path: path.replace('/{id}', `/${anId()}`).replace('{code}', 'internal'),
          scope: security[0]?.apiKey[0] ?? null,
        }),
      ),
    );
  });
  const ask = ({ method, path }: Pick<Operation, 'method' | 'path'>, token?: string) =>
    token === undefined
      ? app.api[method](path)
      : app.api[method](path).set('Authorization', `Bearer ${token}`);

  /** Which scope each operation needs, as api.md and the README say it; by hand, so that a slip in a route shows. */
  const NEEDED: Record<string, Scope | null> = {
    'get /orders': 'orders:read',
    'post /orders': 'orders:write',
    'post /orders/batch': 'orders:write',
    'get /orders/clashes': 'orders:read',
    'get /orders/{id}': 'orders:read',
    'put /orders/{id}': 'orders:write',
    'patch /orders/{id}': 'orders:write',
    'delete /orders/{id}': 'orders:write',
    'post /orders/{id}/cancel': 'orders:write',
    'post /orders/{id}/restore': 'orders:write',
    'get /services': 'services:read',
    'post /services': 'services:write',
    'get /services/{id}': 'services:read',
    'put /services/{id}': 'services:write',
    'patch /services/{id}': 'services:write',
    'delete /services/{id}': 'services:write',
    'get /calendars': 'calendars:read',
    'post /calendars': 'calendars:write',
    'get /calendars/{id}': 'calendars:read',
    'patch /calendars/{id}': 'calendars:write',
    'get /metrics': 'metrics:read',
    'get /health/live': null,
    'get /health/ready': null,
    'get /openapi.json': null,
    'get /problems/{code}': null,
  };

  test('every route states the scope that it should', () => {
    expect(Object.fromEntries(operations.map(({ name, scope }) => [name, scope]))).toEqual(NEEDED);
  });

  test('every route needs the scope that it states: each is tried with each', async () => {
    for (const operation of operations) {
      for (const scope of SCOPES) {
        const { status, body } = await ask(operation, tokens[scope]);
        const mayCall = operation.scope === null || allows([scope], operation.scope);
        expect([operation, scope, status === 403]).toEqual([operation, scope, !mayCall]);
        if (!mayCall)
          expect(body.error).toMatchObject({
            code: 'forbidden',
            message: expect.stringContaining(String(operation.scope)),
          });
      }
    }
  });

  test('every route that states one needs a key; the others need none', async () => {
    const open = operations.filter(({ scope }) => scope === null).map(({ path }) => path);
    expect(open.sort()).toEqual(['/health/live', '/health/ready', '/openapi.json', '/problems/internal']);
    for (const operation of operations) {
      const { status, headers } = await ask(operation);
      expect([operation, status === 401]).toEqual([operation, operation.scope !== null]);
      if (status === 401) expect(headers['www-authenticate']).toBe('Bearer realm="roundsman"');
    }
    expect((await app.api.get('/docs')).status).not.toBe(401);
  });

  test('what is not there needs a key too', async () => {
    for (const [method, path] of [
      ['get', '/nowhere'],
      ['delete', '/orders'],
      ['put', '/calendars'],
    ] as const) {
      expect([path, (await ask({ method, path })).status]).toEqual([path, 401]);
      expect([404, 405]).toContain((await ask({ method, path }, tokens['metrics:read'])).status);
    }
  });

  test('writing includes reading of its kind and nothing else; admin includes all', () => {
    for (const scope of SCOPES) {
      const allowed = SCOPES.filter((needed) => allows([scope], needed));
      const expected = scope === 'admin' ? SCOPES : [scope.replace(/:write$/, ':read'), scope];
      expect([scope, allowed]).toEqual([scope, [...new Set(expected)]]);
    }
    expect(allows([], 'orders:read')).toBe(false);
  });

  test('a key that is wrong in any way is 401, and the key is not repeated', async () => {
    const { key, token } = await keys.make(['admin']);
    const other = await keys.make(['admin']);
    const expired = await keys.make(['admin'], clock);
    const revoked = await keys.make(['admin']);
    await keys.revoke(revoked.key._id);
    const secret = token.slice(-43);
    const wrong = [
      token.slice(0, -1),
      `${token}A`,
      token.slice(0, 20),
      token.toUpperCase(),
      `rm_${other.key._id}_${secret}`,
      `rm_${'0'.repeat(12)}_${secret}`,
      `rm_${key._id}_${key.secretHash}`,
      `rm_${key._id}_`,
      expired.token,
      revoked.token,
      'x'.repeat(5_000),
    ];
    expect((await ask({ method: 'get', path: '/orders' }, token)).status).toBe(200);
    for (const each of wrong) {
      const answer = await ask({ method: 'get', path: '/orders' }, each);
      expect([each, answer.status, answer.body.error.code]).toEqual([each, 401, 'unauthenticated']);
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="roundsman", error="invalid_token"');
      expect(answer.text).not.toContain(secret);
    }
    for (const header of ['', 'Bearer', `Basic ${token}`, token, `Bearer ${token} x`, `Bearer  `]) {
      const answer = await app.api.get('/orders').set('Authorization', header);
      expect([header, answer.status]).toEqual([header, 401]);
    }
    expect((await app.api.get('/orders').set('Authorization', `bearer ${token}`)).status).toBe(200); // RFC 9110, 11.1
  });

  test('a key is refused from the moment it expires', async () => {
    const { token } = await keys.make(['orders:read'], clock + 1_000);
    const status = async () => (await ask({ method: 'get', path: '/orders' }, token)).status;
    expect(await status()).toBe(200);
    clock += 1_000;
    expect(await status()).toBe(401);
  });

  test('it is refused before its body is read', async () => {
    const body = 'x'.repeat(1_000_000);
    const answer = await app.send({
      method: 'POST',
      path: '/orders',
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(401);
  });

  test('the log has the id of the key, and never the key', async () => {
    const { key, token } = await keys.make(['orders:read']);
    const seen = app.accessLines.length;
    await ask({ method: 'get', path: '/orders' }, token);
    await ask({ method: 'delete', path: `/orders/${anId()}` }, token);
    await ask({ method: 'get', path: '/orders' }, token.slice(0, -1));
    expect(app.accessLines.slice(seen).map(({ caller }) => caller)).toEqual([key._id, key._id, 'open']);
    expect(JSON.stringify(app.accessLines)).not.toContain(token.slice(-40));
  });

  test('keys of one caller are not another’s: two may use one Idempotency-Key', async () => {
    const idempotencyKey = anId();
    const [one, two] = [await keys.make(['services:write']), await keys.make(['services:write'])];
    const add = (token: string) =>
      ask({ method: 'post', path: '/services' }, token)
        .set('Idempotency-Key', idempotencyKey)
        .send({ name: 'x' });
    const [first, second] = [await add(one.token), await add(two.token)];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.data._id).not.toBe(first.body.data._id);
    expect((await add(one.token)).headers['idempotent-replayed']).toBe('true');
  });

  test('of a key only the hash of its secret is kept', async () => {
    const { key, token } = await keys.make(['admin']);
    expect(key.secretHash).toBe(hashOf(token.slice(-43)).toString('hex'));
    const stored = JSON.stringify(await app.storage.apiKeys.list(null, 1_000));
    expect(stored).not.toContain(token.slice(-43));
  });

  test('when the keys are gone, as while a backup is being restored, it stays closed', async () => {
    const gone = keyRing();
    const { gate } = gone;
    gone.wrap(app.storage);
    await gate.refresh();
    expect([gate.needsKey(), gate.isForLocalCallers()]).toEqual([true, false]);
    gone.wrap({ apiKeys: { list: async () => [] } } as unknown as Storage);
    await gate.refresh();
    expect([gate.needsKey(), gate.isForLocalCallers()]).toEqual([true, false]);
  });

  test('when all are revoked, it stays closed', async () => {
    for (const key of await app.storage.apiKeys.list(null, 1_000)) await keys.revoke(key._id);
    expect((await app.api.get('/orders')).status).toBe(401);
  });
});

describe('before the first key', () => {
  const fresh = keyRing();
  const open = useTestApp({
    gate: fresh.gate,
    corsOrigins: ['http://localhost:5173'],
    wrap: fresh.wrap,
  });
  const ask = (headers: Record<string, string>, path = '/orders') =>
    open.send({ method: 'GET', path, headers });

  test('callers of this machine need none', async () => {
    for (const host of [
      'localhost',
      'localhost:7000',
      '127.0.0.1:7000',
      '127.8.8.8',
      '[::1]:7000',
      'LOCALHOST',
    ]) {
      expect([host, (await ask({ Host: host })).status]).toEqual([host, 200]);
    }
    expect((await ask({ Host: 'localhost:7000', Origin: 'http://localhost:7000' })).status).toBe(200);
    expect((await ask({ Host: 'localhost:7000', Origin: 'http://localhost:5173' })).status).toBe(200);
    expect((await ask({ Host: 'localhost', Authorization: 'Bearer x' })).status).toBe(200);
  });

  test.each([
    ['Host', { Host: 'evil.example' }],
    ['Host', { Host: 'localhost.evil.example' }],
    ['Host', { Host: '127.0.0.1.evil.example:7000' }],
    ['Host', { Host: '192.168.1.2' }],
    ['Origin', { Host: 'localhost', Origin: 'https://evil.example' }],
    ['Origin', { Host: 'localhost:7000', Origin: 'http://localhost:3000' }],
    ['Origin', { Host: 'localhost', Origin: 'null' }],
    ['forwarded', { Host: 'localhost', Forwarded: 'for=1.2.3.4' }],
    ['via', { Host: 'localhost', Via: '1.1 proxy' }],
    ['x-real-ip', { Host: 'localhost', 'X-Real-IP': '127.0.0.1' }],
    ['x-forwarded-for', { Host: 'localhost', 'X-Forwarded-For': '127.0.0.1' }],
    ['x-forwarded-host', { Host: 'localhost', 'X-Forwarded-Host': 'localhost' }],
    ['x-forwarded-proto', { Host: 'localhost', 'X-Forwarded-Proto': 'http' }],
  ])('what comes from elsewhere by its %s is refused with how to make a key: %j', async (header, headers) => {
    for (const path of ['/orders', '/openapi.json', '/nowhere']) {
      const answer = await ask(headers as Record<string, string>, path);
      expect([path, answer.status]).toEqual([path, 403]);
      expect(JSON.parse(answer.text).error).toMatchObject({
        code: 'forbidden',
        message: expect.stringContaining('npx roundsman keys create'),
        details: [{ header, code: 'not_local' }],
      });
    }
    expect((await ask(headers as Record<string, string>, '/health/ready')).status).toBe(200);
  });

  test('the first key closes it', async () => {
    const { token } = await fresh.make(['orders:read']);
    expect((await ask({ Host: 'localhost' })).status).toBe(401);
    const headers = {
      Host: 'orders.example',
      'X-Forwarded-For': '1.2.3.4',
      Authorization: `Bearer ${token}`,
    };
    expect((await ask(headers)).status).toBe(200);
  });
});

describe('AUTH', () => {
  const required = keyRing('required');
  const closed = useTestApp({ gate: required.gate, wrap: required.wrap });
  const off = keyRing('off');
  const everybody = useTestApp({ gate: off.gate, wrap: off.wrap });

  test('required: nobody gets in until a key is made', async () => {
    expect((await closed.api.get('/orders')).status).toBe(401);
    const { token } = await required.make(['admin']);
    expect((await closed.api.get('/orders').set('Authorization', `Bearer ${token}`)).status).toBe(200);
  });

  test('off: everybody gets in, with or without a key', async () => {
    await off.make(['orders:read']);
    expect((await everybody.api.delete(`/orders/${anId()}`).set('Host', 'x.example')).status).toBe(404);
  });
});
