// The least Vendure server: its default config, SQLite in a file, no plugin, no page for administrators.
import { createRequire } from 'node:module';
import { ADMINISTRATOR } from './graphql.js';

const [folder, file, port] = process.argv.slice(2);
const { bootstrap, DefaultLogger, LogLevel } = createRequire(`${folder}/package.json`)('@vendure/core');

await bootstrap({
  apiOptions: {
    hostname: '127.0.0.1',
    port: Number(port),
    adminApiPath: 'admin-api',
    shopApiPath: 'shop-api',
  },
  authOptions: { tokenMethod: 'bearer', superadminCredentials: ADMINISTRATOR },
  dbConnectionOptions: { type: 'better-sqlite3', database: file, synchronize: true },
  paymentOptions: { paymentMethodHandlers: [] },
  logger: new DefaultLogger({ level: LogLevel.Error, timestamp: false }),
});
console.log(JSON.stringify({ address: `http://127.0.0.1:${port}/admin-api` }));
