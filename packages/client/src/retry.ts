import { setTimeout as pause } from 'node:timers/promises';

const waitMsMin = 50;
const waitMsMax = 2000;

/** Waits before the next attempt: doubling, with jitter so that many pipelines do not come back at once. */
export async function backOff(attempt: number, deadlineMs: number, signal: AbortSignal): Promise<void> {
  const waitMs = Math.min(waitMsMax, waitMsMin * 2 ** attempt) * (0.5 + Math.random() / 2);
  await pause(Math.max(0, Math.min(waitMs, deadlineMs - Date.now())), undefined, { signal }).catch(() => undefined);
}
