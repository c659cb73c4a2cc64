import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pressingAt, severities } from '@countersign/core';
import type { Severity } from '@countersign/core';
import { insertSeenPerson, replacePerson } from '../people/store.ts';
import { encodeAccepted, openReview } from '../testing/opened-review.ts';
import type { OpenedReview } from '../testing/opened-review.ts';
import { deliverRouted, hourUs, person, proposal, routedEvent } from '../testing/scenario.ts';
import { runDueTimers } from '../timers/loop.ts';
import { readNow } from '../timers/store.ts';
import { claimTask } from './claims.ts';
import { claimExpiryStatement, nextTaskStatement, wakeStatements } from './queue-store.ts';
import { escalateTask, setTaskDue } from './store.ts';

let opened: OpenedReview;
const sizes = { small: 1000, large: 60_000 } as const;
const queues = ['credit/standard', 'credit/senior', 'credit/dual', 'digits/standard', 'digits/senior', 'hiring/standard'];

/** Open tasks over all queues but one, without what stands around a real one: only the order is looked at. */
async function fill(from: number, to: number, now: number): Promise<void> {
  await opened.sql.run(
    `insert into cases (system, decision_id, decision_type, policy_version, accepted_at, route, point, tier, kind, severity, rule_ids, form, queue, severity_rank, known,
       verdict_by, reasons, on_expiry, sealed_accepted, opened_at, routed)
     select 's', 'd' || i, 'digits', 'v', $3, 'standard', 'before', 'low', 'standard', 'low', '[]', 'shown', 'q', 0, true, 'review', '[]', 'reject', '', $3, true
     from generate_series($1::int, $2::int - 1) i`, [from, to, now]);
  await opened.sql.run(
    `insert into tasks (task_id, system, decision_id, lane, seat, kind, queue, seniority, form, severity_rank, state, opened_at, due_at, pressing_at)
     select gen_random_uuid(), 's', 'd' || i, 'primary', 1, 'standard', ($4::text[])[1 + i % 6], case when i % 6 in (1, 4) then 'senior' else 'any' end, 'shown', 0, 'open', $3,
       $3 + i * 1000::bigint, $3 + i * 1000::bigint from generate_series($1::int, $2::int - 1) i`, [from, to, now, queues]);
}

type Node = { 'Node Type': string; 'Relation Name'?: string; 'Actual Rows': number; 'Actual Loops': number; 'Rows Removed by Filter'?: number; Plans?: Node[] };

/** Rows of `tasks` that a statement touches, found or thrown away, as Postgres counted them; and how it got to them. */
async function lookAt(statement: string, parameters: readonly unknown[]): Promise<{ rows: number; nodes: string[] }> {
  const literals = statement.replaceAll(/\$(\d)/g, (_, place: string) => {
    const value = parameters[Number(place) - 1];
    return typeof value === 'string' ? `'${value}'` : String(value);
  });
  const [answer] = await opened.sql.rows<{ 'QUERY PLAN': Array<{ Plan: Node }> }>(`explain (analyze, format json) ${literals}`);
  const found = { rows: 0, nodes: [] as string[] };
  const visit = (node: Node) => {
    if (node['Relation Name'] === 'tasks') {
      found.nodes.push(node['Node Type']);
      found.rows += ((node['Actual Rows']) + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
    }
    node.Plans?.forEach(visit);
  };
  answer?.['QUERY PLAN'].forEach(({ Plan }) => {
    visit(Plan);
  });
  return found;
}

beforeAll(async () => {
  opened = await openReview();
}, 60_000);

afterAll(async () => {
  await opened.close();
});

describe('what a claim looks at', () => {
  const looks = async (now: number) => ({
    everything: await lookAt(nextTaskStatement, ['ann', true]),
    oneType: await lookAt(nextTaskStatement, ['tess', false]),
    oneSmallQueue: await lookAt(nextTaskStatement, ['sol', true]),
    expiry: await lookAt(claimExpiryStatement, ['ann', true, now]),
    waking: await lookAt(wakeStatements[0], [now, 500]),
    unreserving: await lookAt(wakeStatements[1], [now, 500]),
  });

  test('is the same at any size, by indexes alone, also for a small queue among many and behind much that is put aside or kept for somebody', async () => {
    const { sql } = opened;
    const now = await readNow(sql);
    await replacePerson(sql, { personId: 'tess', name: 'x', roles: ['reviewer'], active: true, queues: ['credit'] }, 0);
    await replacePerson(sql, { personId: 'sol', name: 'x', roles: ['senior'], active: true, queues: ['small/standard'] }, 0);
    await fill(0, sizes.small, now);
    await opened.analyse();
    const small = await looks(now);
    await fill(sizes.small, sizes.large, now);
    // Before everything else, and nobody's to take now.
    await sql.run("update tasks set held_until = $1, pressing_at = pressing_at - $2 where (substr(decision_id, 2))::int < 6000", [now + hourUs, 100 * hourUs]);
    await sql.run("update tasks set reserved_for = 'bob', reserved_until = $1, pressing_at = pressing_at - $2 where (substr(decision_id, 2))::int between 6000 and 9000", [now + hourUs, 100 * hourUs]);
    await opened.analyse();
    const large = await looks(now);
    for (const [name, look] of Object.entries(large)) {
      const before = small[name as keyof typeof small];
      expect([name, look.nodes.filter((node) => node.includes('Seq'))]).toEqual([name, []]);
      // A queue that had nothing put aside has something now: one row each for when to ask again.
      expect({ name, more: look.rows - before.rows <= queues.length * 2 }).toEqual({ name, more: true });
      expect({ name, few: look.rows <= 50 }).toEqual({ name, few: true });
    }
    expect(large.oneSmallQueue.rows).toBe(0);
  }, 60_000);

  test('the plan that Postgres keeps for a prepared statement walks the same indexes', async () => {
    const plan = await opened.review.transact(async ({ sql }) => {
      await sql.run(`prepare kept_next (text, boolean) as ${nextTaskStatement}`);
      await sql.run('set local plan_cache_mode = force_generic_plan');
      return await sql.rows<{ 'QUERY PLAN': string }>("explain execute kept_next ('ann', true)");
    });
    const text = plan.map((row) => row['QUERY PLAN']).join('\n');
    expect(text).toContain('tasks_next');
    expect(text).not.toContain('Seq Scan on tasks');
  });
});

test('200 people of many queues claiming at once find everything, each task once, and nobody is told that nothing is there', async () => {
  const own = await openReview();
  try {
    const { review, sql } = own;
    const now = await readNow(sql);
    const ids = Array.from({ length: 200 }, (_, index) => `rush-${index}`);
    for (const personId of ids) await insertSeenPerson(sql, { personId, name: 'x', roles: ['senior'], active: true, queues: ['*'] }, now);
    await deliverRouted(review, ...ids.map((id, index) => routedEvent(encodeAccepted(proposal(id)), id, now, { queue: queues[index % queues.length] ?? '' })));
    const outcomes = await Promise.all(ids.map(async (personId) => await claimTask(review, person(personId, true))));
    expect(new Set(outcomes.map((outcome) => (outcome.outcome === 'claimed' ? outcome.claim.taskId : outcome.outcome))).size).toBe(200);
  } finally {
    await own.close();
  }
}, 60_000);

test('what is due later is less pressing by as much', async () => {
  const own = await openReview();
  try {
    const { review, sql } = own;
    const now = await readNow(sql);
    await deliverRouted(review, ...severities.map((severity) => routedEvent(encodeAccepted(proposal(severity)), severity, now, { severity, queue: 'digits/standard' })));
    const rows = async () => await sql.rows<{ taskId: string; severity: Severity; dueAt: number; pressing: number }>(
      'select task_id as "taskId", decision_id as severity, due_at as "dueAt", pressing_at as pressing from tasks');
    const expectInOrder = async () => {
      for (const row of await rows()) expect(row.pressing).toBe(pressingAt(row.dueAt, row.severity));
    };
    await expectInOrder();
    for (const { taskId, severity, dueAt } of await rows()) {
      if (severity === 'low') await setTaskDue(sql, taskId, dueAt + hourUs);
      else await escalateTask(sql, taskId, now, { queue: 'digits/senior', dueAt: dueAt + 2 * hourUs, sealedNote: null });
    }
    await expectInOrder();
    expect((await rows()).map(({ dueAt }) => dueAt - now).sort((a, b) => a - b)).toEqual([2, 3, 3, 3].map((hours) => hours * hourUs));
  } finally {
    await own.close();
  }
}, 60_000);

describe('what was put aside', () => {
  test('comes back when its time is over: by the schedule, or by whoever finds nothing else', async () => {
    const own = await openReview();
    try {
      const { sql, review } = own;
      const now = await readNow(sql);
      const before = opened;
      opened = own;
      await fill(0, 6, now + hourUs);
      opened = before;
      await sql.run("update tasks set held_until = $1 where seniority = 'any'", [now + hourUs]);
      await replacePerson(sql, { personId: 'tess', name: 'x', roles: ['reviewer'], active: true, queues: ['credit'] }, 0);
      expect(await claimTask(review, person('tess'))).toEqual({ outcome: 'all-claimed', until: now + hourUs });
      await sql.run("update tasks set held_until = $1 where queue = 'credit/standard'", [now]);
      expect(await claimTask(review, person('tess'))).toMatchObject({ outcome: 'claimed' });
      await runDueTimers(review, now + hourUs);
      expect(await sql.rows('select task_id from tasks where held_until is not null')).toEqual([]);
    } finally {
      await own.close();
    }
  }, 60_000);
});
