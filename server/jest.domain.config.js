import base from './jest.config.js';

/** The tests that lie beside the rules of src/domain, for `npm run prove:domain`. */
export default { ...base, roots: ['<rootDir>/src/domain'] };
