import { decisionKey, type DecisionProposed } from '@countersign/contracts';
import type { OutgoingRecord } from '@countersign/kafka';
import type { TestStack } from './stack.ts';

/** A proposal in which everything is in order. */
export function proposal(decisionId: string, change: Partial<DecisionProposed> = {}): DecisionProposed {
  return {
    system: 'mailroom', decisionId, decisionType: 'digits.routing', proposedAt: Date.now() * 1000,
    input: { parts: [{ name: 'scan', mediaType: 'text/plain', content: Buffer.from('a seven'), uri: null, sha256: null }] },
    output: { label: '7', content: null, mediaType: null },
    reasoning: { summary: 'Read as 7 with probability 0.9.', factors: [] },
    confidence: 0.9, uncertainty: null, alternatives: [{ label: '1', content: null, probability: 0.1 }],
    provenance: { model: { name: 'reader', version: '1' }, trainingDomain: '', sources: [] },
    attributes: { inkShare: 0.3, margin: 0.8 }, subject: null,
    action: { description: 'Sort the form', reversalDeadline: null, expectedDurationMs: null },
    ...change,
  };
}

/** The Kafka record of a proposal, as a pipeline would send it. */
export function proposed(stack: TestStack, value: DecisionProposed): OutgoingRecord {
  return { ...stack.publisher.record('decisions.proposed', 'DecisionProposed', value, decisionKey(value.system, value.decisionId)), headers: {} };
}
