import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Proposal } from '../../packages/client/src/index.ts';

export const examples = join(import.meta.dirname, '../../examples');
export const digitsPolicy = readFileSync(join(examples, 'policies/digits.routing.yaml'), 'utf8');

/** A sure reading of a clean scan: approved at once under the example policy. */
export function sureReading(decisionId: string, change: Partial<Proposal> = {}): Proposal {
  return {
    system: 'mailroom', decisionId, decisionType: 'digits.routing',
    input: { parts: [{ name: 'scan', mediaType: 'image/png', content: new Uint8Array([137, 80, 78, 71]) }] },
    output: { label: '7', content: '7', mediaType: 'text/plain' },
    reasoning: { summary: 'Read as 7 with probability 0.999; the next best reading is 1.', factors: [{ name: 'ink in rows 1-2', value: '40% inked', weight: 2.5 }] },
    confidence: 0.999, alternatives: [{ label: '1', probability: 0.001 }],
    provenance: { model: { name: 'digit-reader', version: '1.0.0' } },
    attributes: { inkShare: 0.3, margin: 0.998, runnerUp: '1', touchesEdge: false },
    action: { description: 'Sort the form into tray 7' },
    ...change,
  };
}
