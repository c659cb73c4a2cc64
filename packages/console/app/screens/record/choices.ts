/** What a search can be narrowed to. Pure. */

export const verdictChoices = [{ value: 'approved', label: 'Approved' }, { value: 'modified', label: 'Modified' }, { value: 'rejected', label: 'Rejected' }] as const;

export const kindChoices = [
  { value: 'auto-approved', label: 'Approved at once' }, { value: 'standard', label: 'Standard review' }, { value: 'senior', label: 'Senior review' }, { value: 'dual', label: 'Dual review' },
  { value: 'adjudication', label: 'Adjudication' }, { value: 'after-action', label: 'After the action' }, { value: 'hold', label: 'Veto time' }, { value: 'unclassified', label: 'Without a policy' },
  { value: 'spot-check', label: 'Spot check' }, { value: 're-review', label: 'Re-review' },
] as const;

/** Events that people look for, by what they are about; held against what the log knows by tests/openapi. */
export const recordChoices = [
  { group: 'Decisions', items: ['DecisionProposed', 'DecisionAccepted', 'DecisionRefused', 'DecisionRouted', 'DecisionResolved', 'DecisionReversed', 'OutcomeRecorded', 'VerdictConflict'] },
  { group: 'Reviews', items: ['TaskOpened', 'TaskClaimed', 'TaskPresented', 'TaskEscalated', 'TaskReassigned', 'TaskReleased', 'TaskHeld', 'TaskClosed', 'FirstJudgementSubmitted', 'JudgementSubmitted', 'JudgementWithdrawn', 'JudgementFinalised'] },
  { group: 'Checks', items: ['SpotCheckSelected', 'CalibrationPlanned', 'CalibrationScored', 'FindingOpened', 'FindingSettled', 'AlertRaised', 'FeedbackRecorded', 'DeadLetter', 'DeadLetterReplayed'] },
  { group: 'Policies', items: ['PolicyProposed', 'PolicyApproved', 'PolicyActivated', 'PolicyWithdrawn'] },
  { group: 'Access', items: ['SignedIn', 'SignedOut', 'AccessDenied', 'PersonChanged', 'ApiKeyChanged', 'ExportBegun', 'ExportMade', 'ExportFetched', 'SamplingKeyChanged', 'LogKeyChanged'] },
  { group: 'Privacy', items: ['ErasureRequested', 'ErasureApproved', 'ErasureRefused', 'ErasureCompleted', 'DecisionErased', 'LegalHoldPlaced', 'LegalHoldLifted', 'RetentionApplied', 'RetentionRuleChanged'] },
] as const;
