import base from './jest.config.js';

/** The tests that reach the rules of src/domain and are quick, for `npm run prove:domain`. */
export default {
  ...base,
  roots: [
    '<rootDir>/src/domain',
    '<rootDir>/src/storage/sqlite',
    '<rootDir>/tests/api',
    '<rootDir>/tests/contract',
  ],
  testMatch: [
    '**/domain/*.test.ts',
    '**/sqlite/audit.test.ts',
    '**/api/{access,batch,clash,errors,order-life,orders,services}.test.ts',
    '**/contract/catalog.test.ts',
  ],
};
