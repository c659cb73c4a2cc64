/** The present, for what shows time: one clock for the page, so that everything ticks together. */

import { useSyncExternalStore } from 'react';
import { serverNowMs } from './clock.ts';
import { agoText, distanceText, instantText } from './instant.ts';

const listeners = new Set<() => void>();
let secondMs = Math.floor(serverNowMs() / 1000) * 1000;
let timer: number | undefined;

function subscribe(listener: () => void): () => void {
  // Nobody looked for a while: the clock stood.
  if (listeners.size === 0) secondMs = Math.floor(serverNowMs() / 1000) * 1000;
  listeners.add(listener);
  timer ??= window.setInterval(() => {
    secondMs = Math.floor(serverNowMs() / 1000) * 1000;
    listeners.forEach((each) => each());
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      window.clearInterval(timer);
      timer = undefined;
    }
  };
}

/** Milliseconds, renewed every `stepMs`: a component that shows minutes is drawn once a minute. */
export function useNow(stepMs = 1000): number {
  return useSyncExternalStore(subscribe, () => Math.floor(secondMs / stepMs) * stepMs);
}

/** `in 12 min`, with the exact time on hover and for machines. */
export function Distance({ instant }: { instant: string }) {
  const now = useNow(5000);
  return <time dateTime={instant} title={instantText(instant, now)}>{distanceText(instant, now)}</time>;
}

/** Of what has happened: never in the future, though the clocks of two machines differ. */
export function Ago({ instant }: { instant: string }) {
  const now = useNow(5000);
  return <time dateTime={instant} title={instantText(instant, now)}>{agoText(instant, now)}</time>;
}

export function Moment({ instant }: { instant: string }) {
  const now = useNow(60_000);
  return <time dateTime={instant} title={new Date(instant).toISOString()}>{instantText(instant, now)}</time>;
}
