import type { EventTypes } from './generated/types.ts';

/** The seven services; `pipeline` and `witness` stand for writers and readers outside. */
export const serviceNames = ['intake', 'risk', 'routing', 'sampling', 'review', 'audit', 'metrics'] as const;
export type ServiceName = (typeof serviceNames)[number];
export type Party = ServiceName | 'pipeline' | 'witness';

export type RecordName = keyof EventTypes;

export type TopicDefinition = {
  records: readonly RecordName[];
  writers: readonly Party[];
  readers: readonly Party[];
  /** What orders and places its records. `decision` is `system/decisionId`. */
  key: 'decision' | 'task' | 'policy' | 'person or API key' | 'content' | 'log' | 'none';
  /** `decision` topics share one configurable count, so that a decision keeps its partition number everywhere. */
  partitions: 'decision' | number;
  cleanup: 'delete' | 'compact';
  /** -1 keeps for ever. */
  retentionMs: number;
  /** Outsiders read or write it: schemas change under FULL_TRANSITIVE, otherwise BACKWARD_TRANSITIVE. */
  outside: boolean;
  /** Carries what people or models wrote: kept only as long as retention says. */
  content: boolean;
  messageBytesMax: number;
};

const dayMs = 86_400_000;
const everyone = serviceNames;
/** Who keeps what happened: every fact, and what is counted of it. */
const keepers = ['audit', 'metrics'] as const;

const decisionDefaults = {
  key: 'decision',
  partitions: 'decision',
  cleanup: 'delete',
  retentionMs: 7 * dayMs,
  outside: false,
  content: true,
  messageBytesMax: 1_000_000,
} as const;

/** The definition over the defaults. Its own words stay in the type: writers named here are the only ones that compile. */
function decisionTopic<const D extends Partial<TopicDefinition> & Pick<TopicDefinition, 'writers' | 'readers'>>(definition: D): Omit<typeof decisionDefaults, keyof D> & D {
  return { ...decisionDefaults, ...definition };
}

/** Who writes what where: the one source of topics, typed producers, ACLs, the AsyncAPI document and the diagram. */
export const topology = {
  'decisions.proposed': { ...decisionTopic({ writers: ['pipeline', 'intake'], readers: ['intake', 'audit'], outside: true }), records: ['DecisionProposed'] },
  'decisions.accepted': { ...decisionTopic({ writers: ['intake'], readers: ['risk', ...keepers] }), records: ['DecisionAccepted'] },
  'decisions.refused': { ...decisionTopic({ writers: ['intake'], readers: ['pipeline', ...keepers], outside: true }), records: ['DecisionRefused'] },
  'decisions.classified': { ...decisionTopic({ writers: ['risk'], readers: ['routing'] }), records: ['DecisionClassified'] },
  'decisions.routed': { ...decisionTopic({ writers: ['routing'], readers: ['sampling', 'review', ...keepers] }), records: ['DecisionRouted'] },
  'decisions.resolved': { ...decisionTopic({ writers: ['routing', 'review'], readers: ['pipeline', 'intake', ...keepers], outside: true }), records: ['DecisionResolved'] },
  'decisions.reversed': { ...decisionTopic({ writers: ['review'], readers: ['pipeline', ...keepers], outside: true }), records: ['DecisionReversed'] },
  'decisions.erased': { ...decisionTopic({ writers: ['audit'], readers: ['intake', 'sampling', 'review', ...keepers], content: false, retentionMs: -1 }), records: ['DecisionErased'] },
  'spotchecks.selected': { ...decisionTopic({ writers: ['sampling'], readers: ['review', ...keepers] }), records: ['SpotCheckSelected'] },
  'calibrations.planned': { ...decisionTopic({ writers: ['sampling'], readers: ['review', 'audit'] }), records: ['CalibrationPlanned'] },
  'reviews.changed': {
    ...decisionTopic({ writers: ['review'], readers: [...keepers] }),
    records: [
      'TaskOpened', 'TaskClaimed', 'TaskReleased', 'TaskReassigned', 'TaskEscalated', 'TaskHeld', 'TaskWarned', 'TaskPresented',
      'FirstJudgementSubmitted', 'JudgementSubmitted', 'JudgementWithdrawn', 'JudgementFinalised', 'CalibrationScored', 'TaskClosed',
      'FindingOpened', 'FindingSettled',
    ],
  },
  'contents.recorded': { ...decisionTopic({ writers: ['review'], readers: ['audit'] }), records: ['ContentRecorded'] },
  'outcomes.recorded': { ...decisionTopic({ writers: ['pipeline', 'intake'], readers: ['sampling', 'review', ...keepers], outside: true }), records: ['OutcomeRecorded'] },
  'policies.changed': {
    ...decisionTopic({ writers: ['risk'], readers: ['intake', 'risk', 'routing', 'sampling', 'review', 'audit'], content: false }), key: 'policy', partitions: 1, cleanup: 'compact', retentionMs: -1,
    records: ['PolicyProposed', 'PolicyApproved', 'PolicyActivated', 'PolicyWithdrawn'],
  },
  'access.changed': {
    ...decisionTopic({ writers: ['review'], readers: [...everyone], content: false }), key: 'person or API key', partitions: 1, cleanup: 'compact', retentionMs: -1,
    records: ['PersonChanged', 'ApiKeyChanged'],
  },
  'governance.recorded': {
    ...decisionTopic({ writers: [...everyone], readers: ['review', ...keepers], content: false }), key: 'none', partitions: 1,
    records: [
      'AccessDenied', 'ApiKeyUsed', 'DeadLetterReplayed', 'ExportBegun', 'ExportMade', 'ExportFetched', 'SamplingKeyChanged', 'VerdictConflict',
      'SignedIn', 'SignedOut', 'SessionEnded', 'NoticeRead', 'LogKeyChanged',
      'ErasureRequested', 'ErasureApproved', 'ErasureRefused', 'ErasureApplied', 'ErasureCompleted', 'LegalHoldPlaced', 'LegalHoldLifted', 'RetentionRuleChanged', 'RetentionApplied',
    ],
  },
  // What witnesses outside hold the audit log to: never read by audit itself, and never deleted.
  'audit.checkpointed': { ...decisionTopic({ writers: ['audit'], readers: ['witness'], outside: true, content: false }), key: 'log', partitions: 1, retentionMs: -1, records: ['CheckpointPublished'] },
  'dead.letters': { ...decisionTopic({ writers: [...everyone], readers: ['audit'] }), key: 'none', partitions: 1, messageBytesMax: 2_000_000, records: ['DeadLetter'] },
  'alerts.raised': { ...decisionTopic({ writers: ['metrics'], readers: ['pipeline', ...keepers], outside: true, content: false }), key: 'none', partitions: 1, records: ['AlertRaised'] },
  'feedback.recorded': { ...decisionTopic({ writers: ['metrics'], readers: ['pipeline', ...keepers], outside: true }), records: ['FeedbackRecorded'] },
} as const satisfies Record<string, TopicDefinition>;

export type TopicName = keyof typeof topology;
