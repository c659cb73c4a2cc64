/** Every shortcut with its key: another key, none, or all of them off. */

import { Button, Switch } from '@mantine/core';
import { useState } from 'react';
import { announce } from '../parts/announcer.tsx';
import classes from './keyboard.module.css';
import { actions, remap } from './shortcuts.ts';
import type { ActionId } from './shortcuts.ts';
import { useShortcutSettings } from './use-shortcuts.ts';

export function ShortcutSettings() {
  const [settings, change] = useShortcutSettings();
  const [listening, setListening] = useState<ActionId | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const onKey = (id: ActionId, event: React.KeyboardEvent) => {
    if (listening !== id || event.key === 'Tab' || event.key === 'Shift') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') return setListening(null);
    const next = remap(settings, id, event.key === 'Backspace' || event.key === 'Delete' ? '' : event.key);
    if ('taken' in next) return setProblem(`That key is taken by “${labelOf(next.taken)}”.`);
    if ('unusable' in next) return setProblem('Choose a single letter or sign. Digits choose reasons and answers.');
    change(next);
    setProblem(null);
    setListening(null);
    announce(`${labelOf(id)}: ${next.keys[id] === '' ? 'no key' : next.keys[id]}`);
  };
  return (
    <div className={classes.settings}>
      <Switch label="Single-key shortcuts" checked={settings.enabled} onChange={(event) => change({ ...settings, enabled: event.currentTarget.checked })} />
      <ul className={classes.list}>
        {actions.map(({ id, label }) => (
          <li key={id}>
            <span id={`shortcut-${id}`}>{label}</span>
            <button
              type="button" className={classes.key} disabled={!settings.enabled} aria-labelledby={`shortcut-${id} shortcut-key-${id}`} onBlur={() => setListening((current) => (current === id ? null : current))}
              onClick={() => {
                setListening(id);
                setProblem(null);
              }}
              onKeyDown={(event) => onKey(id, event)}
            >
              <span id={`shortcut-key-${id}`}>{listening === id ? 'press a key' : settings.keys[id] === '' ? 'none' : settings.keys[id].toUpperCase()}</span>
            </button>
          </li>
        ))}
        <li><span>Choose a reason or an answer</span><kbd>1</kbd> to <kbd>9</kbd></li>
        <li><span>Choose a reason while writing</span><kbd>Alt</kbd> + <kbd>1</kbd> to <kbd>9</kbd></li>
        <li><span>Send the judgement</span><kbd>Ctrl</kbd> + <kbd>Enter</kbd></li>
      </ul>
      {problem !== null && <p className={classes.problem} role="alert">{problem}</p>}
      <p className={classes.note}>Press a key’s button, then the new key; Backspace takes the key away. Kept in this browser, for you alone.</p>
      <div><Button variant="default" onClick={() => change(null)}>As they were at first</Button></div>
    </div>
  );
}

function labelOf(id: ActionId): string {
  return actions.find((action) => action.id === id)?.label ?? id;
}
