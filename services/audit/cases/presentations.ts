import type { AuditRecord } from '../records.ts';
import { isoOf } from '../instants.ts';
import { told } from './case.ts';
import { isWhole, type Content } from './contents.ts';
import type { CaseJudgement } from './judgements.ts';

export type CasePresentation = {
  /** Hex SHA-256 of what was shown; `null` once that is erased. */
  digest: string | null;
  taskId: string | null; reviewer: string | null; kind: string | null; queue: string | null; form: string | null; paintedAt: string; eventId: string; contentId: string | null; mediaType: string | null; bytes: number | null;
  /** `partial`: some chunks are not on record yet. `missing`: none is. */
  state: 'whole' | 'partial' | 'missing' | 'erased';
  /** The judgement that was given on it, if one was. */
  judgementId: string | null;
};

/** What was painted on reviewers' screens, in order. */
export function presentationsOf(events: readonly AuditRecord[], contents: Iterable<Content>, judgements: readonly CaseJudgement[]): CasePresentation[] {
  const known = [...contents];
  return events.filter(({ record }) => record === 'TaskPresented').map((event) => {
    const { eventId, reviewer, kind, occurredAt } = event;
    const value = told(event, 'TaskPresented');
    if (value === null) return { digest: null, taskId: null, reviewer, kind, queue: null, form: null, paintedAt: occurredAt, eventId, contentId: null, mediaType: null, bytes: null, state: 'erased', judgementId: null };
    const digest = value.presentationDigest;
    const alike = known.filter((content) => content.digest === digest);
    const content = alike.find(isWhole) ?? alike[0];
    const judgement = judgements.find((each) => each.presentationDigest === digest && each.taskId === value.taskId && each.reviewer === value.reviewer && each.state !== 'withdrawn');
    return {
      digest, taskId: value.taskId, reviewer: value.reviewer, kind: value.kind, queue: value.queue, form: value.form, paintedAt: isoOf(value.paintedAt), eventId,
      contentId: content?.contentId ?? null, mediaType: content?.mediaType ?? null, bytes: content?.bytes ?? null, state: content === undefined ? 'missing' : isWhole(content) ? 'whole' : 'partial', judgementId: judgement?.judgementId ?? null,
    };
  });
}
