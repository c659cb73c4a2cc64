import type { Pool } from 'pg';
import { CountersignError } from '@countersign/kit';
import { ownerOf } from '../audited.ts';
import { auditRecordOf, type AuditRecord, type Opener } from '../records.ts';
import { readEvents, readVerdict, type StoredEvent } from '../store.ts';
import { inOrderOfCause } from '../timeline.ts';
import { countEvents } from './count-store.ts';
import { drawsOf, outcomesOf, policyOf, summaryOf, tasksOf, type CaseDraw, type CaseOutcome, type CasePolicy, type CaseSummary, type CaseTask } from './case.ts';
import { addChunk, chunksOf, recordOfChunk, type Content } from './contents.ts';
import { judgementsOf, type CaseJudgement } from './judgements.ts';
import { presentationsOf, type CasePresentation } from './presentations.ts';

const timelineMax = 10_000;
/** What a pipeline can send as often as it likes, with content each time: enough of it is read to see that it did. It must not crowd out what people did. */
const repeatable = ['DecisionProposed', 'DecisionRefused'] as const;
const repeatsMax = 200;
/** Of a policy version, as it was proposed, approved, activated and, again, activated. */
const policyEventsMax = 50;

/** One decision from proposal to outcome, with what it rests on. */
export type Case = {
  system: string; decisionId: string; events: AuditRecord[];
  /** How many more are on record than `events` has. */
  omitted: number;
  summary: CaseSummary; tasks: CaseTask[]; judgements: CaseJudgement[]; presentations: CasePresentation[]; policy: CasePolicy | null; draws: CaseDraw[]; outcomes: CaseOutcome[];
};

/** Throws `not-found` where nothing is on record. What was shown is not in it: see `readShown`. */
export async function readCase(pool: Pool, vault: Opener, system: string, decisionId: string): Promise<Case> {
  const { events, omitted, contents } = await readTimeline(pool, vault, system, decisionId);
  if (events.length === 0) throw new CountersignError('not-found', `Nothing is on record of decision ${decisionId} of ${system}.`);
  const summary = summaryOf(events, await readVerdict(pool, system, decisionId));
  const judgements = judgementsOf(events);
  return {
    system, decisionId, events, omitted, summary, tasks: tasksOf(events), judgements, presentations: presentationsOf(events, contents, judgements),
    policy: summary.policyVersion === null ? null : await readPolicy(pool, vault, summary.policyVersion), draws: drawsOf(events), outcomes: outcomesOf(events),
  };
}

type Timeline = { events: AuditRecord[]; omitted: number; contents: Content[] };

async function readTimeline(pool: Pool, vault: Opener, system: string, decisionId: string): Promise<Timeline> {
  const repeats = await readEvents(pool, { system, decisionId, record: repeatable }, null, repeatsMax);
  const stored = [...repeats, ...(await readEvents(pool, { system, decisionId, exceptRecord: ['ContentRecorded', ...repeatable] }, null, timelineMax))];
  // Counted last: what comes in meanwhile is told of rather than passed over.
  const there = await countEvents(pool, { system, decisionId, exceptRecord: ['ContentRecorded'] });
  await vault.prepare(stored.filter(({ sealed }) => sealed !== null).map(ownerOf));
  const records = new Map<StoredEvent, AuditRecord>();
  for (const row of stored) records.set(row, await auditRecordOf(row, vault));
  const contents = new Map<string, Content>();
  for await (const chunk of chunksOf(pool, vault, system, decisionId)) {
    if (chunk.value !== null) addChunk(contents, chunk.value);
    // What was sealed is let go with the chunk.
    records.set({ ...chunk.stored, sealed: null }, await recordOfChunk(chunk, vault));
  }
  const events = [...records].sort(([a], [b]) => inOrderOfCause(a, b)).map(([, record]) => record);
  return { events, omitted: Math.max(0, there - stored.length), contents: [...contents.values()] };
}

async function readPolicy(pool: Pool, vault: Opener, version: string): Promise<CasePolicy | null> {
  const stored = await readEvents(pool, { record: ['PolicyProposed', 'PolicyApproved', 'PolicyActivated'], policyVersion: version }, null, policyEventsMax);
  return policyOf(version, await Promise.all(stored.map((row) => auditRecordOf(row, vault))));
}
