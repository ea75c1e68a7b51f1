import base from './jest.config.js';

/** The contract suite on the model of server/prove/interleavings, once with either store's isolation. */
const onModel = (mode) => ({
  ...base,
  displayName: `model of ${mode}`,
  rootDir: import.meta.dirname,
  roots: ['<rootDir>/tests/contract'],
  // Holdings are for `roundsman copy`, and are not in the model.
  testPathIgnorePatterns: [...base.testPathIgnorePatterns, '/holdings\\.test\\.ts$'],
  setupFiles: [`<rootDir>/prove/interleavings/use-model-of-${mode}.ts`],
});

export default { projects: [onModel('mongodb'), onModel('sqlite')] };
