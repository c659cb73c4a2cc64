/** Node strips the types: no transpiler. Real Kafka, registry and Postgres are started once for the whole run. */
export default {
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  runtime: '<rootDir>/tests/harness/jest/runtime.ts',
  testEnvironment: '<rootDir>/tests/harness/jest/environment.ts',
  testMatch: ['<rootDir>/{packages,services,tests}/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/tests/interop/', '<rootDir>/tests/containers/'],
  modulePathIgnorePatterns: ['<rootDir>/.cache', '<rootDir>/.countersign'],
  testSequencer: '<rootDir>/tests/harness/jest/sequencer.ts',
  globalSetup: '<rootDir>/tests/harness/global-setup.ts',
  globalTeardown: '<rootDir>/tests/harness/global-teardown.ts',
  testTimeout: 60_000,
  maxWorkers: 2,
  // Modules of test files are never given back, nor what they hold.
  workerIdleMemoryLimit: '1GB',
};
