import type { AuditedEvent } from '../audited.ts';
import type { Fact } from './facts-store.ts';

/**
 * What decisions are searched and counted by, of events whose content is sealed. Nothing that anybody wrote is in it, and it
 * proves nothing: the log does.
 */
export function factOf(event: AuditedEvent): Fact | null {
  switch (event.record) {
    case 'DecisionResolved': {
      const { decisionType, verdict, basis, acceptedAt } = event.value;
      return { of: 'verdict', decisionType, verdict, basis, acceptedAt };
    }
    case 'JudgementFinalised': {
      const { judgementId, taskId, queue, form, decision, override, activeTimeMs, fast, slaMet, contradicts } = event.value;
      return { of: 'judgement', judgementId, taskId, queue, form, decision, overrides: override, activeTimeMs, fast, slaMet, contradicts };
    }
    default:
      return null;
  }
}
