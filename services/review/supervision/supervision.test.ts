import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { insertSeenPerson } from '../people/store.ts';
import { reassign } from '../reservations/hand-over.ts';
import { readStanding } from '../desk/standing.ts';
import { claimTask, escalateClaim } from '../tasks/claims.ts';
import { encodeAccepted, openReview } from '../testing/opened-review.ts';
import type { OpenedReview } from '../testing/opened-review.ts';
import { decide, deliverRouted, deliverSelected, hourUs, judge, person, proposal, routedEvent, selectedEvent, sitDown } from '../testing/scenario.ts';
import { readNow } from '../timers/store.ts';
import { readQueues } from './overview.ts';
import { requireNoOpenWork } from './looking.ts';
import { listTasks, listedTasksStatement, peopleAtWork } from './store.ts';

let opened: OpenedReview;

beforeAll(async () => {
  opened = await openReview();
});

afterAll(async () => {
  await opened.close();
});

async function enter(personId: string, roles: string[], queues: string[]): Promise<void> {
  await insertSeenPerson(opened.sql, { personId, name: `Name of ${personId}`, roles, active: true, queues }, await readNow(opened.sql));
}

test('monitored work is listed, counted and forecast like any other', async () => {
  const { review, sql } = opened;
  const now = await readNow(sql);
  await deliverRouted(review, routedEvent(encodeAccepted(proposal('plain')), 'plain', now, { queue: 'digits.routing/standard', form: 'hidden' }));
  await deliverSelected(review, selectedEvent(encodeAccepted(proposal('checked')), 'checked', now));
  const { tasks, text } = await list({ queue: 'digits.routing/standard' });
  expect(tasks).toHaveLength(2);
  expect(text).not.toMatch(/spot|check|re-review|hidden|primary|lane|kind|plain/);
  const [one, other] = tasks.map(({ taskId: _id, openedAt, dueAt, ...same }) => ({ ...same, leftUs: Math.round((dueAt - openedAt) / 1_000_000) }));
  expect(one).toEqual(other);
  const [queue] = await readQueues(review, now);
  expect(queue).toMatchObject({ queue: 'digits.routing/standard', open: 2, forecast: { judgedLastHour: 0, clearedAtMs: null, breachesExpected: 2 } });
});

async function list(filter: { queue?: string; state?: string }) {
  const tasks = await listTasks(opened.sql, { queue: filter.queue ?? null, state: filter.state ?? null, after: null }, 100, await readNow(opened.sql));
  return { tasks, text: JSON.stringify(tasks.map(({ taskId: _id, ...task }) => task)) };
}

test('a page says who holds what, put aside or kept for somebody', async () => {
  const { review, sql } = opened;
  const now = await readNow(sql);
  await enter('holder', ['reviewer'], ['listed']);
  const ids = ['l1', 'l2', 'l3', 'l4'];
  await deliverRouted(review, ...ids.map((id) => routedEvent(encodeAccepted(proposal(id)), id, now, { queue: 'listed/standard', severity: 'high' })));
  const { claim } = await sitDown(review, person('holder'));
  const judged = await judge(review, person('holder'), { decision: 'approve' });
  const [aside, kept] = (await list({ queue: 'listed/standard', state: 'open' })).tasks;
  await sql.run('update tasks set held_until = $2 where task_id = $1', [aside?.taskId, now + hourUs]);
  await sql.run("update tasks set reserved_for = 'holder', reserved_until = $2 where task_id = $1", [kept?.taskId, now + hourUs]);
  const { tasks } = await list({ queue: 'listed/standard' });
  const byId = new Map(tasks.map((task) => [task.taskId, task]));
  expect(byId.get(claim.taskId)).toMatchObject({ state: 'claimed', claimant: 'holder', claimantName: 'Name of holder', severity: 'high', decisionType: 'digits.routing' });
  expect(byId.get(claim.taskId)?.claimExpiresAt).toBeGreaterThan(now);
  expect(byId.get(judged.taskId)).toMatchObject({ state: 'judged', claimExpiresAt: null });
  expect(byId.get(aside?.taskId ?? '')).toMatchObject({ heldUntil: now + hourUs, reservedFor: null, reservedForName: null });
  expect(byId.get(kept?.taskId ?? '')).toMatchObject({ reservedFor: 'holder', reservedForName: 'Name of holder' });
  const paged = [];
  for (let after: { openedAt: number; taskId: string } | null = null; ; ) {
    const [task] = await listTasks(sql, { queue: 'listed/standard', state: null, after }, 1, now);
    if (task === undefined) break;
    paged.push(task.taskId);
    after = task;
  }
  expect(paged).toEqual(tasks.map(({ taskId }) => taskId));
  expect((await peopleAtWork(sql)).find(({ personId }) => personId === 'holder')).toMatchObject({ name: 'Name of holder', available: true, claims: 1 });
});

test('a forecast goes by what was judged in the last hour, and says who could work the queue', async () => {
  const { review, sql } = opened;
  const now = await readNow(sql);
  for (const [id, roles] of [['f1', ['reviewer']], ['f2', ['senior']], ['f3', ['ops']]] as const) await enter(id, [...roles], ['forecast']);
  await enter('elsewhere', ['reviewer'], ['other']);
  const ids = Array.from({ length: 6 }, (_, index) => `f-${index}`);
  // Two an hour: the first is done in half an hour, the second in an hour, and so on.
  await deliverRouted(review, ...ids.map((id, index) => routedEvent(encodeAccepted(proposal(id)), id, now, { queue: 'forecast/standard', dueAt: now + (index < 4 ? hourUs : 3 * hourUs) })));
  for (let index = 0; index < 2; index += 1) await judge(review, person('f1'), { decision: 'approve' });
  await claimTask(review, person('f1'));
  const queue = (await readQueues(review, now)).find((each) => each.queue === 'forecast/standard');
  // Five seniors of the fixture work every queue.
  expect(queue).toMatchObject({ open: 3, claimed: 1, judged: 2, forecast: { judgedLastHour: 2, breachesExpected: 1 }, qualified: { people: 7, available: 7 } });
  expect(queue?.forecast.clearedAtMs).toBe(Math.floor(now / 1000) + 2 * 3_600_000);
});

test('only seniors count where the queue is theirs', async () => {
  const { review, sql } = opened;
  const now = await readNow(sql);
  await deliverRouted(review, routedEvent(encodeAccepted(proposal('s')), 's', now, { queue: 'forecast/senior', route: 'senior' }), routedEvent(encodeAccepted(proposal('u')), 'u', now, { queue: 'unclassified', route: 'dual', known: false }));
  const queues = new Map((await readQueues(review, now)).map((queue) => [queue.queue, queue.qualified.people]));
  expect(queues.get('forecast/senior')).toBe(6);
  expect(queues.get('unclassified')).toBe(6);
});

test('whom a task of a queue can be given to are those who work the queue, whatever the task', async () => {
  const { review, sql } = opened;
  const people: Array<[string, string[], string[]]> = [
    ['g-type', ['reviewer'], ['given']], ['g-queue', ['reviewer'], ['given/standard']], ['g-senior', ['senior'], ['given']], ['g-all', ['reviewer'], ['*']], ['g-other', ['reviewer'], ['given/dual']], ['g-ops', ['ops'], ['given']], ['g-gone', ['reviewer'], ['given']],
  ];
  for (const [id, roles, queues] of people) await enter(id, roles, queues);
  await sql.run("update people set active = false where person_id = 'g-gone'");
  const working = async (queue: string) => (await peopleAtWork(sql, queue)).map(({ personId }) => personId).filter((id) => id.startsWith('g-'));
  expect(await working('given/standard')).toEqual(['g-all', 'g-queue', 'g-senior', 'g-type']);
  expect(await working('given/senior')).toEqual(['g-senior']);
  expect(await working('unclassified')).toEqual(['g-senior']);
  // The same people as a reassignment accepts, a part in the decision or not.
  const now = await readNow(sql);
  await deliverRouted(review, routedEvent(encodeAccepted(proposal('given')), 'given', now, { queue: 'given/standard' }));
  const { claim } = await sitDown(review, person('g-type'));
  for (const [to] of people) {
    const given = await reassign(review, 'sue', claim.taskId, { to, reason: 'She is ill today.' }).then(() => 'given', (error: { refusal: string }) => error.refusal);
    expect([to, given]).toEqual([to, (await working('given/standard')).includes(to) ? 'given' : 'not-eligible']);
  }
});

test('a page is an index walk however many tasks there are', async () => {
  const now = await readNow(opened.sql);
  for (let batch = 0; batch < 3; batch += 1) {
    const ids = Array.from({ length: 1500 }, (_, index) => `many-${batch}-${index}`);
    await deliverRouted(opened.review, ...ids.map((id) => routedEvent(encodeAccepted(proposal(id)), id, now + batch)));
  }
  await opened.analyse();
  const literal = listedTasksStatement.replaceAll('$1', 'null').replaceAll('$2', 'null').replaceAll('$3', 'null').replaceAll('$4', 'null').replaceAll('$5', '51').replaceAll('$6', '1');
  const plan = await opened.sql.rows<{ 'QUERY PLAN': string }>(`explain ${literal}`);
  expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain('tasks_listed');
}, 60_000);

describe('a supervisor who reviews too', () => {
  const key = (decisionId: string) => ({ system: 'mailroom', decisionId });
  const look = async (personId: string, decisionId: string, roles: string[] = ['supervisor']) => await requireNoOpenWork(opened.review, { personId, roles }, key(decisionId));

  test('is not shown a decision that they could still be asked about, whatever role the request came with', async () => {
    const now = await readNow(opened.sql);
    await enter('both', ['supervisor', 'reviewer'], ['looked']);
    await deliverRouted(opened.review, routedEvent(encodeAccepted(proposal('looked')), 'looked', now, { queue: 'looked/standard' }));
    await expect(look('both', 'looked')).rejects.toMatchObject({ refusal: 'decision-open-to-you' });
    await look('only-supervises', 'looked');
    // Elsewhere they may not work.
    await deliverRouted(opened.review, routedEvent(encodeAccepted(proposal('elsewhere')), 'elsewhere', now, { queue: 'other/standard' }));
    await look('both', 'elsewhere');
    const held = await sitDown(opened.review, person('both'));
    await expect(look('both', 'looked')).rejects.toMatchObject({ refusal: 'decision-open-to-you' });
    expect(held.claim.taskId).not.toBe('');
  });

  test('is not asked about what they were shown when it is handed on to a queue that they work', async () => {
    const now = await readNow(opened.sql);
    await enter('younger', ['reviewer'], ['handed']);
    await enter('elder', ['supervisor', 'senior'], ['handed/senior']);
    await deliverRouted(opened.review, routedEvent(encodeAccepted(proposal('handed')), 'handed', now, { queue: 'handed/standard' }));
    const { claim } = await sitDown(opened.review, person('younger'));
    await look('elder', 'handed');
    await escalateClaim(opened.review, person('younger'), claim.taskId, claim.fence, 'This is for somebody who knows these forms.');
    await expect(claimTask(opened.review, person('elder', true), claim.taskId)).rejects.toMatchObject({ refusal: 'task-not-found' });
    const { queues } = (await readStanding(opened.review, person('elder', true))).waiting;
    expect(queues.filter(({ queue }) => queue === 'handed/senior')).toEqual([]);
  });

  test('is not asked about what they were shown: not by a re-review, nor by anything else that is opened later', async () => {
    const now = await readNow(opened.sql);
    await enter('signer', ['reviewer'], ['seen']);
    await enter('viewer', ['supervisor', 'reviewer'], ['seen']);
    await enter('another', ['reviewer'], ['seen']);
    const routed = routedEvent(encodeAccepted(proposal('seen-later')), 'seen-later', now, { queue: 'seen/standard', decisionType: 'seen' });
    await deliverRouted(opened.review, routed);
    await decide(opened.review, person('signer'), { decision: 'approve' });
    await look('viewer', 'seen-later');
    await deliverSelected(opened.review, selectedEvent(encodeAccepted(proposal('seen-later')), 'seen-later', now, { kind: 're-review', route: 'standard', queue: routed.queue, decisionType: 'seen', dueAt: routed.dueAt }));
    expect(await claimTask(opened.review, person('viewer'))).toEqual({ outcome: 'empty' });
    expect(await claimTask(opened.review, person('another'))).toMatchObject({ outcome: 'claimed' });
  });
});
