/** Learns when the frame with a task was really presented, and reports it. Until then keys do nothing. */

import { useCallback, useEffect, useRef, useState } from 'react';
import { isPassing } from '../../api/problem.ts';
import type { LoadedTask } from '../../desk/desk.ts';
import { onceDone } from '../../desk/once-done.ts';
import { useDesk } from '../../desk/use-desk.ts';

const imageWaitMsMax = 3000;
const retryMs = 1000;

export type Painted = {
  /** The frame is there: keys are free. */
  armed: boolean;
  /** Resolves once the server knows; a judgement waits for it. */
  reported: () => Promise<void>;
};

export function usePainted(task: LoadedTask, root: React.RefObject<HTMLElement | null>, onProblem: (error: unknown) => void): Painted {
  const desk = useDesk();
  const [armedFor, setArmedFor] = useState<LoadedTask | null>(null);
  const report = useRef<{ task: LoadedTask; sent: () => Promise<void> } | null>(null);
  useEffect(() => {
    let stopped = false;
    const drawn = (async () => {
      await picturesDrawn(root.current);
      await framePresented();
      if (stopped) return;
      performance.mark('countersign.painted', { detail: { taskId: task.claim.taskId } });
      setArmedFor(task);
    })();
    // A report that failed, as where the session had ended, is made again for the judgement: what was painted stays painted.
    const sent = onceDone(async () => {
      await drawn;
      if (!stopped) await reportPainted(() => desk.painted(task), () => stopped);
    });
    report.current = { task, sent };
    sent().catch((error: unknown) => {
      if (!stopped) onProblem(error);
    });
    return () => {
      stopped = true;
    };
  }, [desk, task, root, onProblem]);
  const reported = useCallback(() => (report.current?.task === task ? report.current.sent() : Promise.resolve()), [task]);
  return { armed: armedFor === task, reported };
}

/** A report that did not arrive is repeated; the server takes the first. */
async function reportPainted(send: () => Promise<void>, isStopped: () => boolean): Promise<void> {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (!isPassing(error) || isStopped()) throw error;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}

/** The pictures of the case belong to what was shown. One that cannot be drawn holds nothing up for ever. */
async function picturesDrawn(root: HTMLElement | null): Promise<void> {
  const pictures = [...(root?.querySelectorAll<HTMLImageElement>('img[data-case-image]') ?? [])];
  if (pictures.length === 0) return;
  await Promise.race([Promise.all(pictures.map((picture) => picture.decode().catch(() => undefined))), new Promise((resolve) => setTimeout(resolve, imageWaitMsMax))]);
}

/** The first callback runs before the frame is drawn, the second after it was. Nothing is presented in a hidden tab, and nothing reported. */
async function framePresented(): Promise<void> {
  await new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
}
