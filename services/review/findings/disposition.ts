/** A supervisor decides what becomes of a confirmed error. */

import { insertAfterAction, lockCase } from '../cases/store.ts';
import type { ReviewContext } from '../context.ts';
import { decisionReversed } from '../events.ts';
import { ReviewRefusal } from '../refusals.ts';
import { readNow } from '../timers/store.ts';
import type { Finding } from './store.ts';
import * as store from './store.ts';

export type Disposition =
  | { action: 'reverse'; note: string }
  | { action: 'incident'; owner: string; dueAt: number; disposition: string; note: string }
  | { action: 'dismiss'; note: string };

/** Reverses inside the window, opens an incident after it, or dismisses; once. */
export async function disposeOf(review: ReviewContext, supervisor: string, findingId: string, disposition: Disposition): Promise<Finding> {
  const seen = await store.readFinding(review.sql, findingId);
  if (seen === null) throw new ReviewRefusal('finding-not-found', 'No such finding.');
  return await review.transact(async (work) => {
    const item = await lockCase(work.sql, seen);
    const finding = await store.lockFinding(work.sql, findingId);
    const now = await readNow(work.sql);
    if (item === null || finding === null) throw new ReviewRefusal('finding-not-found', 'No such finding.');
    if (finding.state !== 'open') throw new ReviewRefusal('finding-closed', 'This finding is settled already.');
    if (disposition.action === 'reverse') {
      if (finding.windowEndsAt === null || finding.windowEndsAt <= now) {
        throw new ReviewRefusal('window-closed', 'The decision can no longer be reversed; open an incident.');
      }
      const first = await insertAfterAction(work.sql, finding, 'reversed', now);
      const taskId = finding.taskIds[0] ?? null;
      if (first) work.emit(decisionReversed(item, { reason: disposition.note, actor: supervisor, taskId, withinWindow: true }, now));
    }
    await store.disposeFinding(work.sql, settled(finding, supervisor, disposition, now));
    const after = await store.readFinding(work.sql, findingId);
    return after ?? finding;
  });
}

function settled(finding: Finding, supervisor: string, disposition: Disposition, now: number): store.Disposal {
  const incident = disposition.action === 'incident' ? disposition : null;
  const state = ({ reverse: 'reversed', incident: 'incident', dismiss: 'dismissed' } as const)[disposition.action];
  return {
    findingId: finding.findingId,
    state,
    owner: incident?.owner ?? null,
    dueAt: incident?.dueAt ?? null,
    disposition: incident?.disposition ?? null,
    note: disposition.note,
    disposedBy: supervisor,
    disposedAt: now,
  };
}
