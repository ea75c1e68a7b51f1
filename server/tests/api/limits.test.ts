import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { Storage } from '../../src/storage/storage.js';
import { TIMED_READS } from '../../src/storage/timed-reads.js';
import { useTestApp } from '../support/test-app.js';

/* How much a caller may ask, and how much the server takes at once. */

describe('with RATE_LIMIT_PER_MINUTE', () => {
  const limited = useTestApp({ rateLimitPerMinute: 3 });
  const everybody = { needsKey: () => false, isForLocalCallers: () => false, callerOf: () => null };
  const nobody = { needsKey: () => true, isForLocalCallers: () => false, callerOf: () => null };
  const closed = useTestApp({ rateLimitPerMinute: 2, gate: nobody });
  const proxied = useTestApp({ rateLimitPerMinute: 2, trustProxy: 1, gate: everybody });

  test('a caller is told what is left, then refused with 429 until its minute is over', async () => {
    for (let left = 2; left >= 0; left--) {
      const answer = await limited.api.get('/orders');
      expect(answer.status).toBe(200);
      expect(answer.headers['ratelimit-policy']).toBe('"caller";q=3;w=60');
      expect(answer.headers.ratelimit).toMatch(new RegExp(`^"caller";r=${left};t=\\d+$`));
    }
    const refused = await limited.api.post('/orders').send({ totalfee: 1 });
    expect([refused.status, refused.body.error.code]).toEqual([429, 'rate_limited']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(refused.headers.ratelimit).toMatch(/^"caller";r=0;t=\d+$/);
    expect((await limited.api.get('/health/ready')).status).toBe(200);
    expect((await limited.api.get('/openapi.json')).status).toBe(200);
  });

  test('who has no valid key is counted by its address', async () => {
    const wrong = () =>
      closed.api.get('/orders').set('Authorization', `Bearer rm_${'0'.repeat(12)}_${'A'.repeat(43)}`);
    expect([(await wrong()).status, (await closed.api.get('/orders')).status]).toEqual([401, 401]);
    expect((await wrong()).status).toBe(429);
    expect((await closed.api.get('/nowhere')).status).toBe(429);
  });

  test('each address has its own share, behind a proxy that is trusted', async () => {
    const ask = (address: string) => proxied.api.get('/services').set('X-Forwarded-For', address);
    for (let i = 0; i < 2; i++) expect((await ask('10.0.0.1')).status).toBe(200);
    expect((await ask('10.0.0.1')).status).toBe(429);
    expect((await ask('9.9.9.9, 10.0.0.1')).status).toBe(429); // what a caller says itself does not count
    expect((await ask('10.0.0.2')).status).toBe(200);
  });
});

describe('with MAX_IN_FLIGHT', () => {
  let release: () => void;
  let held: Promise<void>;
  /** A store whose first reads wait until they are let go. */
  const holding = (storage: Storage): Storage =>
    new Proxy(storage, {
      get(target, key) {
        if (key !== 'calendars') {
          const member: unknown = Reflect.get(target, key, target);
          return typeof member === 'function' ? member.bind(target) : member;
        }
        return {
          list: async (after: string | null, limit: number) => {
            await held;
            return target.calendars.list(after, limit);
          },
          find: (id: string) => target.calendars.find(id),
        };
      },
    });
  const app = useTestApp({ maxInFlight: 2, wrap: holding });
  const hold = () => {
    held = new Promise((resolve) => {
      release = resolve;
    });
  };
  /** Sends a request now; Supertest waits until it is asked. */
  const send = (method: 'get' | 'post', path: string) => {
    const sent = app.api[method](path);
    const answer = sent.then((one) => one);
    return answer;
  };

  test('what is too much is refused with a wait, and health and then everything works', async () => {
    hold();
    const underWay = [send('get', '/calendars'), send('get', '/calendars')];
    await sleep(100);
    const waiting = send('get', '/orders'); // the queue has one place
    await sleep(50);
    const refused = await app.api.get('/orders');
    expect([refused.status, refused.body.error.code]).toEqual([503, 'overloaded']);
    expect(refused.headers['retry-after']).toMatch(/^[1-5]$/);
    expect((await app.api.get('/health/live')).status).toBe(200);
    release();
    expect((await Promise.all([...underWay, waiting])).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await app.api.get('/orders')).status).toBe(200);
  });

  test('a write takes the place of a read that waits', async () => {
    hold();
    const underWay = [send('get', '/calendars'), send('get', '/calendars')];
    await sleep(100);
    const read = send('get', '/orders');
    await sleep(50);
    const write = app.api
      .post('/services')
      .send({ name: 'x' })
      .then((one) => one);
    expect((await read).status).toBe(503);
    release();
    await Promise.all(underWay);
    expect((await write).status).toBe(201);
  });

  test('one that waits for too long is refused', async () => {
    hold();
    const underWay = [send('get', '/calendars'), send('get', '/calendars')];
    await sleep(100);
    expect((await send('get', '/orders')).status).toBe(503);
    release();
    await Promise.all(underWay);
  });
});

describe('with PAGE_SIZE_MAX and BATCH_OPERATIONS_MAX', () => {
  const small = useTestApp({ pageSizeMax: 100, batchOperationsMax: 2 });
  const cancels = (count: number) => ({
    atomic: false,
    operations: Array.from({ length: count }, () => ({ op: 'cancel', id: '6560a1b2c3d4e5f601234567' })),
  });

  test('a page that is too large is refused by the parameter, the largest one is given', async () => {
    for (const list of ['/orders', '/services', '/calendars', '/orders/clashes']) {
      const refused = await small.api.get(`${list}?limit=101`);
      expect([refused.status, refused.body.error.details]).toEqual([
        400,
        [
          {
            parameter: 'limit',
            code: 'invalid_value',
            message: 'limit must be a whole number from 1 to 100.',
          },
        ],
      ]);
      expect((await small.api.get(`${list}?limit=100`)).status).toBe(200);
      expect((await small.api.get(list)).status).toBe(200);
    }
  });

  test('a batch that is too long is refused by its list, the longest one is done', async () => {
    const refused = await small.api.post('/orders/batch').send(cancels(3));
    expect([refused.status, refused.body.error.details]).toEqual([
      400,
      [
        {
          pointer: '/operations',
          code: 'invalid_value',
          message: 'operations must be a list of 1 to 2 operations.',
        },
      ],
    ]);
    expect((await small.api.post('/orders/batch').send(cancels(2))).status).toBe(200);
  });
});

describe('metrics', () => {
  const app = useTestApp();

  test('count requests by route and status, clashes and what is under way, and name no id', async () => {
    const made = await app.api.post('/orders').send({ datetime: '2030-01-01T09:00:00Z', totalfee: 1 });
    const id = made.body.data._id;
    await app.api.get(`/orders/${id}`);
    await app.api.post('/orders').send({ datetime: '2030-01-01T09:00:00Z', totalfee: 1 });
    await app.api.get(`/nowhere/${id}`);
    const answer = await app.api.get('/metrics');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const line of [
      'http_request_duration_seconds_count{method="POST",route="/orders",status="201"} 1',
      'http_request_duration_seconds_count{method="POST",route="/orders",status="409"} 1',
      'http_request_duration_seconds_count{method="GET",route="/orders/{id}",status="200"} 1',
      'http_request_duration_seconds_count{method="GET",route="none",status="404"} 1',
      'roundsman_clashes_total 1',
      'roundsman_transaction_duration_seconds_count{outcome="done"} 1',
      'roundsman_transaction_duration_seconds_count{outcome="refused"} 1',
      'http_requests_in_flight 1',
    ]) {
      expect(answer.text.split('\n')).toContain(line);
    }
    expect(answer.text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
    expect(answer.text).not.toContain(id);
  });
});

describe('metrics of batches and of reads', () => {
  const app = useTestApp();

  test('count the clashes that a batch leaves out, and not again where it is told again', async () => {
    const clashes = async () =>
      /^roundsman_clashes_total (\d+)$/m.exec((await app.api.get('/metrics')).text)?.[1];
    const before = Number(await clashes());
    const create = { op: 'create', data: { datetime: '2031-01-01T09:00:00Z', totalfee: 1 } };
    for (let i = 0; i < 2; i++) {
      const told = await app.api
        .post('/orders/batch')
        .set('Idempotency-Key', 'left-out')
        .send({ atomic: false, operations: [create, create, create] });
      expect(told.status).toBe(200);
    }
    expect(Number(await clashes()) - before).toBe(2);
  });

  test('time every kind of read of the store', async () => {
    for (const [repository, timed] of Object.entries(TIMED_READS)) {
      const methods = Object.getOwnPropertyNames(
        Object.getPrototypeOf(app.storage[repository as keyof typeof TIMED_READS]),
      );
      expect([...timed].sort()).toEqual(methods.filter((name) => name !== 'constructor').sort());
    }
    await app.api.get('/orders?count=true');
    await app.api.get('/orders/6560a1b2c3d4e5f601234567');
    const { text } = await app.api.get('/metrics');
    for (const read of ['orders.list', 'orders.count', 'orders.present']) {
      expect(text).toContain(`roundsman_read_duration_seconds_count{read="${read}"} 1\n`);
    }
  });
});

describe('CORS', () => {
  const listed = useTestApp({ corsOrigins: ['http://office.example'] });
  const none = useTestApp();
  const preflight = { Origin: 'http://office.example', 'Access-Control-Request-Method': 'PUT' };

  test('is off unless origins are listed', async () => {
    const answer = await none.api.options('/orders').set(preflight);
    expect(answer.status).not.toBe(204);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('lets a page of a listed origin send and read, and no other', async () => {
    const asked = await listed.api.options('/orders').set(preflight);
    expect(asked.status).toBe(204);
    expect(asked.headers['x-content-type-options']).toBe('nosniff');
    expect((await listed.api.options('/orders')).headers.allow).toBe('GET, HEAD, POST');
    expect(asked.headers).toMatchObject({
      'access-control-allow-origin': 'http://office.example',
      'access-control-allow-methods': expect.stringContaining('PATCH'),
      'access-control-allow-headers': expect.stringContaining('Idempotency-Key'),
    });
    const answer = await listed.api.get('/orders').set('Origin', 'http://office.example');
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': 'http://office.example',
      'access-control-expose-headers': expect.stringContaining('ETag'),
      vary: 'Accept, Origin',
    });
    const other = await listed.api.get('/orders').set('Origin', 'http://evil.example');
    expect([other.status, other.headers['access-control-allow-origin']]).toEqual([403, undefined]);
  });
});
