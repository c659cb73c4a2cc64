import { expect, test } from '@jest/globals';
import { readSettings, SettingsError, type Settings } from './settings.ts';

/** Not defined: the table of all settings is of those that services read. */
const settings = {
  port: { kind: 'integer', env: 'TEST_PORT', min: 1, max: 65535, describe: 'A port' },
  level: { kind: 'text', env: 'TEST_LEVEL', default: 'info', oneOf: ['info', 'warn'], describe: 'A level' },
  secret: { kind: 'secret', env: 'TEST_SECRET', describe: 'A secret' },
  user: { kind: 'text', env: 'TEST_USER', default: null, needs: ['password'], describe: 'A user' },
  password: { kind: 'secret', env: 'TEST_PASSWORD', default: null, describe: 'Its password' },
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
  expect(readSettings(settings, { TEST_PORT: '80', TEST_SECRET: 's' })).toEqual({ port: 80, level: 'info', secret: 's', user: null, password: null });
  expect(() => readSettings(settings, { TEST_PORT: '80' })).toThrow('TEST_SECRET is required');
});

test('an empty name of a file is none, as a compose file gives it that passes on what nobody set', () => {
  expect(readSettings(settings, { TEST_PORT: '80', TEST_SECRET: 's', TEST_PASSWORD_FILE: '' })).toMatchObject({ password: null });
});

test('what says nothing without another is refused without it, by the names of both and without any value', () => {
  const read = (change: NodeJS.ProcessEnv) => () => readSettings(settings, { TEST_PORT: '80', TEST_SECRET: 's', ...change });
  expect(read({ TEST_USER: 'rita' })).toThrow('TEST_USER is set without TEST_PASSWORD: set both, or neither.');
  expect(read({ TEST_USER: 'rita' })).not.toThrow('rita');
  expect(read({ TEST_USER: 'rita', TEST_PASSWORD: 'p' })()).toMatchObject({ user: 'rita', password: 'p' });
  expect(read({ TEST_USER: '', TEST_PASSWORD: 'p' })()).toMatchObject({ user: null });
});
