/** Shortcuts: what they do, which key each has, and which action a key press means. Pure (WCAG 2.1.4: remappable, switchable off, never inside inputs). */

export const actions = [
  { id: 'approve', label: 'Approve', key: 'a' },
  { id: 'reject', label: 'Reject', key: 'r' },
  { id: 'modify', label: 'Modify', key: 'm' },
  { id: 'reasoning', label: 'Write the reasoning', key: 'i' },
  { id: 'escalate', label: 'Hand to a senior', key: 'e' },
  { id: 'hold', label: 'Put aside', key: 'h' },
  { id: 'hand-over', label: 'Hand over to a colleague', key: 'o' },
  { id: 'release', label: 'Give back', key: 'l' },
  { id: 'undo', label: 'Undo the last judgement', key: 'z' },
  { id: 'start', label: 'Start or go on working', key: 's' },
  { id: 'help', label: 'Show the shortcuts', key: '?' },
] as const;

export type ActionId = (typeof actions)[number]['id'];

export type ShortcutSettings = { enabled: boolean; keys: Readonly<Record<ActionId, string>> };

/** Digits choose reason codes and answers, and are nobody else's. */
const reserved = /^[0-9]$/;

export const defaultSettings: ShortcutSettings = { enabled: true, keys: Object.fromEntries(actions.map(({ id, key }) => [id, key])) as Record<ActionId, string> };

export type KeyPress = { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean; repeat: boolean; isComposing: boolean };

/** Where the focus is when a key is pressed. */
export type Focus = 'page' | 'input';

/** The action of a key, or null. A key held down acts once; inside inputs no single key does anything. */
export function actionOf(press: KeyPress, focus: Focus, { enabled, keys }: ShortcutSettings): ActionId | null {
  if (!enabled || focus === 'input' || !isPlain(press)) return null;
  return actions.find(({ id }) => keys[id] === press.key.toLowerCase())?.id ?? null;
}

/** The digit of a key press outside inputs, or with Alt anywhere; null otherwise. */
export function digitOf(press: KeyPress & { code: string }, focus: Focus, { enabled }: ShortcutSettings): number | null {
  if (press.ctrlKey || press.metaKey || press.repeat || press.isComposing) return null;
  if (press.altKey) return Number(/^(?:Digit|Numpad)([0-9])$/.exec(press.code)?.[1] ?? NaN) || null;
  return enabled && focus === 'page' && reserved.test(press.key) ? Number(press.key) : null;
}

/** Ctrl+Enter, or Cmd+Enter: with a modifier, so that it holds inside inputs and cannot be switched off by mistake. */
export function isSubmit({ key, ctrlKey, metaKey, altKey, repeat, isComposing }: KeyPress): boolean {
  return key === 'Enter' && (ctrlKey || metaKey) && !altKey && !repeat && !isComposing;
}

function isPlain({ ctrlKey, metaKey, altKey, repeat, isComposing }: KeyPress): boolean {
  return !ctrlKey && !metaKey && !altKey && !repeat && !isComposing;
}

export type RemapProblem = { taken: ActionId } | { unusable: string };

/** The settings with one key changed, or why not. An empty key takes the shortcut away. */
export function remap(settings: ShortcutSettings, id: ActionId, key: string): ShortcutSettings | RemapProblem {
  const wanted = key.toLowerCase();
  if (wanted !== '' && ([...wanted].length !== 1 || wanted === ' ' || reserved.test(wanted))) return { unusable: key };
  const other = wanted === '' ? undefined : actions.find((action) => action.id !== id && settings.keys[action.id] === wanted);
  if (other !== undefined) return { taken: other.id };
  return { ...settings, keys: { ...settings.keys, [id]: wanted } };
}

/** Settings as they were stored; what is not understood falls back to the default, and no key is ever two actions'. */
export function readSettings(stored: string | null): ShortcutSettings {
  let read: Partial<ShortcutSettings> | null = null;
  try {
    read = stored === null ? null : (JSON.parse(stored) as Partial<ShortcutSettings> | null);
  } catch {
    return defaultSettings;
  }
  if (read === null || typeof read !== 'object') return defaultSettings;
  const blank: ShortcutSettings = { enabled: read.enabled !== false, keys: Object.fromEntries(actions.map(({ id }) => [id, ''])) as Record<ActionId, string> };
  return actions.reduce<ShortcutSettings>((settings, { id, key }) => {
    const given: unknown = read.keys?.[id];
    const changed = remap(settings, id, typeof given === 'string' ? given : key);
    return 'keys' in changed ? changed : settings;
  }, blank);
}
