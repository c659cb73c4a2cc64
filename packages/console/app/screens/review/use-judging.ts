/** The state of a judgement in the making: the form, its draft, and the way of a submission to the server. */

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Draft, StoredDraft, Submission, Submitted } from '../../api/contract.ts';
import { isPassing, ProblemError } from '../../api/problem.ts';
import type { LoadedTask } from '../../desk/desk.ts';
import { DraftKeeper } from '../../desk/drafts.ts';
import type { DraftState } from '../../desk/drafts.ts';
import { draftOf, formOf, isEmptyForm, saidText, submissionOf } from '../../desk/judge-form.ts';
import type { FormProblem, JudgeForm } from '../../desk/judge-form.ts';
import { useDesk } from '../../desk/use-desk.ts';
import { serverNowMs } from '../../parts/clock.ts';
import { useApi, usePerson } from '../../runtime.tsx';
import type { ClaimLife } from './use-claim-life.ts';
import type { Painted } from './use-painted.ts';

export type Sending = { state: 'idle' } | { state: 'sending' } | { state: 'waiting'; sinceMs: number } | { state: 'refused'; error: unknown; problem: FormProblem | null };

export type Judging = {
  form: JudgeForm;
  change(form: JudgeForm): void;
  draftState: DraftState;
  sending: Sending;
  /** A judgement was sent from here, whether or not its answer came: it may be on record. */
  attempted: boolean;
  submit(): void;
  /** Stops repeating a submission that found no connection. */
  cancel(): void;
};

const retryMs = [1000, 2000, 4000, 8000];

export type JudgingParts = { task: LoadedTask; painted: Painted; life: ClaimLife; onJudged: (submitted: Submitted) => void; onRefused: (error: unknown) => void };

export function useJudging({ task, painted, life, onJudged, onRefused }: JudgingParts): Judging {
  const desk = useDesk();
  const { form, change, draftState, keeper } = useDraft(task);
  const [sending, setSending] = useState<Sending>({ state: 'idle' });
  const [attempted, setAttempted] = useState(false);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), [task]);

  const send = async (submission: Submission, sent: JudgeForm, stopped: AbortSignal) => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await painted.reported();
        return await desk.submit(task, submission, saidText(sent), draftOf(sent));
      } catch (error) {
        // Sent again as it was: whether the first arrived or not, the server answers the same.
        if (!isPassing(error) || stopped.aborted) throw error;
        setSending({ state: 'waiting', sinceMs: Date.now() });
        await pause(retryMs[Math.min(attempt, retryMs.length - 1)] ?? 8000, stopped);
        if (stopped.aborted) throw error;
      }
    }
  };

  const submit = () => {
    if (!painted.armed || (running.current !== null && !running.current.signal.aborted)) return;
    const read = submissionOf(task.presentation, form);
    if ('field' in read) return setSending({ state: 'refused', error: null, problem: read });
    const stopped = (running.current = new AbortController());
    const activeMs = Math.min(life.takeActiveMs(), 3_600_000);
    performance.mark('countersign.submit', { detail: { taskId: task.claim.taskId } });
    setSending({ state: 'sending' });
    setAttempted(true);
    keeper.pause(true);
    send({ ...read, presentationDigest: task.digest, activeMs }, form, stopped.signal).then((submitted) => {
      keeper.done();
      setSending({ state: 'idle' });
      onJudged(submitted);
    }).catch((error: unknown) => {
      keeper.pause(false);
      life.giveBackActiveMs(activeMs);
      setSending(stopped.signal.aborted ? { state: 'idle' } : { state: 'refused', error, problem: problemOf(error) });
      if (!stopped.signal.aborted) onRefused(error);
    }).finally(() => (running.current = null));
  };

  return {
    form, draftState, sending, attempted, submit,
    change(next) {
      // What is being sent is what was seen: it is not changed under the hand.
      if (running.current !== null) return;
      if (sending.state === 'refused') setSending({ state: 'idle' });
      change(next);
    },
    cancel: () => running.current?.abort(),
  };
}

/** The form with what was written before, kept as it changes. */
function useDraft(task: LoadedTask) {
  const api = useApi();
  const { personId } = usePerson();
  const { presentation, claim } = task;
  const desk = useDesk();
  const [form, setForm] = useState<JudgeForm>(() => formOf(presentation, null));
  const [draftState, setDraftState] = useState<DraftState>('clean');
  const touched = useRef(false);
  const keeper = useMemo(() => new DraftKeeper(personId, claim.taskId, {
    storage: localStorage,
    nowMs: serverNowMs,
    put: async (draft: Draft | null) => await api.call({ method: 'PUT', path: `/v1/reviews/tasks/${claim.taskId}/draft`, etag: claim.etag, body: { draft } }),
    read: async () => await api.call<StoredDraft>({ method: 'GET', path: `/v1/reviews/tasks/${claim.taskId}/draft` }),
    schedule(run, ms) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    onState: setDraftState,
  }), [api, personId, claim.taskId, claim.etag]);
  useEffect(() => {
    let stopped = false;
    touched.current = false;
    const restored = desk.takeRestored(presentation.taskId);
    if (restored !== null) {
      touched.current = true;
      keeper.change(restored);
    }
    setForm(formOf(presentation, restored));
    void keeper.load().then((draft) => {
      // Whoever began to write before the old words came keeps what they wrote.
      if (!stopped && !touched.current && draft !== null) setForm(formOf(presentation, draft));
    });
    return () => {
      stopped = true;
      keeper.leave();
    };
  }, [desk, keeper, presentation]);
  const change = useCallback((next: JudgeForm) => {
    touched.current = true;
    setForm(next);
    keeper.change(isEmptyForm(next) ? null : draftOf(next));
  }, [keeper]);
  return { form, change, draftState, keeper };
}

const fields = ['decision', 'answer', 'reasonCodes', 'reasoning', 'output'] as const;

/** A refusal that names a field is said at that field, in the server's words. */
function problemOf(error: unknown): FormProblem | null {
  if (!(error instanceof ProblemError)) return null;
  const named = error.problem.field?.split(/[.[]/)[0];
  const field = fields.find((each) => each === named);
  return field === undefined ? null : { field, message: error.refusal === 'judgement-invalid' ? error.problem.detail : `${error.problem.detail} ${error.problem.remedy}` };
}

/** Waits, and no longer than until the network is back. */
function pause(ms: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    window.addEventListener('online', () => resolve(), { once: true, signal: stopped });
    stopped.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
