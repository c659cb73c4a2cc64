/** A person's own judgements, as they gave them. Nothing here tells what became of them or what kind of task it was. */

import { readCaseFacts } from '../cases/store.ts';
import type { ReviewContext, ReviewPerson } from '../context.ts';
import { unlessErased } from '../opening.ts';
import { cursorParts, isoOf } from '../http-shapes.ts';
import { unpackContent } from './content.ts';
import type { JudgementContent } from './content.ts';
import type { Judgement, OwnFilter } from './store.ts';
import { ownJudgements } from './store.ts';

export type HistoryEntry = {
  judgementId: string;
  taskId: string;
  decisionType: string;
  submittedAt: string;
  said: string;
  /** What they had answered before the proposal was shown, where they were asked to; `null` where none could be given, or once erased. */
  firstSaid?: string | null;
  reasonCodes: readonly string[];
  reasoning: string | null;
  withdrawn: boolean;
};

const noFilter: OwnFilter = { decisionType: null, from: null, to: null };

export async function readHistory(review: ReviewContext, person: ReviewPerson, after: string | null, limit: number, filter: OwnFilter = noFilter): Promise<{ judgements: HistoryEntry[]; next: string | null }> {
  const rows = await ownJudgements(review.sql, person.personId, filter, readCursor(after), limit + 1);
  const page = rows.slice(0, limit);
  const judgements: HistoryEntry[] = [];
  for (const row of page) judgements.push({ ...entryOf(row, await openContent(review, row, row.sealedContent)), ...(await firstOf(review, row)) });
  const last = page.at(-1);
  return { judgements, next: rows.length > limit && last !== undefined ? writeCursor(last) : null };
}

async function firstOf(review: ReviewContext, row: Judgement & { sealedFirst: Buffer | null }): Promise<Pick<HistoryEntry, 'firstSaid'>> {
  return row.sealedFirst === null ? {} : { firstSaid: (await openContent(review, row, row.sealedFirst))?.answer ?? null };
}

async function openContent(review: ReviewContext, judgement: Judgement, sealed: Buffer): Promise<JudgementContent | null> {
  const item = await readCaseFacts(review.sql, judgement);
  if (item === null) return null;
  // After an erasure the key is gone: the entry stays, its words do not.
  const bytes = await unlessErased(review.contents.open(item, sealed));
  return bytes === null ? null : unpackContent(bytes);
}

function entryOf(row: Judgement & { decisionType: string }, content: JudgementContent | null): HistoryEntry {
  return {
    judgementId: row.judgementId,
    taskId: row.taskId,
    decisionType: row.decisionType,
    submittedAt: isoOf(row.submittedAt),
    // In the hidden form the stored decision compares the answer with the AI's, so only the answer itself is given back.
    said: content?.answer ?? (content === null ? 'erased' : row.decision),
    reasonCodes: row.reasonCodes,
    reasoning: content?.reasoning ?? null,
    withdrawn: row.state === 'withdrawn',
  };
}

function writeCursor({ submittedAt, judgementId }: Judgement): string {
  return Buffer.from(`${submittedAt} ${judgementId}`).toString('base64url');
}

function readCursor(text: string | null): { submittedAt: number; judgementId: string } | null {
  if (text === null) return null;
  const [submittedAt, judgementId] = cursorParts(Buffer.from(text, 'base64url').toString('utf8'), ' ');
  return { submittedAt, judgementId };
}
