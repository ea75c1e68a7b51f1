/*
 * What may import what: the table of docs/architecture.md as rules. `$1` is the folder that a file is in.
 * server/tests/architecture holds that these rules find violations and that every file was seen.
 */
const rule = (name, from, pathNot, extra = {}) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$' },
  to: { pathNot, ...extra },
});

const src = (path) => `^src/${path}`;
const NODE = ['core'];
const PORT = src('storage/storage\\.ts$');

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        path: '^src/',
        pathNot: ['/main\\.ts$', '/start\\.ts$', '/cli/roundsman\\.ts$', '\\.test\\.ts$'],
      },
      to: {},
    },
    {
      name: 'product-never-imports-tests',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { path: ['^tests/', '\\.test\\.ts$'] },
    },
    {
      name: 'product-needs-no-dev-dependencies',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
    },
    rule('domain-only-domain', src('domain/'), [src('domain/')]),
    rule('utils-only-utils', src('utils/'), [src('utils/')], { dependencyTypesNot: NODE }),
    rule('config-only', src('config/'), [src('config/'), src('utils/'), 'node_modules/zod/'], {
      dependencyTypesNot: NODE,
    }),
    rule('port-only-domain', PORT, [src('domain/')]),
    rule(
      'adapter-only-its-own',
      src('storage/([^/]+)/'),
      [src('storage/$1/'), src('domain/'), src('utils/'), PORT, 'node_modules/(libsql|mongoose|mongodb)/'],
      { dependencyTypesNot: NODE },
    ),
    rule('open-storage', src('storage/open-storage\\.ts$'), [PORT, src('config/'), src('storage/[^/]+/')]),
    {
      name: 'adapters-are-loaded-only-when-chosen',
      severity: 'error',
      from: { path: src('storage/open-storage\\.ts$') },
      to: { path: src('storage/[^/]+/'), dependencyTypesNot: ['dynamic-import'] },
    },
    rule('writes-only', src('writes/'), [src('writes/'), src('domain/'), src('utils/'), PORT]),
    rule(
      'http-only',
      src('http/'),
      [
        src('http/'),
        src('domain/'),
        src('utils/'),
        'node_modules/(@types/)?(express|zod|helmet|safe-stable-stringify|limiter|lru-cache|swagger-ui-dist)',
      ],
      { dependencyTypesNot: NODE },
    ),
    rule('feature-only-its-own', src('features/([^/]+)/'), [
      src('features/$1/'),
      src('http/'),
      src('writes/'),
      src('domain/'),
      src('utils/'),
      PORT,
      'node_modules/(zod|prom-client|lru-cache)/',
    ]),
    {
      name: 'express-only-at-the-edge',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [src('http/'), src('app\\.ts$'), '\\.(routes|controller)\\.ts$'],
      },
      to: { path: 'node_modules/(@types/)?express/' },
    },
    {
      name: 'zod-only-where-input-is-checked',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [
          src('config/'),
          src('http/'),
          '\\.schemas\\.ts$',
          '\\.(routes|controller)\\.ts$',
          '\\.test\\.ts$',
        ],
      },
      to: { path: 'node_modules/zod/' },
    },
    {
      name: 'zod-only-as-a-type-in-routes-and-controllers',
      severity: 'error',
      from: { path: '\\.(routes|controller)\\.ts$' },
      to: { path: 'node_modules/zod/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'drivers-only-in-storage',
      severity: 'error',
      from: { path: '^src/', pathNot: [src('storage/'), '\\.test\\.ts$'] },
      to: { path: 'node_modules/(libsql|mongoose|mongodb)/' },
    },
    {
      name: 'stores-are-opened-through-the-port',
      severity: 'error',
      from: { path: '^src/(features|cli|app|main|environment|writes|http)' },
      to: { path: src('storage/[^/]+/') },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: true,
    doNotFollow: { path: 'node_modules' },
  },
};
