import { describe, expect, test } from '@jest/globals';
import { actionOf, actions, defaultSettings, digitOf, isSubmit, readSettings, remap } from './shortcuts.ts';

const press = (key: string, more: object = {}) => ({ key, code: '', ctrlKey: false, metaKey: false, altKey: false, repeat: false, isComposing: false, ...more });

describe('a key', () => {
  test('means its action on the page, and nothing inside an input', () => {
    expect(actionOf(press('a'), 'page', defaultSettings)).toBe('approve');
    expect(actionOf(press('A'), 'page', defaultSettings)).toBe('approve');
    expect(actionOf(press('a'), 'input', defaultSettings)).toBeNull();
  });

  test('with a modifier, held down, or part of a composition means nothing', () => {
    for (const more of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { repeat: true }, { isComposing: true }]) expect(actionOf(press('a', more), 'page', defaultSettings)).toBeNull();
  });

  test('means nothing once shortcuts are switched off; submitting with Ctrl+Enter still does', () => {
    const off = { ...defaultSettings, enabled: false };
    expect([actionOf(press('a'), 'page', off), digitOf(press('1'), 'page', off)]).toEqual([null, null]);
    expect(isSubmit(press('Enter', { ctrlKey: true }))).toBe(true);
    for (const other of [press('Enter'), press('Enter', { ctrlKey: true, repeat: true }), press('a', { ctrlKey: true })]) expect(isSubmit(other)).toBe(false);
  });

  test('that is a digit chooses on the page, and with Alt also inside an input', () => {
    expect(digitOf(press('3'), 'page', defaultSettings)).toBe(3);
    expect(digitOf(press('3'), 'input', defaultSettings)).toBeNull();
    expect(digitOf(press('£', { altKey: true, code: 'Digit3' }), 'input', defaultSettings)).toBe(3);
    expect(digitOf(press('x', { altKey: true, code: 'KeyX' }), 'input', defaultSettings)).toBeNull();
  });
});

describe('remapping', () => {
  test('gives an action another key, or none', () => {
    const changed = remap(defaultSettings, 'approve', 'J');
    expect(changed).toMatchObject({ keys: { approve: 'j' } });
    expect(remap(defaultSettings, 'approve', '')).toMatchObject({ keys: { approve: '' } });
  });

  test('refuses a key that is another action’s, a digit, and what is no single key', () => {
    expect(remap(defaultSettings, 'approve', 'r')).toEqual({ taken: 'reject' });
    for (const key of ['1', 'Enter', ' ', 'ab']) expect(remap(defaultSettings, 'approve', key)).toEqual({ unusable: key });
  });

  test('survives storage, and whatever else was stored', () => {
    const changed = remap(defaultSettings, 'approve', 'j');
    expect(readSettings(JSON.stringify(changed))).toEqual(changed);
    for (const stored of [null, '', '{', '[]', '{"keys":{"approve":7}}', '{"keys":null}', 'null']) expect(readSettings(stored)).toEqual(defaultSettings);
    const twice = readSettings('{"enabled":false,"keys":{"approve":"x","reject":"x"}}');
    expect(twice.enabled).toBe(false);
    const used = actions.map(({ id }) => twice.keys[id]).filter((key) => key !== '');
    expect(new Set(used).size).toBe(used.length);
  });
});
