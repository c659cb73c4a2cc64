import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readKeptTasks } from '../desk/store.ts';
import { insertSeenPerson } from '../people/store.ts';
import { encodeAccepted, openReview } from '../testing/opened-review.ts';
import type { OpenedReview } from '../testing/opened-review.ts';
import { decide, deliverRouted, hourUs, person, proposal, routedEvent, sitDown } from '../testing/scenario.ts';
import { runDueTimers } from '../timers/loop.ts';
import { readNow } from '../timers/store.ts';
import { beat, claimTask, creditActiveMs, escalateClaim, holdTask, releaseTask } from './claims.ts';
import { readTask } from './store.ts';

let opened: OpenedReview;

beforeAll(async () => {
  opened = await openReview();
});

afterAll(async () => {
  await opened.close();
});

async function open(decisionId: string, change: Parameters<typeof routedEvent>[3] = {}): Promise<void> {
  const now = await readNow(opened.review.sql);
  await deliverRouted(opened.review, routedEvent(encodeAccepted(proposal(decisionId)), decisionId, now, change));
}

test('nothing to do is empty', async () => {
  expect(await claimTask(opened.review, person('ann', true))).toEqual({ outcome: 'empty' });
});

test('200 people claiming at once get 50 tasks, each once, and the others are told when to ask again', async () => {
  const { review, sql } = opened;
  const now = await readNow(sql);
  const queue = 'crowd/standard';
  for (let index = 0; index < 200; index += 1) {
    await insertSeenPerson(sql, { personId: `crowd-${index}`, name: 'x', roles: ['reviewer'], active: true, queues: ['crowd'] }, now);
  }
  await deliverRouted(review, ...Array.from({ length: 50 }, (_, index) => routedEvent(encodeAccepted(proposal(`crowd-${index}`)), `crowd-${index}`, now, { queue })));
  const outcomes = await Promise.all(Array.from({ length: 200 }, async (_, index) => await claimTask(review, person(`crowd-${index}`))));
  const claimed = outcomes.flatMap((outcome) => (outcome.outcome === 'claimed' ? [outcome.claim.taskId] : []));
  expect(claimed).toHaveLength(50);
  expect(new Set(claimed).size).toBe(50);
  expect(outcomes.filter((outcome) => outcome.outcome === 'all-claimed')).toHaveLength(150);
});

describe('what is claimed first', () => {
  test('the worst possible harm, then what is due first', async () => {
    const { review, sql } = opened;
    const now = await readNow(sql);
    await insertSeenPerson(sql, { personId: 'orderly', name: 'x', roles: ['reviewer'], active: true, queues: ['ordered'] }, now);
    const queue = 'ordered/standard';
    await open('late', { queue, severity: 'low', dueAt: now + 2 * hourUs });
    await open('soon', { queue, severity: 'low', dueAt: now + hourUs });
    await open('grave', { queue, severity: 'catastrophic', dueAt: now + 3 * hourUs });
    const order = [];
    for (let index = 0; index < 3; index += 1) {
      const outcome = await claimTask(review, person('orderly'));
      if (outcome.outcome === 'claimed') order.push((await readTask(sql, outcome.claim.taskId))?.decisionId);
    }
    expect(order).toEqual(['grave', 'soon', 'late']);
    await expect(claimTask(review, person('orderly'))).rejects.toMatchObject({ refusal: 'too-many-claims' });
  });

  test('only what one is qualified and experienced for', async () => {
    const { review, sql } = opened;
    await insertSeenPerson(sql, { personId: 'narrow', name: 'x', roles: ['reviewer'], active: true, queues: ['mine'] }, 0);
    await open('other-queue', { queue: 'theirs/standard' });
    await open('for-seniors', { queue: 'mine/senior', route: 'senior' });
    expect(await claimTask(review, person('narrow'))).toEqual({ outcome: 'empty' });
    expect(await claimTask(review, person('narrow', true))).toMatchObject({ outcome: 'claimed' });
  });
});

describe('a claim', () => {
  test('kept by heartbeats, and counted active only when focused, painted and possible', async () => {
    const { review, sql } = opened;
    await insertSeenPerson(sql, { personId: 'beater', name: 'x', roles: ['reviewer'], active: true, queues: ['beats'] }, 0);
    await open('beaten', { queue: 'beats/standard' });
    const { claim } = await sitDown(review, person('beater'));
    await sql.run("update tasks set painted_at = painted_at - 20000000, last_beat_at = last_beat_at - 20000000 where task_id = $1", [claim.taskId]);
    const first = await beat(review, person('beater'), claim.taskId, claim.fence, { focused: true, activeMs: 3_600_000 });
    expect(first.activeMs).toBeGreaterThanOrEqual(20_000);
    expect(first.activeMs).toBeLessThan(30_000);
    expect(await beat(review, person('beater'), claim.taskId, claim.fence, { focused: false, activeMs: 5000 })).toMatchObject({ activeMs: first.activeMs });
    expect(creditActiveMs({ paintedAt: null, lastBeatAt: 1 }, 1000, 2_000_000)).toBe(0);
  });

  test('runs out, goes back, and its late holder is told', async () => {
    const { review, sql } = opened;
    await insertSeenPerson(sql, { personId: 'sleeper', name: 'x', roles: ['reviewer'], active: true, queues: ['sleepy'] }, 0);
    await open('slept-on', { queue: 'sleepy/standard' });
    const { claim } = await sitDown(review, person('sleeper'));
    await sql.run('update tasks set claim_expires_at = 1 where task_id = $1', [claim.taskId]);
    await expect(beat(review, person('sleeper'), claim.taskId, claim.fence, { focused: true, activeMs: 0 })).rejects.toMatchObject({ refusal: 'claim-lost' });
    await sql.run("update timers set due_at = 1 where task_id = $1 and kind = 'claim-expiry'", [claim.taskId]);
    await runDueTimers(review);
    expect(await readTask(sql, claim.taskId)).toMatchObject({ state: 'open', claimant: null });
    const again = await claimTask(review, person('sleeper'), claim.taskId);
    expect(again).toMatchObject({ outcome: 'claimed', claim: { fence: claim.fence + 1 } });
    await expect(releaseTask(review, person('sleeper'), claim.taskId, claim.fence, 'late')).rejects.toMatchObject({ refusal: 'claim-lost' });
  });

  test('released, put aside and escalated', async () => {
    const { review, sql } = opened;
    for (const personId of ['mover', 'chief']) await insertSeenPerson(sql, { personId, name: 'x', roles: ['reviewer'], active: true, queues: ['moves'] }, 0);
    await open('moved', { queue: 'moves/standard' });
    const first = await sitDown(review, person('mover'));
    await releaseTask(review, person('mover'), first.claim.taskId, first.claim.fence, 'not mine');
    const second = await sitDown(review, person('mover'));
    expect(second.bytes.equals(first.bytes)).toBe(true);
    const kept = async (personId: string) => (await readKeptTasks(opened.sql, personId, await readNow(opened.sql))).map(({ taskId }) => taskId);
    const { heldUntil } = await holdTask(review, person('mover'), second.claim.taskId, second.claim.fence, 60_000, 'waiting');
    expect(await claimTask(review, person('mover'))).toMatchObject({ outcome: 'all-claimed', until: heldUntil });
    expect(await kept('mover')).toEqual([second.claim.taskId]);
    await sql.run('update tasks set held_until = 1 where task_id = $1', [second.claim.taskId]);
    // It is on the list of whoever put it aside, not of those who gave it back before.
    const others = await sitDown(review, person('chief'));
    await holdTask(review, person('chief'), others.claim.taskId, others.claim.fence, 60_000, 'waiting');
    expect([await kept('mover'), await kept('chief')]).toEqual([[], [others.claim.taskId]]);
    await sql.run('update tasks set held_until = 1 where task_id = $1', [second.claim.taskId]);
    const third = await sitDown(review, person('mover'));
    await escalateClaim(review, person('mover'), third.claim.taskId, third.claim.fence, 'beyond me');
    expect(await claimTask(review, person('mover'))).toEqual({ outcome: 'empty' });
    expect(await readTask(sql, third.claim.taskId)).toMatchObject({ queue: 'moves/senior', escalatedFrom: 'moves/standard' });
    // A senior of the queue that it came from may work it, as may one of the seniors' queue; another may not.
    for (const [personId, queue] of [['old', 'moves/standard'], ['new', 'moves/senior'], ['far', 'moves/dual']] as const) {
      await insertSeenPerson(sql, { personId, name: 'x', roles: ['senior'], active: true, queues: [queue] }, 0);
      const outcome = await claimTask(review, person(personId, true));
      expect([personId, outcome.outcome]).toEqual([personId, personId === 'far' ? 'empty' : 'claimed']);
      if (outcome.outcome === 'claimed') await releaseTask(review, person(personId, true), outcome.claim.taskId, outcome.claim.fence, 'not mine');
    }
    const senior = await claimTask(review, person('chief', true));
    expect(senior).toMatchObject({ outcome: 'claimed', claim: { taskId: third.claim.taskId } });
  });

  test('nobody works two seats of one decision, whatever they do at once', async () => {
    const { review, sql } = opened;
    await insertSeenPerson(sql, { personId: 'greedy', name: 'x', roles: ['senior'], active: true, queues: ['pairs'] }, 0);
    await open('paired', { queue: 'pairs/dual', route: 'dual' });
    const outcomes = await Promise.all([1, 2, 3].map(async () => await claimTask(review, person('greedy', true))));
    expect(outcomes.filter((outcome) => outcome.outcome === 'claimed')).toHaveLength(1);
    const [seat] = await sql.rows<{ taskId: string }>("select task_id as \"taskId\" from tasks where decision_id = 'paired' and state = 'open'");
    await expect(claimTask(review, person('greedy', true), seat?.taskId)).rejects.toMatchObject({ refusal: 'task-not-found' });
    await expect(sql.run("insert into participations values ('mailroom', 'paired', 'greedy', $1)", [seat?.taskId])).rejects.toMatchObject({ code: '23505' });
  });

  test('a closed task says so', async () => {
    const { review, sql } = opened;
    await insertSeenPerson(sql, { personId: 'closer', name: 'x', roles: ['senior'], active: true, queues: ['closing'] }, 0);
    await open('closing', { queue: 'closing/standard' });
    const { taskId, fence } = await decide(review, person('closer'), { decision: 'approve' });
    await expect(beat(review, person('closer'), taskId, fence, { focused: true, activeMs: 1 })).rejects.toMatchObject({ refusal: 'task-closed' });
  });
});

describe('a task that was given back', () => {
  const next = async (who: string) => {
    const outcome = await claimTask(opened.review, person(who));
    return outcome.outcome === 'claimed' ? { ...outcome.claim, decisionId: (await readTask(opened.sql, outcome.claim.taskId))?.decisionId } : outcome.outcome;
  };
  const giveBack = async (who: string) => {
    const claim = await next(who);
    if (typeof claim === 'string') throw new Error(claim);
    await releaseTask(opened.review, person(who), claim.taskId, claim.fence, 'Somebody I know.');
    return claim;
  };

  test('comes to others first, and to whoever gave it back only behind what else is there', async () => {
    const { sql } = opened;
    const now = await readNow(sql);
    for (const who of ['giver', 'taker']) await insertSeenPerson(sql, { personId: who, name: 'x', roles: ['reviewer'], active: true, queues: ['given'] }, now);
    const queue = 'given/standard';
    await open('given-first', { queue, dueAt: now + hourUs });
    await open('given-second', { queue, dueAt: now + 2 * hourUs });
    expect((await giveBack('giver')).decisionId).toBe('given-first');
    expect(await next('giver')).toMatchObject({ decisionId: 'given-second' });
    // Nothing else is there.
    const again = await next('giver');
    expect(again).toMatchObject({ decisionId: 'given-first' });
    if (typeof again === 'object') await releaseTask(opened.review, person('giver'), again.taskId, again.fence, 'Still somebody I know.');
    await open('given-third', { queue, dueAt: now + 3 * hourUs });
    expect(await next('taker')).toMatchObject({ decisionId: 'given-first' });
  });

  test('has its place in the order again after a while, so that giving back never hides it', async () => {
    const { sql } = opened;
    const now = await readNow(sql);
    await insertSeenPerson(sql, { personId: 'alone', name: 'x', roles: ['reviewer'], active: true, queues: ['alone'] }, now);
    const queue = 'alone/standard';
    await open('alone-first', { queue, dueAt: now + hourUs });
    await open('alone-second', { queue, dueAt: now + 2 * hourUs });
    const { taskId } = await giveBack('alone');
    const [row] = await sql.rows<{ until: number }>('select released_until as until from tasks where task_id = $1', [taskId]);
    expect((row?.until ?? 0) - now).toBeLessThanOrEqual(601_000_000);
    await sql.run('update tasks set released_until = $2 where task_id = $1', [taskId, now]);
    expect(await next('alone')).toMatchObject({ decisionId: 'alone-first' });
  });
});

describe('the only task, whose row another request holds', () => {
  async function whileLocked(decisionId: string, act: () => Promise<void>): Promise<void> {
    await opened.review.transact(async (work) => {
      await work.sql.run('select 1 from tasks where decision_id = $1 for no key update', [decisionId]);
      await act();
    });
  }

  test('is not nothing: whoever asks is told to ask again', async () => {
    const { sql, review } = opened;
    const now = await readNow(sql);
    await insertSeenPerson(sql, { personId: 'second', name: 'x', roles: ['reviewer'], active: true, queues: ['single'] }, now);
    await open('single', { queue: 'single/standard' });
    await whileLocked('single', async () => {
      const outcome = await claimTask(review, person('second'));
      expect(outcome).toMatchObject({ outcome: 'all-claimed' });
      expect(outcome.outcome === 'all-claimed' ? outcome.until : 0).toBeGreaterThan(now);
    });
    expect(await claimTask(review, person('second'))).toMatchObject({ outcome: 'claimed' });
  });
});
