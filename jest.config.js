/** Node strips the types: no transpiler. Real Kafka, registry and Postgres are started once for the whole run. */
export default {
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{packages,services,tests}/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/tests/interop/', '<rootDir>/tests/containers/'],
  modulePathIgnorePatterns: ['<rootDir>/.cache', '<rootDir>/.countersign'],
  globalSetup: '<rootDir>/tests/harness/global-setup.ts',
  globalTeardown: '<rootDir>/tests/harness/global-teardown.ts',
  testTimeout: 60_000,
  maxWorkers: 2,
  // Modules of a test file are never given back (ES modules in node:vm), and after a hundred files the collector has gigabytes to look through.
  workerIdleMemoryLimit: '1GB',
};
