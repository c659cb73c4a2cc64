import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ErasedError } from '@countersign/kit';
import { findingsOf, scoresOf } from '../testing/exercises.ts';
import { undoJudgement } from '../judgements/submission.ts';
import { claimTask, releaseTask } from '../tasks/claims.ts';
import { tasksOfDecision } from '../tasks/store.ts';
import { encodeAccepted, openReview, question } from '../testing/opened-review.ts';
import type { OpenedReview } from '../testing/opened-review.ts';
import { decide, deliverPlanned, deliverRouted, deliverSelected, finalise, hourUs, judge, person, plannedEvent, proposal, routedEvent, selectedEvent, sitDown } from '../testing/scenario.ts';
import { runDueTimers } from '../timers/loop.ts';
import { readNow } from '../timers/store.ts';

let opened: OpenedReview;
let count = 0;
let id: string;
const people = ['ann', 'bob', 'cleo', 'dan', 'eve'];
const runs = process.env['COUNTERSIGN_TEST_FULL'] === '1' ? 100 : 12;

beforeAll(async () => {
  opened = await openReview();
});

afterAll(async () => {
  await opened.close();
});

beforeEach(async () => {
  id = nextId();
  opened.events.length = 0;
  // Tests share the tables: what one left open is nobody's any more.
  await opened.sql.run("update tasks set state = 'closed', claimant = null where state <> 'closed'");
  await opened.sql.run('delete from timers');
});

function nextId(): string {
  count += 1;
  return `case-${count}`;
}

const accepted = (decisionId: string) => encodeAccepted(proposal(decisionId));
const planned = async (decisionId: string, change: Parameters<typeof plannedEvent>[3] = {}) => plannedEvent(accepted(decisionId), decisionId, await readNow(opened.sql), change);
const tasks = async (decisionId: string) => (await tasksOfDecision(opened.sql, { system: 'mailroom', decisionId })).map(({ lane, seat, state, form, queue }) => ({ lane, seat, state, form, queue }));
const states = async (decisionId: string) => (await opened.sql.rows<{ state: string }>('select state from exercises where decision_id = $1 order by exercise_id', [decisionId])).map(({ state }) => state);

async function after(hours: number): Promise<void> {
  const run = await runDueTimers(opened.review, (await readNow(opened.sql)) + hours * hourUs);
  for (const { error } of run.failed) throw error;
}

describe('an exercise', () => {
  test('gives a score and nothing else: no verdict, no finding, no second judge', async () => {
    await deliverPlanned(opened.review, await planned(id, { aiRight: false, truth: '3' }));
    await decide(opened.review, person('ann'), { answer: '3' });
    expect(opened.events.map(({ record }) => record).filter((record) => record !== 'ContentRecorded')).toEqual(['TaskOpened', 'TaskClaimed', 'TaskPresented', 'JudgementSubmitted', 'JudgementFinalised', 'CalibrationScored', 'TaskClosed']);
    expect(scoresOf(opened)).toEqual([{ reviewer: 'ann', right: true, aiRight: false, kind: 'calibration', decisionId: id }]);
    expect(opened.events.find(({ record }) => record === 'JudgementFinalised')?.value).toMatchObject({ contradicts: null });
    expect([await tasks(id), await findingsOf(opened, id)]).toEqual([[{ lane: 'calibration', seat: 1, state: 'closed', form: 'hidden', queue: 'digits.routing/standard' }], 0]);
    expect(await claimTask(opened.review, person('bob', true))).toEqual({ outcome: 'empty' });
  });

  test.each([['the answer that is known', { answer: '7' }, true], ['another one', { answer: '1' }, false], ['none', { decision: 'reject' as const }, false]])('%s scores', async (_, opinion, right) => {
    await deliverPlanned(opened.review, await planned(id));
    await decide(opened.review, person('ann'), opinion);
    expect(scoresOf(opened)).toMatchObject([{ right, aiRight: true }]);
  });

  test('taken back and judged again counts by what was final', async () => {
    await deliverPlanned(opened.review, await planned(id));
    const judged = await judge(opened.review, person('ann'), { answer: '1' });
    const { fence } = await undoJudgement(opened.review, person('ann'), judged.taskId, judged.fence);
    await releaseTask(opened.review, person('ann'), judged.taskId, fence, 'unsure');
    await decide(opened.review, person('bob'), { answer: '7' });
    expect(scoresOf(opened)).toMatchObject([{ reviewer: 'bob', right: true }]);
  });

  test('on somebody who was erased is none, and one erased meanwhile has no score', async () => {
    const event = await planned(id);
    const { seal, open } = opened.review.contents;
    opened.review.contents.seal = (items) => Promise.resolve(items.map(() => null));
    await deliverPlanned(opened.review, event);
    opened.review.contents.seal = seal;
    expect(await tasks(id)).toEqual([]);
    await deliverPlanned(opened.review, event);
    await judge(opened.review, person('ann'), { answer: '7' });
    opened.review.contents.open = () => Promise.reject(new ErasedError('gone'));
    await finalise(opened.review);
    opened.review.contents.open = open;
    expect(scoresOf(opened)).toEqual([]);
    expect(await tasks(id)).toMatchObject([{ state: 'closed' }]);
  });

  test('asks what live work is asked today, not what was asked when the decision was new', async () => {
    const asked = opened.review.questionOf;
    opened.review.questionOf = ({ policyVersion }) => (policyVersion === 'sha256:old' ? { ...question, question: 'The old wording?', answers: [{ label: '7' }] } : question);
    await deliverPlanned(opened.review, await planned(id, { policyVersion: 'sha256:old', truth: '3' }));
    const judged = await judge(opened.review, person('ann'), { answer: '3' });
    opened.review.questionOf = asked;
    expect(judged.body).toMatchObject({ question: 'Which digit?' });
  });
});

describe('an exercise that nobody does', () => {
  test('is replaced by one that waits for its hour: a task that came as another expired would be known by that', async () => {
    await deliverPlanned(opened.review, await planned(id));
    opened.review.settings.watchedDelayMaxMs = 24 * 3_600_000;
    await after(1.1);
    opened.review.settings.watchedDelayMaxMs = 0;
    expect([await tasks(id), await states(id)]).toMatchObject([[{ seat: 1, state: 'closed' }], ['expired', 'waiting']]);
    expect(await opened.sql.rows("select 1 from timers where kind = 'open-watched' and decision_id = $1", [id])).toHaveLength(1);
    await opened.sql.run("delete from timers where kind = 'open-watched'");
  });

  test('is closed, missing, and replaced once', async () => {
    await deliverPlanned(opened.review, await planned(id));
    await after(1.1);
    expect([await tasks(id), await states(id)]).toMatchObject([[{ seat: 1, state: 'closed' }, { seat: 2, state: 'open' }], ['expired', 'open']]);
    await after(2.3);
    expect([(await tasks(id)).length, await states(id), scoresOf(opened)]).toEqual([2, ['expired', 'expired'], []]);
    expect(opened.events.filter(({ record }) => record === 'TaskWarned')).toHaveLength(2);
    expect(opened.events.filter((event) => event.record === 'TaskClosed').map(({ value }) => ('outcome' in value ? value.outcome : ''))).toEqual(['expired', 'expired']);
  });

  test('waits for a judgement that is pending', async () => {
    await deliverPlanned(opened.review, await planned(id));
    const { review } = opened;
    review.settings.undoWindowMs = 3 * 3_600_000;
    await judge(review, person('ann'), { answer: '7' });
    await after(1.5);
    review.settings.undoWindowMs = 5000;
    expect(await tasks(id)).toMatchObject([{ state: 'judged' }]);
    await after(4);
    expect([await states(id), scoresOf(opened).length]).toEqual([['scored'], 1]);
  });

  test('is not even opened where everybody knows the case', async () => {
    for (const who of people) {
      await deliverPlanned(opened.review, await planned(id));
      await decide(opened.review, person(who, true), { answer: '7' });
    }
    await deliverPlanned(opened.review, await planned(id));
    expect(new Set(await states(id))).toEqual(new Set(['scored', 'unplaced']));
    expect(await claimTask(opened.review, person('ann', true))).toEqual({ outcome: 'empty' });
  });

  test('nor twice for the one person who does not', async () => {
    for (const who of people.slice(1)) {
      await deliverPlanned(opened.review, await planned(id));
      await decide(opened.review, person(who, true), { answer: '7' });
    }
    await deliverPlanned(opened.review, await planned(id), await planned(id));
    expect((await states(id)).filter((state) => state === 'open' || state === 'unplaced').sort()).toEqual(['open', 'unplaced']);
  });
});

describe('nobody is given a case', () => {
  test('twice, or one that they judged or saw, whoever comes in whatever order', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ who: fc.constantFrom(...people), act: fc.constantFrom('judge', 'look', 'plan'), which: fc.nat(2) }), { minLength: 15, maxLength: 30 }), async (steps) => {
      await opened.sql.run("update tasks set state = 'closed', claimant = null where state <> 'closed'");
      const [routed = '', checked = '', plain = ''] = [nextId(), nextId(), nextId()];
      const now = await readNow(opened.sql);
      await deliverRouted(opened.review, routedEvent(accepted(routed), routed, now));
      await deliverSelected(opened.review, selectedEvent(accepted(checked), checked, now));
      const met = new Set<string>();
      for (const { who, act, which } of steps) {
        if (act === 'plan') await deliverPlanned(opened.review, await planned([routed, checked, plain][which] ?? ''));
        else await meet(who, act, met);
      }
    }), { numRuns: Math.ceil(runs / 3) });
  }, 120_000);

  /** Takes what comes next; fails where the person met that case before in another task. */
  async function meet(who: string, act: string, met: Set<string>): Promise<void> {
    const outcome = await claimTask(opened.review, person(who, true));
    if (outcome.outcome !== 'claimed') return;
    const [task] = await opened.sql.rows<{ decisionId: string; form: string }>('select decision_id as "decisionId", form from tasks where task_id = $1', [outcome.claim.taskId]);
    const place = `${who} ${task?.decisionId}`;
    const same = `${place} ${outcome.claim.taskId}`;
    // What was put back unjudged may be taken up again; it is the same task.
    expect(met.has(place) && !met.has(same)).toBe(false);
    met.add(place);
    met.add(same);
    await releaseTask(opened.review, person(who, true), outcome.claim.taskId, outcome.claim.fence, 'to sit down again');
    const seated = act === 'judge' ? await decide(opened.review, person(who, true), task?.form === 'hidden' ? { answer: '7' } : { decision: 'approve' }, outcome.claim.taskId) : await sitDown(opened.review, person(who, true), outcome.claim.taskId);
    if ('claim' in seated) await releaseTask(opened.review, person(who, true), seated.claim.taskId, seated.claim.fence, 'seen enough');
  }
});

describe('events in any order, and more than once', () => {
  type Step = 'planned' | 'planned-again' | 'routed' | 'routed-again' | 'finish';

  test('open one exercise, once the decision is past', async () => {
    await fc.assert(fc.asyncProperty(fc.shuffledSubarray<Step>(['planned', 'planned-again', 'routed', 'routed-again', 'finish'], { minLength: 5, maxLength: 5 }), async (order) => {
      const decisionId = nextId();
      const now = await readNow(opened.sql);
      const routed = routedEvent(accepted(decisionId), decisionId, now);
      const event = await planned(decisionId, { route: 'standard' });
      const finish = async () => {
        const [open] = await opened.sql.rows<{ taskId: string }>(`select task_id as "taskId" from tasks where decision_id = $1 and lane = 'primary' and state = 'open'`, [decisionId]);
        if (open !== undefined) await decide(opened.review, person('ann'), { decision: 'approve' }, open.taskId);
      };
      for (const step of order) {
        if (step.startsWith('planned')) await deliverPlanned(opened.review, event);
        if (step.startsWith('routed')) await deliverRouted(opened.review, routed);
        if (step === 'finish') await finish();
      }
      if ((await tasks(decisionId)).some(({ lane, state }) => lane === 'primary' && state === 'open')) expect(await states(decisionId)).toEqual(['waiting']);
      await finish();
      expect(await tasks(decisionId)).toMatchObject([{ lane: 'calibration', seat: 1, state: 'open' }, { lane: 'primary', seat: 1, state: 'closed' }]);
    }), { numRuns: runs });
  }, 120_000);
});
