process.env.TEST_STORE_MODULE = '../../prove/interleavings/store.js'; // as tests/support/test-database.ts imports it
process.env.TEST_MODEL_MODE = 'mongodb';
