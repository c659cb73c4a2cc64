import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { insertSeenPerson } from '../people/store.ts';
import { reportPainted, showTask } from '../presentation/showing.ts';
import { listTasks } from '../supervision/store.ts';
import { encodeAccepted, openReview } from '../testing/opened-review.ts';
import type { OpenedReview } from '../testing/opened-review.ts';
import { deliverRouted, judge, person, proposal, routedEvent, sitDown } from '../testing/scenario.ts';
import { runDueTimers } from '../timers/loop.ts';
import { readNow } from '../timers/store.ts';
import { beat, claimTask, heldClaims, releaseTask } from './claims.ts';
import type { Claim } from './claims.ts';
import { readTask } from './store.ts';

let opened: OpenedReview;
let count = 0;
const second = 1_000_000;

beforeAll(async () => {
  opened = await openReview();
});

afterAll(async () => {
  await opened.close();
});

/** A queue of its own with so many tasks, and people who work nothing else. */
async function desk(tasks: number, ...people: string[]): Promise<string[]> {
  count += 1;
  const type = `ahead-${count}`;
  const now = await readNow(opened.sql);
  for (const personId of people) await insertSeenPerson(opened.sql, { personId, name: personId, roles: ['reviewer'], active: true, queues: [type] }, now);
  const ids = Array.from({ length: tasks }, (_, index) => `${type}-${index}`);
  await deliverRouted(opened.review, ...ids.map((id) => routedEvent(encodeAccepted(proposal(id)), id, now, { queue: `${type}/standard` })));
  return ids;
}

async function prefetch(personId: string, taskId?: string): Promise<Claim> {
  const outcome = await claimTask(opened.review, person(personId), taskId, { prefetch: true });
  if (outcome.outcome !== 'claimed') throw new Error(`${personId} got ${outcome.outcome}`);
  return outcome.claim;
}

async function paint(personId: string, { taskId, fence }: Claim): Promise<void> {
  const shown = await showTask(opened.review, person(personId), taskId, fence);
  await reportPainted(opened.review, person(personId), taskId, fence, shown.digest);
}

/** Runs what is due so many seconds from now. */
async function after(seconds: number): Promise<void> {
  const run = await runDueTimers(opened.review, (await readNow(opened.sql)) + seconds * second);
  for (const { error } of run.failed) throw error;
}

async function partOf(decisionId: string, personId: string) {
  return await opened.sql.row<{ seen: boolean }>('select seen from participations where decision_id = $1 and person_id = $2', [decisionId, personId]);
}

describe('a pre-claim', () => {
  test('is one a person, beside the cap, and the same when asked for again or twice at once', async () => {
    await desk(6, 'full');
    for (let index = 0; index < 3; index += 1) await sitDown(opened.review, person('full'));
    const both = await Promise.all([prefetch('full'), prefetch('full')]);
    expect(both[0]).toEqual(both[1]);
    expect(both[0]).toMatchObject({ prefetched: true });
    expect(await prefetch('full', both[0].taskId)).toEqual(both[0]);
    const [other] = await opened.sql.rows<{ taskId: string }>("select task_id as \"taskId\" from tasks where state = 'open' and decision_id like 'ahead-1-%'");
    await expect(prefetch('full', other?.taskId)).rejects.toMatchObject({ refusal: 'already-prefetched' });
    await expect(claimTask(opened.review, person('full'))).rejects.toMatchObject({ refusal: 'too-many-claims' });
    expect((await heldClaims(opened.review, person('full'))).map(({ prefetched }) => prefetched)).toEqual([false, false, false, true]);
    await expect(opened.sql.run("update tasks set state = 'claimed', claimant = 'full', prefetch_ends_at = 1 where task_id = $1", [other?.taskId])).rejects.toMatchObject({ code: '23505' });
  });

  test('becomes an ordinary claim when it is painted, of the same fence and under the cap', async () => {
    await desk(5, 'painter');
    const held = [await sitDown(opened.review, person('painter')), await sitDown(opened.review, person('painter')), await sitDown(opened.review, person('painter'))];
    const ahead = await prefetch('painter');
    await expect(paint('painter', ahead)).rejects.toMatchObject({ refusal: 'too-many-claims' });
    expect(await readTask(opened.sql, ahead.taskId)).toMatchObject({ state: 'claimed', paintedAt: null, prefetchEndsAt: ahead.expiresAt });
    const [first] = held;
    await releaseTask(opened.review, person('painter'), first?.claim.taskId ?? '', first?.claim.fence ?? 0, 'to make room');
    await paint('painter', ahead);
    expect(await readTask(opened.sql, ahead.taskId)).toMatchObject({ state: 'claimed', fence: ahead.fence, prefetchEndsAt: null });
    expect(await prefetch('painter')).toMatchObject({ prefetched: true });
    await after(40);
    expect(await readTask(opened.sql, ahead.taskId)).toMatchObject({ claimant: 'painter' });
  });

  test('cannot be judged before it is painted, and then like any other', async () => {
    await desk(2, 'judging');
    const ahead = await prefetch('judging');
    await paint('judging', ahead);
    const next = await prefetch('judging');
    await releaseTask(opened.review, person('judging'), ahead.taskId, ahead.fence, 'again');
    expect(await judge(opened.review, person('judging'), { decision: 'approve' }, ahead.taskId)).toMatchObject({ taskId: ahead.taskId });
    expect(await readTask(opened.sql, next.taskId)).toMatchObject({ claimant: 'judging' });
  });

  test('lives shortly, is kept by heartbeats, and not for ever', async () => {
    await desk(1, 'keeper');
    const now = await readNow(opened.sql);
    const ahead = await prefetch('keeper');
    expect(ahead.expiresAt - now).toBeLessThanOrEqual(31 * second);
    await after(20);
    expect(await readTask(opened.sql, ahead.taskId)).toMatchObject({ claimant: 'keeper' });
    await opened.sql.run('update tasks set claimed_at = claimed_at - 590000000 where task_id = $1', [ahead.taskId]);
    const kept = await beat(opened.review, person('keeper'), ahead.taskId, ahead.fence, { focused: false, activeMs: 0 });
    const claimedAt = (await readTask(opened.sql, ahead.taskId))?.claimedAt ?? 0;
    expect(kept.expiresAt).toBe(claimedAt + 600 * second);
    await after(31);
    expect(await readTask(opened.sql, ahead.taskId)).toMatchObject({ state: 'open', prefetchEndsAt: null });
    await expect(beat(opened.review, person('keeper'), ahead.taskId, ahead.fence, { focused: false, activeMs: 0 })).rejects.toMatchObject({ refusal: 'claim-lost' });
  });

  test('that has just run out does not keep its person from the next', async () => {
    await desk(1, 'late');
    const ahead = await prefetch('late');
    await opened.sql.run('update tasks set prefetch_ends_at = 1 where task_id = $1', [ahead.taskId]);
    expect(await heldClaims(opened.review, person('late'))).toEqual([]);
    expect(await prefetch('late')).toMatchObject({ taskId: ahead.taskId, fence: ahead.fence + 1 });
  });

  test('looks to others like any claim', async () => {
    const [decisionId] = await desk(1, 'holder', 'other');
    await prefetch('holder');
    const ahead = await claimTask(opened.review, person('other'));
    const { sql } = opened;
    const [listed] = (await listTasks(sql, { queue: `ahead-${count}/standard`, state: null, after: null }, 10, await readNow(sql)));
    const [event] = opened.events.filter(({ record, value }) => record === 'TaskClaimed' && value.decisionId === decisionId);
    expect(event?.value).toMatchObject({ prefetched: true });
    const until = ahead.outcome === 'all-claimed' ? ahead.until : 0;
    // As long as an ordinary claim would last.
    expect(until - (event?.value.occurredAt ?? 0)).toBe(opened.review.settings.claimTtlMs * 1000);
    expect(listed).toMatchObject({ state: 'claimed', claimant: 'holder', claimExpiresAt: until });
    expect(Object.keys(listed ?? {}).sort()).toEqual(['claimExpiresAt', 'claimant', 'claimantName', 'decisionType', 'dueAt', 'heldUntil', 'openedAt', 'queue', 'reservedFor', 'reservedForName', 'severity', 'state', 'taskId']);
  });

  test('never painted leaves nothing behind unless its case was sent: then the person has seen it', async () => {
    const [unsent] = await desk(1, 'blind');
    await prefetch('blind');
    await after(40);
    expect(await partOf(unsent ?? '', 'blind')).toBeNull();
    const [sent] = await desk(1, 'sighted');
    const ahead = await prefetch('sighted');
    const { body } = await showTask(opened.review, person('sighted'), ahead.taskId, ahead.fence);
    await after(40);
    expect(await partOf(sent ?? '', 'sighted')).toEqual({ seen: true });
    // The same task is theirs to claim again, and shows the same bytes.
    const again = await prefetch('sighted');
    expect(again.taskId).toBe(ahead.taskId);
    expect((await showTask(opened.review, person('sighted'), again.taskId, again.fence)).body.equals(body)).toBe(true);
  });
});

test('painting and running out at once have one winner, and the loser is told', async () => {
  for (let round = 0; round < 8; round += 1) {
    await desk(1, `racer-${round}`);
    const ahead = await prefetch(`racer-${round}`);
    const { digest } = await showTask(opened.review, person(`racer-${round}`), ahead.taskId, ahead.fence);
    await opened.sql.run('update tasks set prefetch_ends_at = (extract(epoch from clock_timestamp()) * 1000000)::bigint + 4000 where task_id = $1', [ahead.taskId]);
    await opened.sql.run("update timers set due_at = 1 where task_id = $1 and kind = 'claim-expiry'", [ahead.taskId]);
    const [painted] = await Promise.allSettled([reportPainted(opened.review, person(`racer-${round}`), ahead.taskId, ahead.fence, digest), runDueTimers(opened.review), runDueTimers(opened.review)]);
    await runDueTimers(opened.review);
    if (painted.status === 'fulfilled') expect(await readTask(opened.sql, ahead.taskId)).toMatchObject({ state: 'claimed', prefetchEndsAt: null, paintedDigest: digest });
    else expect(painted.reason).toMatchObject({ refusal: 'claim-lost' });
    await opened.sql.run("update tasks set state = 'closed', closed_because = 'test', claimant = null, prefetch_ends_at = null where task_id = $1", [ahead.taskId]);
  }
});

test('a cap of one\'s own holds for what was fetched ahead, too', async () => {
  await desk(3, 'capped');
  await opened.sql.run("update people set claims_max = 1 where person_id = 'capped'");
  await sitDown(opened.review, person('capped'));
  const ahead = await prefetch('capped');
  await expect(paint('capped', ahead)).rejects.toMatchObject({ refusal: 'too-many-claims' });
});

test('empty and all claimed are told apart with pre-claims too', async () => {
  await desk(1, 'one', 'two');
  const ahead = await prefetch('one');
  expect(await claimTask(opened.review, person('two'))).toMatchObject({ outcome: 'all-claimed' });
  expect(await claimTask(opened.review, person('two'), undefined, { prefetch: true })).toMatchObject({ outcome: 'all-claimed' });
  await paint('one', ahead);
  await opened.sql.run("update tasks set state = 'closed', claimant = null, closed_because = 'test' where task_id = $1", [ahead.taskId]);
  expect(await claimTask(opened.review, person('two'), undefined, { prefetch: true })).toEqual({ outcome: 'empty' });
});
