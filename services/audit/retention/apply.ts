/**
 * Lets days of records go whose time is over: looked at, exported, and then detached by the owner of the tables, who looks again. Leaf hashes and
 * the tiles of the log stay, so every proof of what remains does.
 */

import type { PoolClient } from 'pg';
import { inTransaction } from '@countersign/kit';
import { recordAct, type ErasureDeps } from '../erasure/context.ts';
import { readNow } from '../erasure/erasures-store.ts';
import { lockHolds } from '../erasure/holds-store.ts';
import { ChangedRowError, writeDayFile } from './day-file.ts';
import { daysKept } from './rules.ts';
import * as store from './store.ts';
import type { DayChange, ExportRow, RuleRow } from './store.ts';

export type RetentionDeps = ErasureDeps & { folder: string };

const pageRows = 500;
const subjectPage = 1000;
const dayMs = 86_400_000;
const nothing: Omit<DayChange, 'state' | 'because'> = { decisionTypes: [], ruleDays: null, records: 0, firstIndex: null, lastIndex: null, exportSha256: null, exportBytes: null };

/** Looks at every day that may be over, the oldest first. Answers the days that left. Another instance that is at it is left alone. */
export async function applyRetention(deps: RetentionDeps): Promise<string[]> {
  const rules = (await store.readRules(deps.pool)).filter(({ changedBy }) => changedBy !== null);
  const shortest = Math.min(...rules.flatMap(({ keepDays }) => (keepDays === null ? [] : [keepDays])));
  if (!Number.isFinite(shortest)) return [];
  const left: string[] = [];
  for (const day of await store.partitionDays(deps.pool, shortest)) if (await applyToDay(deps, rules, day)) left.push(day);
  return left;
}

async function applyToDay(deps: RetentionDeps, rules: readonly RuleRow[], day: string): Promise<boolean> {
  return await inTransaction(deps.pool, async (client) => {
    if (!(await store.takeRetentionLock(client))) return false;
    const now = await readNow(client);
    const types = await store.typesOf(deps.pool, day);
    const facts = { ...nothing, decisionTypes: types.filter((type) => type !== null) };
    const why = await whyItStays(deps, rules, day, types, now);
    if (why !== null) {
      await store.writeDay(client, day, now, { ...facts, ...why });
      return false;
    }
    const kept = daysKept(rules, types);
    return kept.days === null ? false : await letGo(deps, client, day, now, { ...facts, ruleDays: kept.days });
  });
}

async function whyItStays(deps: RetentionDeps, rules: readonly RuleRow[], day: string, types: ReadonlyArray<string | null>, now: number): Promise<Pick<DayChange, 'state' | 'because'> | null> {
  const kept = daysKept(rules, types);
  if (kept.days === null) return { state: 'kept', because: kept.because };
  const until = Date.parse(day) + (kept.days + 1) * dayMs;
  if (until > now / 1000) return { state: 'kept', because: `Its records are kept until ${new Date(until).toISOString().slice(0, 10)}.` };
  await listHeldDecisions(deps);
  const holds = await store.holdsOnDay(deps.pool, day);
  if (holds.length > 0) return { state: 'held', because: `Legal holds keep it: ${holds.join(', ')}.` };
  const { records, placed } = await store.countRecords(deps.pool, day);
  return placed === records ? null : { state: 'kept', because: 'Some of its records have no place in the log yet.' };
}

/** Whose decisions are whose is known by the vault alone: for the owner of the tables, who looks at holds again, they are listed where it can see them. */
async function listHeldDecisions({ pool, vault }: RetentionDeps): Promise<void> {
  for (const { holdId, system, subjectRef } of await store.subjectHolds(pool)) {
    const now = await readNow(pool);
    for (let after = '', page: string[] = []; ; after = page.at(-1) ?? '') {
      page = await vault.decisionsOf(system, subjectRef, Number.MAX_SAFE_INTEGER, after, subjectPage);
      await store.listHeld(pool, holdId, page);
      if (page.length < subjectPage) break;
    }
    await store.setListed(pool, holdId, now);
  }
}

/** Exported first, and on disk; then out of the database in the transaction that says so. */
async function letGo(deps: RetentionDeps, client: PoolClient, day: string, now: number, facts: Omit<DayChange, 'state' | 'because'>): Promise<boolean> {
  try {
    const { records, firstIndex, lastIndex, sha256, bytes } = await writeDayFile(deps.folder, day, rowsOf(deps, day));
    const exported = { ...facts, records, firstIndex, lastIndex, exportSha256: sha256, exportBytes: bytes };
    // By itself: what is on disk is known, whatever becomes of the rest.
    await store.writeDay(deps.pool, day, now, { ...exported, state: 'exported', because: 'It was exported, and is about to leave.' });
    await lockHolds(client);
    await store.detachDay(client, day, now);
    await recordAct(deps, client, 'RetentionApplied', { actor: 'audit', system: null, now }, { day, firstIndex, lastIndex, records, exportSha256: sha256.toString('hex'), exportBytes: bytes, decisionTypes: facts.decisionTypes, ruleDays: facts.ruleDays ?? 0 });
    return true;
  } catch (error) {
    if (!(error instanceof ChangedRowError)) throw error;
    deps.context.log.error({ err: error, day }, 'a day stays: one of its rows is not what the log has');
    await store.writeDay(client, day, now, { ...facts, state: 'kept', because: error.message });
    return false;
  }
}

async function* rowsOf({ pool }: RetentionDeps, day: string): AsyncGenerator<ExportRow> {
  let after: { recordedAt: number; eventId: string } | null = null;
  for (;;) {
    const page: ExportRow[] = await store.exportRows(pool, day, after, pageRows);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageRows) return;
    after = last.row;
  }
}
