/** The one desk of the page. */

import { useSyncExternalStore } from 'react';
import { serverNowMs } from '../parts/clock.ts';
import { useRuntime } from '../runtime.tsx';
import type { Runtime } from '../runtime.tsx';
import { Desk } from './desk.ts';
import type { DeskView } from './desk.ts';

const desks = new WeakMap<Runtime, Desk>();

export function useDesk(): Desk {
  const runtime = useRuntime();
  let desk = desks.get(runtime);
  if (desk === undefined) {
    desk = new Desk({ api: runtime.api, nowMs: serverNowMs, schedule: (run, ms) => void setTimeout(run, ms) });
    desks.set(runtime, desk);
  }
  return desk;
}

export function useDeskView(): DeskView {
  const desk = useDesk();
  return useSyncExternalStore(desk.subscribe, desk.view);
}
