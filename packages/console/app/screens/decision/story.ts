/** One decision as chapters: what happened, in order, each with the events it is told from. Pure. */

import type { AuditEvent, ShownPresentation } from '../../api/audit-contract.ts';
import { textOf } from '../record/fields.ts';

export type ChapterKind = 'proposed' | 'accepted' | 'refused' | 'routed' | 'drawn' | 'task' | 'verdict' | 'reversed' | 'outcome' | 'erased' | 'other';

export type Chapter = {
  key: string;
  kind: ChapterKind;
  /** Of a task whose id can still be told. */
  taskId: string | null;
  events: AuditEvent[];
};

const kinds: Readonly<Record<string, ChapterKind>> = {
  DecisionProposed: 'proposed', DecisionAccepted: 'accepted', DecisionRefused: 'refused', DecisionRouted: 'routed', SpotCheckSelected: 'drawn', CalibrationPlanned: 'drawn',
  DecisionResolved: 'verdict', DecisionReversed: 'reversed', OutcomeRecorded: 'outcome', DecisionErased: 'erased', ErasureApplied: 'erased',
  FirstJudgementSubmitted: 'task', JudgementSubmitted: 'task', JudgementWithdrawn: 'task', JudgementFinalised: 'task', ContentRecorded: 'task', CalibrationScored: 'task',
};

function kindOf({ record }: AuditEvent): ChapterKind {
  return kinds[record] ?? (record.startsWith('Task') ? 'task' : 'other');
}

/**
 * Events come in the order in which they happened, and stay in it. What belongs to one task stands together, where the task began; of the
 * rest, neighbours of a kind share a chapter.
 */
export function chaptersOf(events: readonly AuditEvent[], presentations: readonly ShownPresentation[]): Chapter[] {
  const chapters: Chapter[] = [];
  const tasks = new Map<string, Chapter>();
  const taskOf = taskFinder(events, presentations);
  for (const event of events) {
    const kind = kindOf(event);
    const taskId = kind === 'task' ? taskOf(event) : null;
    const last = chapters.at(-1);
    const chapter = kind === 'task' ? tasks.get(taskId ?? '') : last?.kind === kind ? last : undefined;
    if (chapter !== undefined) {
      chapter.events.push(event);
      continue;
    }
    const begun: Chapter = { key: event.eventId, kind, taskId, events: [event] };
    chapters.push(begun);
    if (kind === 'task') tasks.set(taskId ?? '', begun);
  }
  return chapters;
}

/** Which task an event is about: it says so, its digest does, or the record of what was shown does. Of what is erased it may be nobody's to tell. */
function taskFinder(events: readonly AuditEvent[], presentations: readonly ShownPresentation[]): (event: AuditEvent) => string | null {
  const byDigest = new Map(presentations.flatMap(({ digest, taskId }) => (digest === null ? [] : [[digest, taskId]])));
  const openedBy = new Map<string, string>();
  for (const { record, actor, event } of events) if (record === 'TaskPresented' && actor !== null && event !== null) openedBy.set(actor, textOf(event['taskId']));
  return ({ actor, event }) => {
    const said = textOf(event?.['taskId']);
    if (said !== '') return said;
    const found = byDigest.get(textOf(event?.['digest'])) ?? null;
    // A part that was fetched for a presentation has a digest of its own: it came for whoever it was shown to.
    return found ?? (event !== null && actor !== null ? (openedBy.get(actor) ?? null) : null);
  };
}

/** The first event of a record in a chapter, where it can be read. */
export function eventIn({ events }: Pick<Chapter, 'events'>, record: string): AuditEvent | undefined {
  return events.find((event) => event.record === record);
}

/** When a chapter began and ended. */
export function spanOf({ events }: Pick<Chapter, 'events'>): { from: string; to: string } {
  const instants = events.map(({ occurredAt }) => occurredAt).sort();
  return { from: instants[0] ?? '', to: instants.at(-1) ?? '' };
}
