import { expect, test } from '@jest/globals';
import { readSettings, SettingsError, type Settings } from './settings.ts';

/** Not defined: the table of all settings is of those that services read. */
const settings = {
  port: { kind: 'integer', env: 'TEST_PORT', min: 1, max: 65535, describe: 'A port' },
  level: { kind: 'text', env: 'TEST_LEVEL', default: 'info', oneOf: ['info', 'warn'], describe: 'A level' },
  secret: { kind: 'secret', env: 'TEST_SECRET', describe: 'A secret' },
} as const satisfies Settings;

test('a wrong environment names every wrong variable at once', () => {
  const read = () => readSettings(settings, { TEST_PORT: '70000', TEST_LEVEL: 'loud', TEST_SECRET_FILE: '/nowhere/at/all' });
  expect(read).toThrow(SettingsError);
  try {
    read();
  } catch (error) {
    expect((error as SettingsError).problems).toHaveLength(3);
    expect((error as SettingsError).message).toMatch(/TEST_PORT[\s\S]*TEST_LEVEL|TEST_LEVEL[\s\S]*TEST_PORT/);
  }
});

test('defaults fill what is missing, and nothing else', () => {
  expect(readSettings(settings, { TEST_PORT: '80', TEST_SECRET: 's' })).toEqual({ port: 80, level: 'info', secret: 's' });
  expect(() => readSettings(settings, { TEST_PORT: '80' })).toThrow('TEST_SECRET is required');
});
