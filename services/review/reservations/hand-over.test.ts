import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { submitJudgement } from '../judgements/submission.ts';
import { insertSeenPerson } from '../people/store.ts';
import { claimTask } from '../tasks/claims.ts';
import { readTask } from '../tasks/store.ts';
import { encodeAccepted, openReview } from '../testing/opened-review.ts';
import type { OpenedReview } from '../testing/opened-review.ts';
import { deliverRouted, finalise, hourUs, judge, person, proposal, reasoningText, routedEvent, sitDown } from '../testing/scenario.ts';
import type { RoutedChange } from '../testing/scenario.ts';
import { runDueTimers } from '../timers/loop.ts';
import { readNow } from '../timers/store.ts';
import { colleaguesFor, handOver, reassign, releaseClaims } from './hand-over.ts';

let opened: OpenedReview;
let count = 0;
let type = '';
let decisionId = '';
const minuteUs = 60_000_000;
const reason = 'SECRET-REASON of the hand-over';

beforeAll(async () => {
  opened = await openReview();
});

afterAll(async () => {
  await opened.close();
});

beforeEach(async () => {
  count += 1;
  type = `hand-${count}`;
  for (const name of ['amy', 'ben', 'cat']) await enter(`${name}-${count}`);
});

async function enter(personId: string, roles = ['reviewer'], queues = [type]): Promise<void> {
  await insertSeenPerson(opened.sql, { personId, name: personId, roles, active: true, queues }, 0);
}

const who = (name: string, senior = false) => person(`${name}-${count}`, senior);

async function open(change: RoutedChange = {}): Promise<number> {
  const now = await readNow(opened.sql);
  decisionId = `${type}-${opened.events.length}`;
  await deliverRouted(opened.review, routedEvent(encodeAccepted(proposal(decisionId)), decisionId, now, { queue: `${type}/standard`, dueAt: now + 4 * hourUs, ...change }));
  return now;
}

async function outcomeOf(name: string, senior = false, taskId?: string): Promise<string> {
  return await claimTask(opened.review, who(name, senior), taskId).then(({ outcome }) => outcome, (error: { refusal: string }) => error.refusal);
}

function reassigned() {
  return opened.events.flatMap((event) => (event.record === 'TaskReassigned' && event.value.decisionId === decisionId ? [event.value] : []));
}

describe('handing over', () => {
  test('keeps the task for the colleague for a while, and then for anybody', async () => {
    await open();
    const { claim } = await sitDown(opened.review, who('amy'));
    expect((await colleaguesFor(opened.review, who('amy'), claim.taskId)).map(({ personId }) => personId)).toEqual(expect.arrayContaining([`ben-${count}`, `cat-${count}`]));
    await handOver(opened.review, who('amy'), claim.taskId, claim.fence, { to: `ben-${count}`, reason });
    const [event] = reassigned();
    expect(event).toMatchObject({ actor: `amy-${count}`, reviewer: `amy-${count}`, to: `ben-${count}`, reserved: true, reason });
    expect((event?.reservedUntil ?? 0) - (event?.occurredAt ?? 0)).toBe(30 * minuteUs);
    for (const name of ['amy', 'cat']) {
      expect(await claimTask(opened.review, who(name))).toEqual({ outcome: 'all-claimed', until: event?.reservedUntil });
      expect(await outcomeOf(name, false, claim.taskId)).toBe('task-not-found');
    }
    await opened.sql.run('update tasks set reserved_until = 1 where task_id = $1', [claim.taskId]);
    expect(await outcomeOf('cat')).toBe('claimed');
  });

  test('gives it to the colleague before what is more pressing, and tells them nothing of why', async () => {
    await open();
    const { claim } = await sitDown(opened.review, who('amy'));
    await open({ severity: 'catastrophic' });
    await handOver(opened.review, who('amy'), claim.taskId, claim.fence, { to: `ben-${count}`, reason });
    const taken = await sitDown(opened.review, who('ben'));
    expect(taken.claim.taskId).toBe(claim.taskId);
    expect(taken.bytes.toString()).not.toContain('hand-over');
  });

  test('keeps it no longer than half of the time that is left', async () => {
    const now = await open({ dueAt: (await readNow(opened.sql)) + 10 * minuteUs });
    const { claim } = await sitDown(opened.review, who('amy'));
    await handOver(opened.review, who('amy'), claim.taskId, claim.fence, { to: `ben-${count}`, reason });
    expect((reassigned()[0]?.reservedUntil ?? 0) - now).toBeLessThanOrEqual(6 * minuteUs);
  });

  test('goes to nobody who does not work the queue, is not active, or is oneself', async () => {
    await open();
    await enter(`far-${count}`, ['reviewer'], ['elsewhere']);
    await enter(`ops-${count}`, ['ops']);
    await enter(`gone-${count}`);
    await opened.sql.run('update people set active = false where person_id = $1', [`gone-${count}`]);
    const { claim } = await sitDown(opened.review, who('amy'));
    for (const to of ['far', 'ops', 'gone', 'amy', 'unknown']) {
      await expect(handOver(opened.review, who('amy'), claim.taskId, claim.fence, { to: `${to}-${count}`, reason })).rejects.toMatchObject({ refusal: 'not-eligible', field: 'to' });
    }
    expect(await readTask(opened.sql, claim.taskId)).toMatchObject({ claimant: `amy-${count}`, fence: claim.fence });
    await expect(handOver(opened.review, who('ben'), claim.taskId, claim.fence, { to: `cat-${count}`, reason })).rejects.toMatchObject({ refusal: 'claim-lost' });
    await expect(colleaguesFor(opened.review, who('ben'), claim.taskId)).rejects.toMatchObject({ refusal: 'task-not-found' });
  });

  test('goes to nobody who is not available, though they are named', async () => {
    await open();
    await opened.sql.run('update people set available = false where person_id = $1', [`ben-${count}`]);
    const { claim } = await sitDown(opened.review, who('amy'));
    expect(await colleaguesFor(opened.review, who('amy'), claim.taskId)).toContainEqual({ personId: `ben-${count}`, name: `ben-${count}`, available: false });
    await expect(handOver(opened.review, who('amy'), claim.taskId, claim.fence, { to: `ben-${count}`, reason })).rejects.toMatchObject({ refusal: 'not-available', field: 'to' });
    await expect(reassign(opened.review, 'sue', claim.taskId, { to: `ben-${count}`, reason })).rejects.toMatchObject({ refusal: 'not-available' });
    expect(await readTask(opened.sql, claim.taskId)).toMatchObject({ claimant: `amy-${count}` });
  });

  test('ends with the next release, hold or escalation', async () => {
    await open();
    const { claim } = await sitDown(opened.review, who('amy'));
    await handOver(opened.review, who('amy'), claim.taskId, claim.fence, { to: `ben-${count}`, reason });
    const taken = await sitDown(opened.review, who('ben'));
    await opened.sql.run('update tasks set claim_expires_at = 1 where task_id = $1', [claim.taskId]);
    await opened.sql.run("update timers set due_at = 1 where task_id = $1 and kind = 'claim-expiry'", [claim.taskId]);
    await runDueTimers(opened.review);
    // A claim that ran out was not given back.
    expect(await outcomeOf('cat')).toBe('all-claimed');
    await releaseClaims(opened.review, 'sue', `ben-${count}`, reason);
    const again = await sitDown(opened.review, who('ben'));
    expect(again.claim.fence).toBe(taken.claim.fence + 1);
    await releaseClaims(opened.review, 'sue', `ben-${count}`, reason);
    expect(await outcomeOf('cat')).toBe('claimed');
  });
});

describe('nothing tells who had a part in the decision', () => {
  /** Everything that whoever hands over, or any colleague, can see of it. */
  async function observe(to: string) {
    const { claim } = await sitDown(opened.review, who('amy'));
    const colleagues = (await colleaguesFor(opened.review, who('amy'), claim.taskId)).map(({ personId }) => personId.replace(/-\d+$/, '')).sort();
    const handed = await handOver(opened.review, who('amy'), claim.taskId, claim.fence, { to: `${to}-${count}`, reason }).then(() => 'handed', (error: { refusal: string }) => error.refusal);
    const own = [await outcomeOf('amy'), await outcomeOf('amy', false, claim.taskId)];
    await opened.sql.run('update tasks set reserved_until = 1 where task_id = $1', [claim.taskId]);
    return { colleagues, handed, own, later: await outcomeOf('amy', false, claim.taskId) };
  }

  test('not when the colleague judged the other seat', async () => {
    await enter(`ben-${count}`);
    await open({ route: 'dual', queue: `${type}/dual` });
    await judge(opened.review, who('ben'), { decision: 'approve' });
    await opened.sql.run("update tasks set seniority = 'any' where decision_id = $1", [decisionId]);
    const taken = await observe('ben');
    expect(reassigned()[0]).toMatchObject({ to: `ben-${count}`, reserved: false, reservedUntil: null });
    await finalise(opened.review);
    await open({ route: 'dual', queue: `${type}/dual` });
    expect(await observe('ben')).toEqual(taken);
    expect(reassigned()[0]).toMatchObject({ to: `ben-${count}`, reserved: true });
  });

  test('not when the task wants a senior and its queue does not', async () => {
    await open();
    await opened.sql.run("update tasks set seniority = 'senior' where decision_id = $1", [decisionId]);
    const { claim } = await sitDown(opened.review, who('amy', true));
    expect((await colleaguesFor(opened.review, who('amy', true), claim.taskId)).map(({ personId }) => personId)).toContain(`ben-${count}`);
    await handOver(opened.review, who('amy', true), claim.taskId, claim.fence, { to: `ben-${count}`, reason });
    expect(reassigned()[0]).toMatchObject({ reserved: false });
    expect(await outcomeOf('ben')).toBe('empty');
  });

  test('and what waits for somebody who may not work it, everybody else may take at once', async () => {
    await open({ route: 'dual', queue: `${type}/dual` });
    await opened.sql.run("update tasks set seniority = 'any' where decision_id = $1", [decisionId]);
    await judge(opened.review, who('ben'), { decision: 'approve' });
    const { claim } = await sitDown(opened.review, who('amy'));
    await handOver(opened.review, who('amy'), claim.taskId, claim.fence, { to: `ben-${count}`, reason });
    expect(await outcomeOf('ben')).toBe('empty');
    expect(await outcomeOf('amy')).toBe('all-claimed');
    expect(await outcomeOf('cat')).toBe('claimed');
  });

  test('and seniors alone are offered where the queue is theirs', async () => {
    await enter(`old-${count}`, ['senior']);
    await open({ route: 'senior', queue: `${type}/senior` });
    const { claim } = await sitDown(opened.review, who('old', true));
    const offered = await colleaguesFor(opened.review, who('old', true), claim.taskId);
    expect(offered.map(({ personId }) => personId)).not.toContain(`ben-${count}`);
    expect(offered.map(({ personId }) => personId)).toContain('ann');
  });
});

describe('a supervisor', () => {
  test('takes a task from its holder, who is told, and gives it to somebody', async () => {
    await open();
    const { claim, digest } = await sitDown(opened.review, who('amy'));
    await reassign(opened.review, 'sue', claim.taskId, { to: `ben-${count}`, reason });
    expect(reassigned()[0]).toMatchObject({ actor: 'sue', reviewer: `amy-${count}`, to: `ben-${count}`, reserved: true });
    const submission = { decision: 'approve' as const, reasonCodes: ['clear'], reasoning: reasoningText(), presentationDigest: digest };
    await expect(submitJudgement(opened.review, who('amy'), { taskId: claim.taskId, fence: claim.fence, submission, activeMs: 0 })).rejects.toMatchObject({ refusal: 'claim-lost' });
    await reassign(opened.review, 'sue', claim.taskId, { to: `ben-${count}`, reason });
    expect(reassigned()).toHaveLength(1);
    expect(await outcomeOf('ben')).toBe('claimed');
    await reassign(opened.review, 'sue', claim.taskId, { to: `ben-${count}`, reason });
    expect(reassigned()).toHaveLength(1);
    await reassign(opened.review, 'sue', claim.taskId, { to: null, reason });
    expect(reassigned()[1]).toMatchObject({ to: null, reserved: false, reviewer: `ben-${count}` });
    await reassign(opened.review, 'sue', claim.taskId, { to: null, reason });
    expect(reassigned()).toHaveLength(2);
    expect(await outcomeOf('cat')).toBe('claimed');
  });

  test('cannot take what is judged or closed, or is not there', async () => {
    await open();
    const { taskId } = await judge(opened.review, who('amy'), { decision: 'approve' });
    await expect(reassign(opened.review, 'sue', taskId, { to: null, reason })).rejects.toMatchObject({ refusal: 'already-judged' });
    await finalise(opened.review);
    await expect(reassign(opened.review, 'sue', taskId, { to: null, reason })).rejects.toMatchObject({ refusal: 'task-closed' });
    await expect(reassign(opened.review, 'sue', '6f0c1a52-6f3e-4f55-9a3e-0d5b8a6f2c11', { to: null, reason })).rejects.toMatchObject({ refusal: 'task-not-found' });
  });

  test('puts back all that an absent person holds, judged work apart', async () => {
    await open();
    await judge(opened.review, who('amy'), { decision: 'approve' });
    await open();
    await sitDown(opened.review, who('amy'));
    await open();
    await claimTask(opened.review, who('amy'), undefined, { prefetch: true });
    expect(await releaseClaims(opened.review, 'sue', `amy-${count}`, reason)).toBe(2);
    expect(await releaseClaims(opened.review, 'sue', `amy-${count}`, reason)).toBe(0);
    await expect(releaseClaims(opened.review, 'sue', 'nobody', reason)).rejects.toMatchObject({ refusal: 'person-not-found' });
    const released = opened.events.flatMap((event) => (event.record === 'TaskReleased' && event.value.reviewer === `amy-${count}` ? [event.value.actor] : []));
    expect(released).toEqual(['sue', 'sue']);
    await finalise(opened.review);
  });
});

test('hand-over, judgement, reassignment, bulk release and expiry at once have one winner', async () => {
  for (let round = 0; round < 12; round += 1) {
    await open();
    const { claim, digest } = await sitDown(opened.review, who('amy'));
    const { taskId, fence } = claim;
    const submission = { decision: 'approve' as const, reasonCodes: ['clear'], reasoning: reasoningText(), presentationDigest: digest };
    // Its timer is due; the claim itself has run out in every other round.
    await opened.sql.run("update timers set due_at = 1 where task_id = $1 and kind = 'claim-expiry'", [taskId]);
    if (round % 2 === 0) await opened.sql.run('update tasks set claim_expires_at = (extract(epoch from clock_timestamp()) * 1000000)::bigint + 3000 where task_id = $1', [taskId]);
    const [judged, handed, taken] = await Promise.allSettled([
      submitJudgement(opened.review, who('amy'), { taskId, fence, submission, activeMs: 0 }),
      handOver(opened.review, who('amy'), taskId, fence, { to: `ben-${count}`, reason }),
      reassign(opened.review, 'sue', taskId, { to: `cat-${count}`, reason }),
      releaseClaims(opened.review, 'sue', `amy-${count}`, reason),
      runDueTimers(opened.review),
    ]);
    const task = await readTask(opened.sql, taskId);
    if (judged.status === 'fulfilled') expect(task).toMatchObject({ state: 'judged', claimant: `amy-${count}`, fence });
    else expect(task).toMatchObject({ state: 'open', claimant: null });
    if (judged.status === 'fulfilled') expect([handed.status, taken.status]).toEqual(['rejected', 'rejected']);
    for (const lost of [judged, handed]) if (lost.status === 'rejected') expect(['claim-lost', 'already-judged']).toContain((lost.reason as { refusal: string }).refusal);
    await opened.sql.run("update tasks set state = 'closed', closed_because = 'test', claimant = null where decision_id = $1", [decisionId]);
  }
});
