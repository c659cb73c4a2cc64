import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decisionKey, type DecisionProposed } from '@countersign/contracts';
import type { OutgoingRecord } from '@countersign/kafka';
import type { TestStack } from '../harness/stack.ts';

export const policyText = readFileSync(join(import.meta.dirname, '../../examples/policies/digits.routing.yaml'), 'utf8');
const produceBatch = 2000;

/** A sure reading of a digit, as the example pipeline proposes it: about 550 bytes. */
export function proposal(decisionId: string): DecisionProposed {
  return {
    system: 'mailroom', decisionId, decisionType: 'digits.routing', proposedAt: Date.now() * 1000,
    input: { parts: [{ name: 'scan', mediaType: 'image/png', content: Buffer.alloc(150, decisionId), uri: null, sha256: null }] },
    output: { label: '7', content: null, mediaType: null },
    reasoning: { summary: 'Ink of the strokes speaks for a seven.', factors: [{ name: 'row 1 column 3', value: '12', weight: 1.25 }, { name: 'row 2 column 5', value: '9', weight: 0.75 }, { name: 'row 6 column 4', value: '14', weight: 0.5 }] },
    confidence: 0.985, uncertainty: null, alternatives: [{ label: '9', content: null, probability: 0.01 }, { label: '1', content: null, probability: 0.004 }],
    provenance: { model: { name: 'digits-logistic', version: '1.0.0' }, trainingDomain: 'load_digits, 8 by 8 scans', sources: [] },
    attributes: { inkShare: 0.34, margin: 0.975, runnerUp: '9', touchesEdge: false }, subject: null, action: { description: 'Put the form into tray 7.', reversalDeadline: null, expectedDurationMs: null },
  };
}

/** Records ready to send, so that making them is not measured. */
export function proposals(stack: TestStack, prefix: string, count: number): OutgoingRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const value = proposal(`${prefix}-${index}`);
    return stack.publisher.record('decisions.proposed', 'DecisionProposed', value, decisionKey(value.system, value.decisionId));
  });
}

export async function sendAll(stack: TestStack, records: readonly OutgoingRecord[]): Promise<void> {
  const sends: Array<Promise<void>> = [];
  for (let at = 0; at < records.length; at += produceBatch) sends.push(stack.producer.send(records.slice(at, at + produceBatch)));
  await Promise.all(sends);
}

/** Records in a topic. */
export async function countOf(stack: TestStack, topic: string): Promise<number> {
  const marks = await stack.admin.watermarks(topic);
  return marks.reduce((sum, { low, high }) => sum + Number(high - low), 0);
}
