import { setTimeout as pause } from 'node:timers/promises';

const waitMsMin = 50;
const waitMsMax = 2000;
/** A timer of the platform that is longer, some 24 days, fires at once. */
const timerMsMax = 2 ** 31 - 1;

/** Waits before the next attempt: doubling, with jitter so that many pipelines do not come back at once. */
export async function backOff(attempt: number, deadlineMs: number, signal: AbortSignal): Promise<void> {
  const waitMs = Math.min(waitMsMax, waitMsMin * 2 ** attempt) * (0.5 + Math.random() / 2);
  await pause(Math.max(0, Math.min(waitMs, deadlineMs - Date.now())), undefined, { signal }).catch(() => undefined);
}

/** The answer, or what `late` says once the deadline is over, whatever becomes of the answer then. One that is there counts, `Infinity` is no deadline. */
export async function answerBy<V>(deadlineMs: number, answer: Promise<V>, late: () => Error): Promise<V> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    const arm = () => {
      timer = setTimeout(() => (Date.now() < deadlineMs ? arm() : reject(late())), Math.min(Math.max(0, deadlineMs - Date.now()), timerMsMax));
    };
    arm();
  });
  try {
    return await Promise.race([answer, over]);
  } finally {
    clearTimeout(timer);
  }
}
