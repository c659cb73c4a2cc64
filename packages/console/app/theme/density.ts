/** How much stands on the screen: kept in this browser, set before the first paint by `theme.js`. */

import { useSyncExternalStore } from 'react';

export type Density = 'comfortable' | 'compact';

const key = 'countersign.density';
const changed = new EventTarget();

function subscribe(listener: () => void): () => void {
  changed.addEventListener('change', listener);
  return () => changed.removeEventListener('change', listener);
}

function read(): Density {
  return document.documentElement.dataset['density'] === 'compact' ? 'compact' : 'comfortable';
}

export function useDensity(): [Density, (density: Density) => void] {
  return [useSyncExternalStore(subscribe, read), setDensity];
}

function setDensity(density: Density): void {
  if (density === 'compact') document.documentElement.dataset['density'] = density;
  else delete document.documentElement.dataset['density'];
  try {
    localStorage.setItem(key, density);
  } catch {
    // Storage is off: for this page only.
  }
  changed.dispatchEvent(new Event('change'));
}
