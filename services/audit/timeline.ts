import type { TopicName } from '@countersign/contracts';
import type { StoredEvent } from './store.ts';

type Placed = Pick<StoredEvent, 'topic' | 'record' | 'kind' | 'actor' | 'partition' | 'offset' | 'occurredAt' | 'recordedAt'>;

/** What causes what, from topic to topic; the verdict of people follows from their work. */
const topicStages: { readonly [T in TopicName]?: number } = {
  'decisions.proposed': 0, 'decisions.refused': 1, 'decisions.accepted': 1, 'decisions.routed': 2, 'spotchecks.selected': 4, 'reviews.changed': 5, 'contents.recorded': 6,
  'decisions.resolved': 7, 'decisions.reversed': 8,
};
const verdictOfRouting = 3;
const followUp = 9;
const anythingElse = 10;
/** Work that only the end of other work opens. */
const followUpKinds: ReadonlySet<string | null> = new Set(['adjudication', 'spot-check', 're-review']);

/**
 * The order in which things happened to one decision. Much of it bears one instant, since what follows from the acceptance alone
 * is dated by it: ties go by cause, and within a topic by its log, which has a decision's events in the order they were written.
 */
export function inOrderOfCause(a: Placed, b: Placed): number {
  return a.occurredAt - b.occurredAt || stageOf(a) - stageOf(b) || byLog(a, b) || (a.recordedAt < b.recordedAt ? -1 : Number(a.recordedAt > b.recordedAt));
}

function stageOf({ topic, record, kind, actor }: Placed): number {
  if (record === 'DecisionResolved' && actor === 'routing') return verdictOfRouting;
  if (record === 'TaskOpened' && followUpKinds.has(kind)) return followUp;
  return topicStages[topic as TopicName] ?? anythingElse;
}

function byLog(a: Placed, b: Placed): number {
  return a.topic === b.topic && a.partition === b.partition ? a.offset - b.offset : 0;
}
