import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { insertSeenPerson } from '../people/store.ts';
import { qualifies } from '../tasks/store.ts';
import { encodeAccepted, openReview } from '../testing/opened-review.ts';
import type { OpenedReview } from '../testing/opened-review.ts';
import { deliverRouted, hourUs, judge, person, proposal, routedEvent, sitDown } from '../testing/scenario.ts';
import { readNow } from '../timers/store.ts';
import { beat, claimTask } from '../tasks/claims.ts';
import { openTasksStatement, readOpenTasks } from './store.ts';
import { readStanding } from './standing.ts';
import { waitingByQueue, waitingFor } from './waiting.ts';

let opened: OpenedReview;

beforeAll(async () => {
  opened = await openReview();
});

afterAll(async () => {
  await opened.close();
});

/** A small generator with a seed, so that a failure can be had again. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

test('what is counted as waiting is what claiming would give, for every person and every state of a task', async () => {
  const { review, sql } = opened;
  const now = await readNow(sql);
  const pick = chance(42);
  const queueNames = ['a/standard', 'a/senior', 'a/dual', 'b/standard', 'unclassified'];
  const grants = ['*', 'a', 'a/standard', 'a/dual', 'b', 'b/standard'];
  const people = Array.from({ length: 24 }, (_, index) => ({ personId: `p${index}`, senior: pick(3) === 0, queues: index === 0 ? [] : Array.from(new Set([grants[pick(6)] ?? '*', grants[pick(6)] ?? '*'])) }));
  for (const { personId, senior, queues } of people) await insertSeenPerson(sql, { personId, name: personId, roles: [senior ? 'senior' : 'reviewer'], active: true, queues }, now);
  const ids = Array.from({ length: 150 }, (_, index) => `case-${index}`);
  await deliverRouted(review, ...ids.map((id) => {
    const queue = queueNames[pick(5)] ?? 'b/standard';
    return routedEvent(encodeAccepted(proposal(id)), id, now, { queue, route: queue === 'a/dual' ? 'dual' : queue === 'a/senior' ? 'senior' : 'standard', known: queue !== 'unclassified', dueAt: now + (pick(5) - 1) * hourUs });
  }));
  const tasks = await sql.rows<{ taskId: string; system: string; decisionId: string }>('select task_id as "taskId", system, decision_id as "decisionId" from tasks order by decision_id, seat');
  const someone = () => `p${pick(24)}`;
  const someTime = () => now + (pick(2) === 0 ? -hourUs : hourUs);
  for (const { taskId, system, decisionId } of tasks) {
    if (pick(4) === 0) await sql.run('update tasks set held_until = $2 where task_id = $1', [taskId, someTime()]);
    if (pick(3) === 0) await sql.run('update tasks set reserved_for = $2, reserved_until = $3, reserved_in_name = $4, reserved_against = $5 where task_id = $1', [taskId, someone(), someTime(), pick(2) === 0, pick(2) === 0 ? null : someone()]);
    if (pick(4) === 0) await sql.run("update tasks set escalated_from = 'a/standard', queue = 'a/senior', seniority = 'senior' where task_id = $1", [taskId]);
    if (pick(8) === 0) await sql.run("update tasks set state = 'claimed', claimant = $2 where task_id = $1", [taskId, someone()]);
    for (let times = pick(3); times > 0; times -= 1) await sql.run('insert into participations (system, decision_id, person_id, task_id) values ($1, $2, $3, $4) on conflict do nothing', [system, decisionId, someone(), taskId]);
  }
  const rows = await readOpenTasks(sql);
  let counted = 0;
  for (const worker of people) {
    const claimable = await sql.rows<{ dueAt: number }>(
      `select t.due_at as "dueAt" from tasks t where t.state = 'open' and (t.held_until is null or t.held_until <= $3) and ${qualifies} order by t.due_at`, [worker.personId, worker.senior, now]);
    counted += claimable.length;
    const byQueue = waitingByQueue(worker, rows, now);
    expect(byQueue.reduce((sum, { open }) => sum + open, 0)).toBe(claimable.length);
    expect(new Set(byQueue.map(({ queue }) => queue)).size).toBe(byQueue.length);
    expect({ worker, waiting: waitingFor(worker, rows, now) }).toEqual({ worker, waiting: { open: claimable.length, overdue: claimable.filter(({ dueAt }) => dueAt < now).length, nextDueAt: claimable[0]?.dueAt ?? null } });
  }
  // So that the comparison is about something.
  expect(counted).toBeGreaterThan(300);
});

test('what somebody may not claim is not in their count', async () => {
  const { review, sql } = opened;
  const now = await readNow(sql);
  await insertSeenPerson(sql, { personId: 'signer', name: 'x', roles: ['reviewer'], active: true, queues: ['signed'] }, now);
  await deliverRouted(review, routedEvent(encodeAccepted(proposal('signed')), 'signed', now, { queue: 'signed/dual', route: 'dual' }));
  // Two seats that anybody may take, so that nothing but their part in it bars them.
  await sql.run("update tasks set seniority = 'any' where decision_id = 'signed'");
  expect((await readStanding(review, person('signer'))).waiting).toMatchObject({ open: 2 });
  await judge(review, person('signer'), { decision: 'approve' });
  expect((await readStanding(review, person('signer'))).waiting).toEqual({ open: 0, overdue: 0, nextDueAt: null, queues: [] });
  expect(await claimTask(review, person('signer'))).toEqual({ outcome: 'empty' });
});

describe('how things stand', () => {
  test('counts claims, judgements and active time, and advises', async () => {
    const { review, sql } = opened;
    const now = await readNow(sql);
    await insertSeenPerson(sql, { personId: 'busy', name: 'x', roles: ['reviewer'], active: true, queues: ['busy'] }, now);
    const ids = Array.from({ length: 6 }, (_, index) => `busy-${index}`);
    await deliverRouted(review, ...ids.map((id) => routedEvent(encodeAccepted(proposal(id)), id, now, { queue: 'busy/standard' })));
    for (let index = 0; index < 2; index += 1) await judge(review, person('busy'), { decision: 'approve' });
    const { claim } = await sitDown(review, person('busy'));
    await claimTask(review, person('busy'), undefined, { prefetch: true });
    expect(await readStanding(review, person('busy'))).toMatchObject({ claims: 1, claimsMax: 3, available: true, judgedLastHour: 2, softCapPerHour: 60, activeMsSinceBreak: 0, nudge: null, waiting: { open: 2 } });
    // By the type and the instant: which version the cases judged had does not matter.
    review.softCapOf = (decisionType, at) => (decisionType === 'digits.routing' && at >= now ? 2 : null);
    expect(await readStanding(review, person('busy'))).toMatchObject({ softCapPerHour: 2, nudge: 'cap' });
    // An hour at the open task, all of it active.
    await sql.run('update tasks set painted_at = painted_at - 3600000000, last_beat_at = last_beat_at - 3600000000 where task_id = $1', [claim.taskId]);
    await beat(review, person('busy'), claim.taskId, claim.fence, { focused: true, activeMs: 3_600_000 });
    const tired = await readStanding(review, person('busy'));
    expect(tired.nudge).toBe('break');
    expect(tired.activeMsSinceBreak).toBeGreaterThanOrEqual(3_590_000);
    // Advice, and no more.
    expect(await judge(review, person('busy'), { decision: 'approve' })).toHaveProperty('judgementId');
    review.softCapOf = () => null;
  });

  test('is read by an index however much waits', async () => {
    await opened.analyse();
    const plan = await opened.sql.rows<{ 'QUERY PLAN': string }>(`explain ${openTasksStatement.replaceAll('$1', '200').replaceAll('$2', '1000')}`);
    const text = plan.map((row) => row['QUERY PLAN']).join('\n');
    expect(text).toContain('tasks_waiting');
  });
});
