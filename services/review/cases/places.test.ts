import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { insertSeenPerson, replacePerson } from '../people/store.ts';
import { encodeAccepted, openReview } from '../testing/opened-review.ts';
import type { OpenedReview } from '../testing/opened-review.ts';
import { decide, deliverRouted, deliverSelected, hourUs, person, proposal, routedEvent, selectedEvent } from '../testing/scenario.ts';
import { awaitingStatement, readNow } from '../timers/store.ts';
import { placeLoadsStatement } from './place-store.ts';
import { choosePlace, mayWait, queuesOf } from './places.ts';
import type { PlaceLoad } from './places.ts';
import { arrivalsStatement, latestArrivalsStatement, latestPolicyStatement } from './store.ts';

const load = (queue: string, seniority: 'any' | 'senior', ordinary: number, watched = 0): PlaceLoad => ({ queue, seniority, ordinary, watched, spansUs: [] });

describe('a place', () => {
  const loadsOf = fc.array(fc.record({ ordinary: fc.nat(200), watched: fc.nat(60) }), { minLength: 1, maxLength: 6 })
    .map((counts) => counts.map(({ ordinary, watched }, index) => load(`t/${index}`, index % 2 === 0 ? 'any' : 'senior', ordinary, watched)));

  test('is one that is open to the work, and has ordinary work to go unnoticed among; none only where there is no such place', () => {
    fc.assert(fc.property(loadsOf, fc.func(fc.boolean()), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (loads, isOpenTo, draw) => {
      const isOpen = ({ queue }: PlaceLoad) => isOpenTo(queue);
      const chosen = choosePlace(loads, isOpen, draw);
      if (chosen === null) return loads.every((one) => one.ordinary === 0 || !isOpen(one));
      return chosen.ordinary > 0 && isOpen(chosen);
    }));
  });

  test('after many draws every place has its share of what is watched, also where some work may not wait everywhere', () => {
    const loads = [load('t/standard', 'any', 60), load('t/dual', 'any', 15), load('t/dual', 'senior', 15), load('t/senior', 'senior', 10)];
    // A draw that runs through the unit interval evenly; every eighth piece of work is for seniors alone.
    for (let index = 0; index < 400; index += 1) {
      const chosen = choosePlace(loads, ({ seniority }) => index % 8 !== 0 || seniority === 'senior', (index * 0.618033988749895) % 1);
      if (chosen !== null) chosen.watched += 1;
    }
    for (const { ordinary, watched } of loads) expect(Math.abs(watched - 4 * ordinary)).toBeLessThanOrEqual(4);
  });

  test('is any that is behind: nobody who knows all counts foresees it', () => {
    const loads = [load('t/standard', 'any', 50), load('t/senior', 'senior', 50)];
    expect([0, 0.49, 0.51, 0.99].map((draw) => choosePlace(loads, () => true, draw)?.queue)).toEqual(['t/standard', 't/standard', 't/senior', 't/senior']);
  });

  test.each([
    ['auto', true, true, true], ['standard', true, true, true], ['senior', false, false, true], ['dual', false, true, true],
  ])('of work of the route %s: standard %s, a seat for anybody of the dual %s, a senior\'s seat %s', (route, standard, dualAny, senior) => {
    const item = { route, queue: `t/${route}` };
    expect([mayWait(item, { queue: 't/standard', seniority: 'any' }), mayWait(item, { queue: 't/dual', seniority: 'any' }), mayWait(item, { queue: 't/senior', seniority: 'senior' })]).toEqual([standard, dualAny, senior]);
  });
});

describe('what sampling selects', () => {
  let opened: OpenedReview;
  const type = 'placed';
  const queues = { standard: `${type}/standard`, senior: `${type}/senior` };

  beforeAll(async () => {
    opened = await openReview();
    // Of the seniors only one works this type.
    for (const personId of ['ann', 'bob', 'cleo', 'dan']) await replacePerson(opened.sql, { personId, name: personId, roles: ['senior'], active: true, queues: ['other'] }, 0);
    await insertSeenPerson(opened.sql, { personId: 'rita', name: 'x', roles: ['reviewer'], active: true, queues: [type] }, 0);
    await insertSeenPerson(opened.sql, { personId: 'ravi', name: 'x', roles: ['reviewer'], active: true, queues: [queues.standard] }, 0);
  });
  afterAll(async () => {
    await opened.close();
  });

  const ordinary = async (prefix: string, count: number, queue: string, dueAfterUs: number) => {
    const now = await readNow(opened.sql);
    const route = queue === queues.senior ? 'senior' : 'standard';
    await deliverRouted(opened.review, ...Array.from({ length: count }, (_, index) => routedEvent(encodeAccepted(proposal(`${prefix}-${index}`)), `${prefix}-${index}`, now, { decisionType: type, queue, route, form: 'hidden', dueAt: now + dueAfterUs })));
  };
  const check = async (decisionId: string, change: Parameters<typeof selectedEvent>[3] = {}) =>
    await deliverSelected(opened.review, selectedEvent(encodeAccepted(proposal(decisionId)), decisionId, await readNow(opened.sql), { decisionType: type, dueAt: null, ...change }));
  const watched = async (lane: string) => await opened.sql.rows<{ decisionId: string; queue: string; seniority: string; leftUs: number; seat: number }>(
    'select decision_id as "decisionId", queue, seniority, due_at - opened_at as "leftUs", seat from tasks where lane = $1 order by opened_at', [lane]);

  test('waits where the ordinary hidden work of its type waits, in proportion, with the time that work has there, and is recorded with its place', async () => {
    await ordinary('std', 20, queues.standard, 24 * hourUs);
    await ordinary('sen', 10, queues.senior, 4 * hourUs);
    for (let index = 0; index < 30; index += 1) await check(`check-${index}`);
    const tasks = await watched('spot-check');
    const there = (queue: string) => tasks.filter((task) => task.queue === queue);
    expect(Math.abs(there(queues.standard).length - 20)).toBeLessThanOrEqual(2);
    expect(there(queues.standard).length + there(queues.senior).length).toBe(30);
    for (const { leftUs, seniority } of there(queues.senior)) expect([seniority, Math.round(leftUs / hourUs)]).toEqual(['senior', 4]);
    for (const { leftUs, seniority } of there(queues.standard)) expect([seniority, Math.round(leftUs / hourUs)]).toEqual(['any', 24]);
    const recorded = await opened.sql.rows<{ decisionId: string; queue: string; seniority: string }>('select decision_id as "decisionId", queue, seniority from selections');
    const said = new Map(opened.events.flatMap((event) => (event.record === 'TaskOpened' ? [[event.value.decisionId, event.value.queue]] : [])));
    for (const { decisionId, queue } of tasks) expect([recorded.find((row) => row.decisionId === decisionId)?.queue, said.get(decisionId)]).toEqual([queue, queue]);
  });

  test('again waits only where somebody works who had no part in it', async () => {
    await opened.sql.run("update tasks set state = 'closed' where state <> 'closed'");
    await ordinary('again', 1, queues.standard, 24 * hourUs);
    await decide(opened.review, person('rita'), { answer: '7' });
    // Nobody but the one senior is left for it.
    await replacePerson(opened.sql, { personId: 'ravi', name: 'x', roles: ['reviewer'], active: false, queues: [queues.standard] }, 0);
    await replacePerson(opened.sql, { personId: 'eve', name: 'x', roles: ['senior'], active: true, queues: [queues.senior] }, 0);
    await check('again-0', { kind: 're-review', route: 'standard', queue: queues.standard });
    expect(await watched('re-review')).toMatchObject([{ decisionId: 'again-0', queue: queues.senior, seniority: 'senior' }]);
  });

  test('has its own place where nothing ordinary of its type is hidden', async () => {
    await deliverSelected(opened.review, selectedEvent(encodeAccepted(proposal('lonely')), 'lonely', await readNow(opened.sql), { decisionType: 'lonely', dueAt: null }));
    expect((await watched('spot-check')).find(({ decisionId }) => decisionId === 'lonely')).toMatchObject({ queue: 'lonely/standard', seniority: 'any' });
  });

  test('costs the same however much there is: the latest by indexes alone', async () => {
    const { sql } = opened;
    const now = await readNow(sql);
    await sql.run(
      `insert into cases (system, decision_id, decision_type, policy_version, accepted_at, route, point, tier, kind, severity, rule_ids, form, queue, severity_rank, known, verdict_by, reasons, on_expiry, sealed_accepted, opened_at, routed)
       select 's', 'd' || i, 'big', 'v', $1::bigint, 'standard', 'before', 'low', 'standard', 'low', '[]', 'hidden', case when i % 200 = 0 then 'rare/standard' else (array['big/standard', 'big/senior'])[1 + i % 2] end, 0, true, 'review', '[]', 'reject', '', $1::bigint + i, true from generate_series(1, 20000) i`, [now]);
    await sql.run(
      `insert into tasks (task_id, system, decision_id, lane, seat, kind, queue, seniority, form, severity_rank, state, opened_at, due_at, pressing_at)
       select gen_random_uuid(), 's', decision_id, 'primary', 1, 'standard', queue, 'any', 'hidden', 0, 'open', opened_at, opened_at, opened_at from cases where system = 's'`);
    await sql.run(`insert into timers (timer_id, kind, system, decision_id, due_at, awaits) select gen_random_uuid(), 'open-watched', 's', decision_id, opened_at, case when opened_at % 500 = 0 then decision_type end from cases where system = 's'`);
    await opened.analyse();
    const planOf = async (statement: string, ...values: string[]) => {
      const literal = values.reduce((text, value, index) => text.replaceAll(`$${index + 1}`, value), statement);
      return (await sql.rows<{ 'QUERY PLAN': string }>(`explain ${literal}`)).map((row) => row['QUERY PLAN']).join('\n');
    };
    const arrivals = await planOf(arrivalsStatement, "'rare/standard'", String(now));
    expect(arrivals).toContain('cases_arrivals');
    const loads = await planOf(placeLoadsStatement, `array['${queuesOf('big').join("','")}']`);
    expect(loads).toContain('tasks_hidden');
    const awaiting = await planOf(awaitingStatement, "array['big']", '0');
    expect(awaiting).toContain('timers_awaiting');
    const latest = await planOf(latestArrivalsStatement, String(now));
    expect(latest).toContain('cases_latest');
    const policy = await planOf(latestPolicyStatement, "'rare/standard'");
    expect(policy).toContain('cases_arrivals');
    for (const plan of [policy, arrivals, loads, awaiting, latest]) expect(plan).not.toMatch(/Seq Scan on (tasks|cases|timers)/);
  }, 60_000);
});
