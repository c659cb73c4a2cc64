/** Against containers: no infrastructure of the test run's own is started. */
export default {
  rootDir: '../..',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: 'node',
  testMatch: ['<rootDir>/tests/containers/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.cache', '<rootDir>/.countersign'],
  testTimeout: 120_000,
  maxWorkers: 1,
};
