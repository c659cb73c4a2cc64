/** Keeps the claim while its task is on the screen, and learns when it is gone. */

import { useCallback, useEffect, useRef } from 'react';
import { isPassing, SessionEndedError } from '../../api/problem.ts';
import { ActiveTime } from '../../desk/active-time.ts';
import type { LoadedTask } from '../../desk/desk.ts';
import { isClaimLost } from '../../desk/desk.ts';
import { serverNowMs } from '../../parts/clock.ts';
import { useApi, useLive } from '../../runtime.tsx';
import type { LiveListener } from '../../runtime.tsx';

const beatEveryMs = 15_000;
const lostChanges = ['released', 'expired', 'closed'];

export type ClaimLife = { takeActiveMs(): number; giveBackActiveMs(ms: number): void };

/** `onLost` is called once the claim is no longer the person's, with what the server or the stream said; `onWarned` as the deadline comes near. */
export function useClaimLife(task: LoadedTask, paused: boolean, onLost: (error: unknown) => void, onWarned: () => void): ClaimLife {
  const api = useApi();
  const time = useRef(new ActiveTime());
  const { taskId, etag, expiresAt } = task.claim;
  useEffect(() => {
    const clock = (time.current = new ActiveTime());
    const look = () => clock.focus(document.visibilityState === 'visible' && document.hasFocus(), performance.now());
    look();
    const events = ['focus', 'blur', 'visibilitychange'] as const;
    events.forEach((name) => (name === 'visibilitychange' ? document : window).addEventListener(name, look));
    return () => events.forEach((name) => (name === 'visibilitychange' ? document : window).removeEventListener(name, look));
  }, [taskId]);
  const beat = useCallback(async () => {
    const activeMs = time.current.take(performance.now());
    try {
      await api.call({ method: 'POST', path: `/v1/reviews/tasks/${taskId}/heartbeat`, etag, body: { focused: document.hasFocus(), activeMs: Math.min(activeMs, 3_600_000) } });
    } catch (error) {
      if (isPassing(error) || error instanceof SessionEndedError) time.current.giveBack(activeMs);
      if (isClaimLost(error)) onLost(error);
    }
  }, [api, taskId, etag, onLost]);
  useEffect(() => {
    // Opened late in the life of its claim: it must not end before the first regular beat.
    if (!paused && Date.parse(expiresAt) - serverNowMs() < 2 * beatEveryMs) void beat();
  }, [beat, paused, expiresAt]);
  useEffect(() => {
    if (paused) return;
    const timer = window.setInterval(() => void beat(), beatEveryMs);
    // A tab that slept beats as soon as it wakes: its claim may have had seconds left.
    const wake = () => void (document.visibilityState === 'visible' && beat());
    document.addEventListener('visibilitychange', wake);
    return () => {
      window.clearInterval(timer);
      document.removeEventListener('visibilitychange', wake);
    };
  }, [beat, paused]);
  const listener = useCallback<LiveListener>(({ event, data }) => {
    if (event === 'reconnected') void beat();
    if (event !== 'task') return;
    const { taskId: about, change } = JSON.parse(data) as { taskId: string; change: string };
    if (about !== taskId) return;
    if (change === 'warned') onWarned();
    // Asked rather than believed: it may be an echo of what happened before this claim. Nothing is asked of a claim that its own person is giving up.
    if (lostChanges.includes(change) && !paused) void beat();
  }, [beat, taskId, onWarned, paused]);
  useLive(listener);
  return {
    takeActiveMs: () => time.current.take(performance.now()),
    giveBackActiveMs: (ms) => time.current.giveBack(ms),
  };
}
