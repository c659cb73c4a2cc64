import base from '../../jest.config.ts';

/** Against containers: no infrastructure of the test run's own is started. */
const { globalSetup: _setup, globalTeardown: _teardown, testPathIgnorePatterns: _ignored, ...rest } = base;
export default { ...rest, rootDir: '../..', testMatch: ['<rootDir>/tests/containers/**/*.test.ts'], testTimeout: 120_000, maxWorkers: 1 };
