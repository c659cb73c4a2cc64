import { expect, test } from '@jest/globals';
import { createLog } from '@countersign/kit';
import type { ReviewContext } from '../context.ts';
import { readVerdict } from '../cases/store.ts';
import { encodeAccepted, openReview } from '../testing/opened-review.ts';
import { deliverRouted, hourUs, proposal, routedEvent } from '../testing/scenario.ts';
import { startSchedule } from './schedule.ts';
import { readNow } from './store.ts';

test('a look at deadlines that does not come back is trouble, until it does', async () => {
  const answer = Promise.withResolvers<never>();
  const review = { sql: { run: () => answer.promise, rows: () => answer.promise, row: () => answer.promise } } as unknown as ReviewContext;
  const schedule = startSchedule(review, createLog('test', 'silent'), 5, 20);
  expect(schedule.trouble()).toBeNull();
  const troubled = async (told: RegExp) => {
    while (!told.test(schedule.trouble() ?? '')) await new Promise((resolve) => setImmediate(resolve));
  };
  await troubled(/has taken/);
  answer.reject(new Error('the database is gone'));
  await troubled(/cannot be read/);
  await schedule[Symbol.asyncDispose]();
});

test('a backlog is worked off by several hands, each deadline once, and what fails on the way holds up nothing', async () => {
  const { review, sql, events, close } = await openReview();
  const now = await readNow(sql);
  const ids = Array.from({ length: 160 }, (_, index) => `late-${index}`);
  await deliverRouted(review, ...ids.map((id) => routedEvent(encodeAccepted(proposal(id)), id, now, { dueAt: now + hourUs, warnAt: null })));
  // The first of all, and it never works.
  await sql.run(`update timers set kind = 'finalise', judgement_id = gen_random_uuid(), due_at = 0 where decision_id = 'late-0'`);
  await sql.run(`update timers set due_at = 1 where decision_id <> 'late-0'`);
  await sql.run('update tasks set due_at = 1');
  let together = 0;
  let most = 0;
  const watched = { ...review, traceDeadline: async (...[inTransaction, timer, run]: Parameters<typeof review.traceDeadline>) => {
    if (timer.decisionId === 'late-0') throw new Error('never works');
    most = Math.max(most, (together += 1));
    await review.traceDeadline(inTransaction, timer, run).finally(() => (together -= 1));
  } };
  const schedule = startSchedule(watched, createLog('test', 'silent'), 5);
  try {
    const left = async () => (await sql.rows(`select 1 from timers where due_at <= 1`)).length;
    while ((await left()) > 1) await new Promise((resolve) => setImmediate(resolve));
    expect(schedule.trouble()).toMatch(/could not be carried out/);
  } finally {
    await schedule[Symbol.asyncDispose]();
  }
  expect(most).toBeGreaterThan(1);
  for (const id of ids.slice(1)) expect(await readVerdict(sql, { system: 'mailroom', decisionId: id })).toMatchObject({ verdict: 'rejected' });
  expect(events.filter(({ record }) => record === 'DecisionResolved')).toHaveLength(ids.length - 1);
  await close();
}, 60_000);
