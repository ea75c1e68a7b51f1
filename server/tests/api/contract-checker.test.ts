import { expect, test } from '@jest/globals';
import { openApiOf } from '../../src/app.js';
import { ContractChecker } from '../support/contract-checker.js';
import { contractRoutes } from '../support/contract-routes.js';
import { useTestApp } from '../support/test-app.js';

/* The other API tests lean on this: an answer that is not as documented is noticed. */

const app = useTestApp();

function checkerOf(conflictStatus: number): ContractChecker {
  return new ContractChecker(JSON.parse(openApiOf(contractRoutes(app))), { conflictStatus });
}

async function anExchange() {
  const { status, headers, text } = await app.send({ method: 'GET', path: '/services' });
  return { method: 'GET', path: '/services', status, headers, text };
}

async function aClash() {
  const order = { datetime: '2026-12-01T09:00:00Z', totalfee: 1 };
  await app.api.post('/orders').send(order);
  const { status, headers, text } = await app.api.post('/orders').send(order);
  expect(status).toBe(409);
  return { method: 'POST', path: '/orders', status, headers, text };
}

test('finds nothing wrong with an answer that is as documented', async () => {
  expect(checkerOf(409).violations(await anExchange())).toEqual([]);
});

test('finds a member too many, a member missing, and a wrong type', async () => {
  const exchange = await anExchange();
  for (const [from, to] of [
    ['"success":true', '"success":true,"extra":1'],
    ['"hasMore":false,', ''],
    ['"data":[]', '"data":{}'],
    ['"data":[]', '"data":[{"_id":"1"}]'],
  ] as const) {
    expect(exchange.text).toContain(from);
    const text = exchange.text.replace(from, to);
    expect(checkerOf(409).violations({ ...exchange, text })).not.toEqual([]);
  }
});

test('finds an undocumented status, media type and success, and a missing header', async () => {
  const exchange = await anExchange();
  const checker = checkerOf(409);
  const { 'x-request-id': _, ...withoutRequestId } = exchange.headers;
  const html = { ...exchange.headers, 'content-type': 'text/html' };
  expect(checker.violations({ ...exchange, status: 204 })).not.toEqual([]);
  expect(checker.violations({ ...exchange, headers: html })).not.toEqual([]);
  expect(checker.violations({ ...exchange, headers: withoutRequestId })).not.toEqual([]);
  expect(checker.violations({ ...exchange, path: '/nowhere' })).not.toEqual([]);
  expect(checker.violations({ ...exchange, method: 'HEAD' })).not.toEqual([]);
});

test('finds an error whose code has another status', async () => {
  const exchange = {
    method: 'GET',
    path: '/nowhere',
    ...(await app.send({ method: 'GET', path: '/nowhere' })),
  };
  const text = exchange.text.replace('"status":404', '"status":400');
  expect(checkerOf(409).violations(exchange)).toEqual([]);
  expect(checkerOf(409).violations({ ...exchange, status: 400, text })).not.toEqual([]);
});

test('lets a clash have the status 400 only where CONFLICT_STATUS says so', async () => {
  const clash = await aClash();
  const changed = { ...clash, status: 400, text: clash.text.replace('"status":409', '"status":400') };
  expect(checkerOf(409).violations(changed)).not.toEqual([]);
  expect(checkerOf(400).violations(changed)).toEqual([]);
  expect(
    checkerOf(400).violations({ ...changed, text: changed.text.replace('"number":1', '"number":"1"') }),
  ).not.toEqual([]);
});
