/** Shortcuts on the page: the settings of the person who is signed in, and the listeners of the screen that stands. */

import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { usePerson } from '../runtime.tsx';
import { actionOf, defaultSettings, digitOf, isSubmit, readSettings } from './shortcuts.ts';
import type { ActionId, Focus, ShortcutSettings } from './shortcuts.ts';

const changed = new EventTarget();

function subscribe(listener: () => void): () => void {
  changed.addEventListener('change', listener);
  window.addEventListener('storage', listener);
  return () => {
    changed.removeEventListener('change', listener);
    window.removeEventListener('storage', listener);
  };
}

const keyOf = (personId: string) => `countersign.shortcuts.${encodeURIComponent(personId)}`;

function readStored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** The settings, and how to change them; kept in this browser, per person. */
export function useShortcutSettings(): [ShortcutSettings, (settings: ShortcutSettings | null) => void] {
  const key = keyOf(usePerson().personId);
  const stored = useSyncExternalStore(subscribe, () => readStored(key));
  const settings = useMemo(() => readSettings(stored), [stored]);
  const change = (next: ShortcutSettings | null) => {
    if (next === null || JSON.stringify(next) === JSON.stringify(defaultSettings)) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(next));
    changed.dispatchEvent(new Event('change'));
  };
  return [settings, change];
}

export type Handlers = Partial<Record<ActionId, () => void>> & {
  digit?: (digit: number) => boolean;
  submit?: () => void;
};

const inputs = 'input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable=true]';

function focusOf(event: KeyboardEvent): Focus {
  return event.target instanceof Element && event.target.closest(inputs) !== null ? 'input' : 'page';
}

/** Handles keys while the component stands. Under an open dialog the page has none. */
export function useShortcuts(handlers: Handlers): void {
  const [settings] = useShortcutSettings();
  const latest = useRef({ handlers, settings });
  useEffect(() => {
    latest.current = { handlers, settings };
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return;
      if (handle(event, latest.current)) event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

function handle(event: KeyboardEvent, { handlers, settings }: { handlers: Handlers; settings: ShortcutSettings }): boolean {
  if (isSubmit(event) && handlers.submit !== undefined) {
    handlers.submit();
    return true;
  }
  const focus = focusOf(event);
  const digit = digitOf(event, focus, settings);
  if (digit !== null) return handlers.digit?.(digit) ?? false;
  const action = actionOf(event, focus, settings);
  const run = action === null ? undefined : handlers[action];
  run?.();
  return run !== undefined;
}

/** The key of an action as it is shown, or null where it has none at the moment. */
export function useKeyOf(): (id: ActionId) => string | null {
  const [{ enabled, keys }] = useShortcutSettings();
  return (id) => (enabled && keys[id] !== '' ? keys[id].toUpperCase() : null);
}
