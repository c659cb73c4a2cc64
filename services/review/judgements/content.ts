/** The sealed part of a judgement: everything a reviewer wrote. */

import type { Position } from './settlement.ts';

export type JudgementContent = {
  reasoning: string;
  answer: string | null;
  position: Position;
  output: { label: string; content: string; mediaType: string } | null;
};

export function packContent(content: JudgementContent): Buffer {
  return Buffer.from(JSON.stringify(content));
}

/** Reads what `packContent` wrote; only this service writes it. */
export function unpackContent(bytes: Buffer): JudgementContent {
  return JSON.parse(bytes.toString('utf8')) as JudgementContent;
}
