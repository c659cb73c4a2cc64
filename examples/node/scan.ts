import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Proposal } from '@countersign/client';

const recorded = join(import.meta.dirname, '..', 'recorded', 'digits.routing.jsonl');

type Scan = { input: { parts: [{ content: string }] }; output: { label: string }; confidence: number; reasoning: Proposal['reasoning']; attributes: Record<string, string | number | boolean> };

/** The first recorded scan as a decision of its own: your model would fill this in. */
export async function readScan(decisionId: string): Promise<Proposal> {
  const [line = ''] = (await readFile(recorded, 'utf8')).split('\n', 1);
  const { input, output, confidence, reasoning, attributes } = JSON.parse(line) as Scan;
  return {
    system: 'mailroom',
    decisionId,
    decisionType: 'digits.routing',
    input: { parts: [{ name: 'scan', mediaType: 'image/png', content: Buffer.from(input.parts[0].content, 'base64') }] },
    output: { label: output.label },
    reasoning,
    confidence,
    provenance: { model: { name: 'digit-reader', version: '1.0.0' } },
    attributes,
    action: { description: `Sort the form into tray ${output.label}` },
  };
}
