import { describe, expect, test } from '@jest/globals';
import { openApiOf } from '../../src/app.js';
import { ERROR_CODES } from '../../src/domain/errors.js';
import { contractRoutes } from '../support/contract-routes.js';
import { useTestApp } from '../support/test-app.js';

const app = useTestApp();
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

describe('GET /openapi.json', () => {
  test('gives the contract that the routes make', async () => {
    const answer = await app.api.get('/openapi.json');
    expect([answer.status, answer.type]).toEqual([200, 'application/json']);
    expect(answer.text).toBe(openApiOf(contractRoutes(app)));
    expect(answer.body.openapi).toBe('3.1.0');
  });
});

describe('GET /docs', () => {
  test.each(['/docs', '/docs/'])(
    '%s is a page without inline scripts, whose files are all served from here',
    async (path) => {
      const page = await app.api.get(path);
      expect([page.status, page.type]).toEqual([200, 'text/html']);
      expect(page.text).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|https?:/);
      const linked = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] as string);
      const files = linked.filter((address) => address !== 'data:,'); // the empty icon
      expect(files).toHaveLength(3);
      for (const file of files) {
        const answer = await app.api.get(file);
        expect([file, answer.status]).toEqual([file, 200]);
        expect(answer.type).toMatch(
          file.endsWith('.css') ? /^text\/css$/ : /^(text|application)\/javascript$/,
        );
        expect(answer.headers['x-content-type-options']).toBe('nosniff');
      }
    },
  );

  test('starts on the contract of this server and asks no other', async () => {
    const { text } = await app.api.get('/docs/start.js');
    expect(text).toContain("url: '/openapi.json'");
    expect(text).toContain('validatorUrl: null');
  });

  test.each([
    '/docs/index.html',
    '/docs/package.json',
    '/docs/swagger-ui.css.map',
    '/docs/../package.json',
    '/docs/%2e%2e/package.json',
    '/docs/..%2fpackage.json',
    '/docs/swagger-ui.css/',
    '/docs/%',
    '/docs/%00',
  ])('%s is not there', async (path) => {
    const answer = await app.send({ method: 'GET', path });
    expect([answer.status, JSON.parse(answer.text).error.code]).toEqual([404, 'route_not_found']);
  });

  test('takes no other method', async () => {
    const answer = await app.api.post('/docs');
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
  });
});

describe('GET /problems/:code', () => {
  test.each(ERROR_CODES)(
    'says what %s means and what to do, as JSON and to a browser as a page',
    async (code) => {
      const answer = await app.api.get(`/problems/${code}`);
      expect(answer.status).toBe(200);
      const { title, meaning, remedy, status } = answer.body.data;
      expect(answer.body.data).toEqual({ code, status, title, meaning, remedy });

      const page = await app.api.get(`/problems/${code}`).set('Accept', BROWSER);
      expect([page.status, page.type, page.headers.vary]).toEqual([200, 'text/html', 'Accept']);
      for (const text of [code, String(status), title, meaning, remedy]) expect(page.text).toContain(text);
      expect(page.text).not.toMatch(/<script|<style/);
    },
  );

  test.each(['nothing', 'BOOKING_CLASH', '__proto__', 'constructor', '%3Cscript%3E'])(
    'finds no code %s',
    async (code) => {
      const answer = await app.api.get(`/problems/${code}`).set('Accept', BROWSER);
      expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found']);
    },
  );

  test('is where the type of an error leads', async () => {
    const error = await app.api.get('/orders/1');
    const answer = await app.api.get(error.body.type);
    expect([answer.body.data.code, answer.body.data.title]).toEqual([
      error.body.error.code,
      error.body.title,
    ]);
  });
});
