/** A supervisor decides what becomes of a confirmed error. */

import { insertAfterAction, lockCase } from '../cases/store.ts';
import type { ReviewContext } from '../context.ts';
import { decisionReversed, findingSettled } from '../events.ts';
import { hasJudged } from '../judgements/store.ts';
import { ReviewRefusal } from '../refusals.ts';
import type { Sql } from '../sql.ts';
import { readNow } from '../timers/store.ts';
import { wasLetThrough } from './standing.ts';
import type { Finding } from './store.ts';
import * as store from './store.ts';

export type Disposition =
  | { action: 'reverse'; note: string }
  | { action: 'incident'; owner: string; dueAt: number; disposition: string; note: string }
  | { action: 'dismiss'; note: string }
  | { action: 'close'; note: string };

/**
 * Reverses inside the window, opens an incident after it, or dismisses; once. An incident is closed when what was to be done is done. Nobody
 * settles a finding on a decision that they judged themselves.
 */
export async function disposeOf(review: ReviewContext, supervisor: string, findingId: string, disposition: Disposition): Promise<Finding> {
  const seen = await store.readFinding(review.sql, findingId);
  if (seen === null) throw new ReviewRefusal('finding-not-found', 'No such finding.');
  return await review.transact(async (work) => {
    const item = await lockCase(work.sql, seen);
    const finding = await store.lockFinding(work.sql, findingId);
    const now = await readNow(work.sql);
    if (item === null || finding === null) throw new ReviewRefusal('finding-not-found', 'No such finding.');
    if (await hasJudged(work.sql, supervisor, item)) throw new ReviewRefusal('finding-yours', 'You judged this decision yourself, so somebody else settles what was found.');
    requireState(finding, disposition);
    if (disposition.action === 'reverse') {
      await requireReversible(work.sql, finding, item, now);
      await insertAfterAction(work.sql, finding, 'reversed', now);
      work.emit(decisionReversed(item, { reason: disposition.note, actor: supervisor, taskId: finding.taskIds[0] ?? null, withinWindow: true }, now));
    }
    const disposal = disposalOf(finding, supervisor, disposition, now);
    await store.disposeFinding(work.sql, disposal);
    work.emit(findingSettled(item, finding, disposal));
    return (await store.readFinding(work.sql, findingId)) ?? finding;
  });
}

function requireState({ state }: Finding, { action }: Disposition): void {
  if (action === 'close') {
    if (state !== 'incident') throw new ReviewRefusal('no-incident', 'This finding is not an incident that is still open.');
  } else if (state !== 'open') throw new ReviewRefusal('finding-closed', 'This finding is settled already.');
}

async function requireReversible(sql: Sql, finding: Finding, item: Parameters<typeof wasLetThrough>[1], now: number): Promise<void> {
  if (!(await wasLetThrough(sql, item))) throw new ReviewRefusal('nothing-to-reverse', 'Nothing was let through here, or it was reversed already.');
  if (finding.windowEndsAt === null || finding.windowEndsAt <= now) throw new ReviewRefusal('window-closed', 'The decision can no longer be reversed; open an incident.');
}

const states = { reverse: 'reversed', incident: 'incident', dismiss: 'dismissed', close: 'closed' } as const;

function disposalOf(finding: Finding, supervisor: string, disposition: Disposition, now: number): store.Disposal {
  const { owner, dueAt, disposition: wanted } = disposition.action === 'incident' ? disposition : finding;
  return { findingId: finding.findingId, state: states[disposition.action], owner, dueAt, disposition: wanted, note: disposition.note, disposedBy: supervisor, disposedAt: now };
}
