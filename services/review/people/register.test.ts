import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ReviewEvent } from '../events.ts';
import { claimTask, heldClaims } from '../tasks/claims.ts';
import { encodeAccepted, openReview } from '../testing/opened-review.ts';
import type { OpenedReview } from '../testing/opened-review.ts';
import { deliverRouted, proposal, routedEvent } from '../testing/scenario.ts';
import { readNow } from '../timers/store.ts';
import { queueWarnings } from './queue-names.ts';
import { changeAvailability, putPerson } from './register.ts';
import { peoplePageStatement, readPeople, readPerson } from './store.ts';
import type { PersonChange, Place } from './store.ts';

let opened: OpenedReview;
beforeAll(async () => {
  opened = await openReview();
}, 60_000);
afterAll(async () => await opened.close());

const admin = (personId: string, change: Partial<PersonChange> = {}): PersonChange => ({ personId, name: personId, roles: ['admin'], active: true, queues: [], ...change });
const put = async (change: PersonChange, actor = 'root') => await putPerson(opened.review, actor, change, null);

async function openTasks(count: number): Promise<void> {
  const now = await readNow(opened.sql);
  const ids = Array.from({ length: count }, () => randomUUID());
  await deliverRouted(opened.review, ...ids.map((id) => routedEvent(encodeAccepted(proposal(id)), id, now)));
}

type PersonEvent = Extract<ReviewEvent, { record: 'PersonChanged' }>;
const eventsOf = (personId: string) => opened.events.filter((event): event is PersonEvent => event.record === 'PersonChanged' && event.value.personId === personId);

describe('the last active admin', () => {
  test('keeps the office, until there is another', async () => {
    await put(admin('alma'));
    for (const change of [{ active: false }, { roles: ['reviewer'] }]) await expect(put(admin('alma', change))).rejects.toMatchObject({ refusal: 'last-admin' });
    await put(admin('alma', { name: 'Alma', available: false }));
    await put(admin('bert'));
    await put(admin('alma', { active: false }));
    await expect(put(admin('bert', { roles: [] }))).rejects.toMatchObject({ refusal: 'last-admin' });
  });

  test('is left when all take the office from each other at once', async () => {
    const names = ['alma', 'bert', 'carl', 'dora'];
    for (let round = 0; round < 5; round += 1) {
      for (const personId of names) await put(admin(personId));
      const results = await Promise.allSettled(names.map((personId, index) => put(admin(personId, index % 2 === 0 ? { active: false } : { roles: ['reviewer'] }))));
      expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
      const [left] = await opened.sql.rows<{ count: number }>(`select count(*)::int as count from people where active and 'admin' = any(roles)`);
      expect(left?.count).toBe(1);
    }
  });
});

describe('availability', () => {
  test('somebody away gets no new work, by whatever way, and keeps what they hold', async () => {
    await openTasks(2);
    const ann = { personId: 'ann', name: 'ann', senior: true };
    const first = await claimTask(opened.review, ann);
    if (first.outcome !== 'claimed') throw new Error('nothing to claim');
    await changeAvailability(opened.review, 'sue', 'ann', false, 'On leave.');
    await expect(claimTask(opened.review, ann)).rejects.toMatchObject({ refusal: 'person-unavailable' });
    await expect(claimTask(opened.review, ann, first.claim.taskId)).rejects.toMatchObject({ refusal: 'person-unavailable' });
    expect((await heldClaims(opened.review, ann)).map(({ taskId }) => taskId)).toEqual([first.claim.taskId]);
    await changeAvailability(opened.review, 'ann', 'ann', true, null);
    expect((await claimTask(opened.review, ann)).outcome).toBe('claimed');
    expect(eventsOf('ann').map(({ value: { actor, available, active, reason } }) => ({ actor, available, active, reason }))).toEqual([
      { actor: 'sue', available: false, active: true, reason: 'On leave.' }, { actor: 'ann', available: true, active: true, reason: null },
    ]);
  });

  test('said again changes nothing; of nobody it is refused', async () => {
    const before = await changeAvailability(opened.review, 'sue', 'bob', false, 'Ill.');
    expect(await changeAvailability(opened.review, 'tom', 'bob', false, 'Ill, still.')).toEqual(before);
    expect(eventsOf('bob')).toHaveLength(1);
    await expect(changeAvailability(opened.review, 'sue', 'nobody', false, 'x')).rejects.toMatchObject({ refusal: 'person-not-found' });
  });

  test('of somebody who is not active takes no work, and the record says both', async () => {
    await put({ personId: 'gone', name: 'Gone', roles: ['reviewer'], active: false, queues: ['*'] });
    expect(eventsOf('gone').at(-1)?.value).toMatchObject({ active: false, available: false });
  });
});

describe('caps', () => {
  test('a cap of their own counts before the setting', async () => {
    const cleo = { personId: 'cleo', name: 'cleo', roles: ['senior'], active: true, queues: ['*'] };
    await put({ ...cleo, claimsMax: 1 });
    await openTasks(3);
    const person = { personId: 'cleo', name: 'cleo', senior: true };
    expect((await claimTask(opened.review, person)).outcome).toBe('claimed');
    await expect(claimTask(opened.review, person)).rejects.toMatchObject({ refusal: 'too-many-claims' });
    // What is left out stays as it is; null goes back to the setting.
    expect(await put({ ...cleo, name: 'Cleo' })).toMatchObject({ claimsMax: 1, available: true });
    expect(await put({ ...cleo, claimsMax: null, available: false })).toMatchObject({ claimsMax: null, available: false });
    expect(await put(cleo)).toMatchObject({ claimsMax: null, available: false });
    expect(eventsOf('cleo').map(({ value }) => value.claimsMax)).toEqual([1, 1, null, null]);
  });
});

describe('somebody new', () => {
  const of = (name: string): PersonChange => ({ personId: 'nora', name, roles: ['reviewer'], active: true, queues: [name] });
  const enter = async (name: string) => await putPerson(opened.review, 'root', of(name), 'new');

  test('is entered once, whoever asks at once, and what the others sent is not taken', async () => {
    for (let round = 0; round < 5; round += 1) {
      await opened.sql.run("delete from qualifications where person_id = 'nora'");
      await opened.sql.run("delete from people where person_id = 'nora'");
      const before = eventsOf('nora').length;
      const results = await Promise.allSettled(['one', 'two', 'three', 'four'].map(enter));
      const entered = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      expect(entered).toHaveLength(1);
      for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ refusal: 'person-known', code: 'precondition-failed', message: expect.stringContaining('nora') });
      const present = await readPerson(opened.sql, 'nora');
      expect(present).toEqual(entered[0]);
      expect(present).toMatchObject({ version: 1, queues: [present?.name] });
      expect(eventsOf('nora')).toHaveLength(before + 1);
    }
    await expect(enter('later')).rejects.toMatchObject({ refusal: 'person-known' });
  });
});

describe('the register', () => {
  const page = async (wanted: string | null, after: Place | null = null, limit = 100) => await readPeople(opened.sql, wanted, after, limit);
  const idsOf = (people: ReadonlyArray<{ personId: string }>) => people.map(({ personId }) => personId);

  test('is searched in names and ids, whatever the case and the accents, and never as a pattern', async () => {
    for (const [personId, name] of [['u-17', 'Zoë Ångström'], ['ANGELA', 'A. Nother'], ['u-18', '100% _under'], ['u-19', 'Пётр Øst']] as const) await put({ personId, name, roles: ['reviewer'], active: true, queues: [] });
    expect(idsOf(await page('ang'))).toEqual(['ANGELA', 'u-17']);
    expect(idsOf(await page('ZOE\u0308 A'))).toEqual(['u-17']);
    for (const part of ['ПЕТР', 'пЁтр', 'øST']) expect(idsOf(await page(part))).toEqual(['u-19']);
    expect(idsOf(await page('%'))).toEqual(['u-18']);
    expect(idsOf(await page('_'))).toEqual(['u-18']);
    expect(idsOf(await page("'; drop table people"))).toEqual([]);
    await put({ personId: 'u-18', name: 'Renamed', roles: ['reviewer'], active: true, queues: [] });
    expect(idsOf(await page('renam'))).toEqual(['u-18']);
  });

  test('is read by name, page by page, everybody once, of the same name too and however long it is', async () => {
    const twins = ['t-3', 't-1', 't-2'];
    for (const personId of twins) await put({ personId, name: 'Twin', roles: ['reviewer'], active: true, queues: [] });
    // 200 syllables that each fall apart into three letters; longer than an index takes.
    await put({ personId: 'long', name: Array.from({ length: 200 }, (_, index) => String.fromCodePoint(0xac01 + index * 55)).join(''), roles: ['reviewer'], active: true, queues: [] });
    const all = await page(null);
    const read: string[] = [];
    for (let after: Place | null = null; ; ) {
      const [person] = await page(null, after, 1);
      if (person === undefined) break;
      read.push(person.personId);
      after = person;
    }
    expect(read).toEqual(idsOf(all));
    expect(new Set(read).size).toBe(read.length);
    expect(read.filter((id) => twins.includes(id))).toEqual(['t-1', 't-2', 't-3']);
  });

  test('is a walk through an index however long it is', async () => {
    await opened.sql.run(`insert into people (person_id, name, roles, active, changed_at) select 'many-' || i, 'Many ' || md5(i::text), '{reviewer}', true, 0 from generate_series(1, 5000) i`);
    await opened.analyse();
    for (const wanted of ['null', "'an'"]) {
      const literal = peoplePageStatement.replaceAll('$1', "'many'").replaceAll('$2', "'x'").replaceAll('$3', '51').replaceAll('$4', wanted);
      const plan = await opened.sql.rows<{ 'QUERY PLAN': string }>(`explain ${literal}`);
      expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Index Scan using people_listed[^]*Index Cond/);
    }
  });
});

describe('ids and names', () => {
  test.each(['api-key:k3v8q1m0z7tp', 'api-key/k3v8q1m0z7tp'])('nobody is entered as %s: on record that is a key', async (personId) => {
    await expect(put(admin(personId))).rejects.toMatchObject({ refusal: 'person-id-reserved' });
    await expect(opened.sql.run(`insert into people (person_id, name, roles, active, changed_at) values ($1, 'x', '{}', true, 0)`, [personId])).rejects.toThrow('people_person_id_check');
  });

  test('a queue that no policy covers is pointed out, with what may be meant', () => {
    const types = ['digits.routing', 'credit.application'];
    expect(queueWarnings(['*', 'unclassified', 'digits.routing', 'credit.application/senior'], types)).toEqual([]);
    expect(queueWarnings(['digits.ruoting/standard', 'xyz'], types)).toEqual([
      'No policy is in force for the decision type of digits.ruoting/standard. Did you mean digits.routing?', 'No policy is in force for the decision type of xyz.',
    ]);
  });
});
