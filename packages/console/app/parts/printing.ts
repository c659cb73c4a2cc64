/** On paper nothing can be opened or scrolled: whoever folds asks here, and draws all of it while the page is printed. */

import { useSyncExternalStore } from 'react';
import { flushSync } from 'react-dom';

const listeners = new Set<() => void>();
let printing = false;

/** The page is taken for printing as soon as its listeners have run: what they ask for must be drawn by then. */
function turn(to: boolean): void {
  printing = to;
  flushSync(() => {
    for (const listener of [...listeners]) listener();
  });
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    window.addEventListener('beforeprint', begin);
    window.addEventListener('afterprint', end);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.removeEventListener('beforeprint', begin);
    window.removeEventListener('afterprint', end);
  };
}

const begin = () => turn(true);
const end = () => turn(false);

export function usePrinting(): boolean {
  return useSyncExternalStore(subscribe, () => printing);
}
