/** For how long records are kept: asked for by one privacy officer, agreed to by another. */

import { CountersignError, inTransaction } from '@countersign/kit';
import { recordAct, type ErasureDeps } from '../erasure/context.ts';
import { isoOrNull } from '../instants.ts';
import { readNow } from '../erasure/erasures-store.ts';
import * as store from './store.ts';
import type { RuleRow } from './store.ts';

/** What belongs to no type, and every type without a rule. */
export const everythingElse = '*';

export function ruleView({ decisionType, keepDays, changedBy, changedAt, wantedBy, wantedAt, wantedDays, wantedReason }: RuleRow) {
  return { decisionType, keepDays, changedBy, changedAt: isoOrNull(changedAt), asked: wantedBy === null ? null : { keepDays: wantedDays, by: wantedBy, at: isoOrNull(wantedAt), reason: wantedReason ?? '', etag: etagOf(wantedAt) } };
}

/** Of one wish: the next one for the same type was made at another instant. */
function etagOf(wantedAt: number | null): string {
  return `"${wantedAt ?? 0}"`;
}

export async function askForRule(deps: ErasureDeps, by: string, decisionType: string, keepDays: number | null, reason: string): Promise<RuleRow> {
  return await inTransaction(deps.pool, async (client) => {
    await store.wantRule(client, decisionType, by, await readNow(client), keepDays, reason);
    return requireRule(await store.lockRule(client, decisionType));
  });
}

/** Agrees to what was seen, which `etag` names: whoever asks again while somebody looks must not have the one thing approved in the name of the other. */
export async function approveRule(deps: ErasureDeps, by: string, decisionType: string, etag: string): Promise<RuleRow> {
  return await inTransaction(deps.pool, async (client) => {
    const rule = requireRule(await store.lockRule(client, decisionType));
    if (rule.wantedBy === null) throw new CountersignError('state-conflict', 'Nobody asked for another time.');
    if (rule.wantedBy === by) throw new CountersignError('forbidden', 'You asked for this; somebody else must agree.', { permission: 'retention.manage', remedy: 'Ask another privacy officer to approve it.' });
    if (etagOf(rule.wantedAt) !== etag) throw new CountersignError('precondition-failed', 'What you saw is not what is asked for now.', { remedy: 'Look at what is asked for now, and decide on that.' });
    const now = await readNow(client);
    await store.agreeToRule(client, decisionType, by, now);
    await recordAct(deps, client, 'RetentionRuleChanged', { actor: by, system: null, now }, { decisionType, keepDays: rule.wantedDays, askedBy: rule.wantedBy });
    return requireRule(await store.lockRule(client, decisionType));
  });
}

/** Also by whoever asked: nothing changes. */
export async function refuseRule(deps: ErasureDeps, decisionType: string): Promise<RuleRow> {
  return await inTransaction(deps.pool, async (client) => {
    const rule = requireRule(await store.lockRule(client, decisionType));
    if (rule.wantedBy === null) throw new CountersignError('state-conflict', 'Nobody asked for another time.');
    await store.dropWish(client, decisionType);
    return requireRule(await store.lockRule(client, decisionType));
  });
}

function requireRule(rule: RuleRow | null): RuleRow {
  if (rule === null) throw new CountersignError('not-found', 'Nobody asked for a time for this type.', { remedy: 'List the rules with GET /v1/retention.' });
  return rule;
}

/**
 * When records of some types may go: after the longest of their rules, in days. `null` where one of them is kept for ever: a day leaves whole,
 * so the record that is kept longest keeps the others. Pure.
 */
export function daysKept(rules: readonly RuleRow[], types: ReadonlyArray<string | null>): { days: number } | { days: null; because: string } {
  const inForce = new Map(rules.filter(({ changedBy }) => changedBy !== null).map((rule) => [rule.decisionType, rule.keepDays]));
  let longest = 0;
  for (const type of types) {
    const own = type === null ? undefined : inForce.get(type);
    const days = own === undefined ? inForce.get(everythingElse) : own;
    if (days === undefined || days === null) return { days: null, because: type === null ? 'Some of its records belong to no decision type, and those are kept for ever.' : `Records of ${type} are kept for ever.` };
    longest = Math.max(longest, days);
  }
  return { days: longest };
}
