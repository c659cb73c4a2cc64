/** What a screen reader is told of what happens elsewhere on the screen. */

import { useSyncExternalStore } from 'react';

let text = '';
const listeners = new Set<() => void>();

/** Says it once the current words are finished. The same words twice are said twice. */
export function announce(words: string): void {
  text = words === text ? `${words}\u00a0` : words;
  listeners.forEach((listener) => listener());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Announcer() {
  const words = useSyncExternalStore(subscribe, () => text);
  return <div className="visually-hidden" role="status" aria-live="polite" data-announcer>{words}</div>;
}
