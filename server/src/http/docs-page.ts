import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import express, { type Express, type Response } from 'express';
import { refuseMethod } from './route.js';
import { STATIC_HEADERS } from './static-headers.js';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Roundsman API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
});
`;

const FILES = ['/swagger-ui.css', '/swagger-ui-bundle.js'];

/**
 * The page to read the contract and try it, from the installed package alone: it works offline and
 * under a content security policy without inline scripts.
 */
export function mountDocsPage(app: Express): void {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const setHeaders = (res: Response, requestId: string) => {
    for (const name in STATIC_HEADERS) res.setHeader(name, STATIC_HEADERS[name] as string);
    res.setHeader('X-Request-Id', requestId);
  };
  const files = express.static(folder, { index: false, redirect: false });
  app.get(['/docs', '/docs/'], (req, res) => {
    setHeaders(res, req.requestId);
    res.type('html').send(PAGE);
  });
  app.all(['/docs', '/docs/'], refuseMethod(['GET']));
  app.get('/docs/start.js', (req, res) => {
    setHeaders(res, req.requestId);
    res.type('js').send(START);
  });
  app.use('/docs', (req, res, next) => {
    if (!FILES.includes(req.path) || (req.method !== 'GET' && req.method !== 'HEAD')) return next();
    setHeaders(res, req.requestId);
    files(req, res, next);
  });
}
