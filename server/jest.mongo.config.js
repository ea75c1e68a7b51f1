import base from './jest.config.js';

/** The store on MongoDB: every test that does not name a store, and those that only make sense there. */
export default {
  ...base,
  roots: ['<rootDir>/tests'],
  testPathIgnorePatterns: ['/node_modules/', '/tests/architecture/', '/tests/sqlite/'],
  testTimeout: 60_000,
  // The driver's connections to servers that tests have killed may outlive their tests.
  forceExit: true,
};
