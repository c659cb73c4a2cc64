import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decisionKey } from '@countersign/contracts';
import { DeadLetters } from '../../packages/stack/src/operations/dead-letters.ts';
import { policyText } from '../bench/load.ts';
import { TestStack, until } from '../harness/stack.ts';
import { readTopic } from '../harness/topics.ts';
import { countOpenable, findEverywhere } from './everywhere.ts';
import { completed, endings, erase, proposalAbout, propose, reportOutcome, work, type Person } from './world.ts';

let stack: TestStack;
const jane: Person = { id: 'jane.roe-7f3a', mark: 'JANE7F3A', cases: 'case-one' };
const bob: Person = { id: 'bob.poe-11c2', mark: 'BOB11C2', cases: 'case-two' };
const confidences = [0.985, 0.985, 0.8, 0.8, 0.8, 0.8, 0.8, 0.65, 0.65, 0.65, 0.3, null];
const policy = `${policyText.replace(/^calibration:.*\n/m, '').replace(/^hiddenShare:.*$/m, 'hiddenShare: 0.2')}\ncalibration: { share: 0.05 }\n`;

beforeAll(async () => {
  stack = await TestStack.prepare();
  // A fixed key: what is drawn, and in which form it is shown, is the same in every run.
  writeFileSync(stack.settings.samplingKeysFile, JSON.stringify({ keys: [{ version: 'k1', validFrom: '1970-01-01T00:00:00Z', keyBase64: Buffer.alloc(32, 5).toString('base64') }] }));
  await stack.start();
  await stack.activatePolicy(policy);
  for (const person of [jane, bob]) await liveThrough(person);
}, 180_000);

afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

/** Decisions in every state, with drafts, notes, judgements and outcomes; and what nobody could read, or accept. */
async function liveThrough(person: Person): Promise<void> {
  const decisions = confidences.map((confidence, index) => proposalAbout(person, `${person.cases}-${index}`, confidence, index % 3 === 0 ? '1' : '7'));
  await propose(stack, decisions);
  await settle();
  await reportOutcome(stack, `${person.cases}-0`, person);
  await reportOutcome(stack, `${person.cases}-2`, person);
  // Refused, and about the same person.
  await propose(stack, [proposalAbout(person, `${person.cases}-1`, 0.5)]);
  const topic = stack.codec.topicName('decisions.proposed');
  await stack.producer.send([{ topic, key: decisionKey('mailroom', `${person.cases}-3`), value: Buffer.from(`no event, but ${person.mark} of ${person.id}`) }]);
  for (let turn = 0; turn < endings.length * 2; turn += 1) await work(stack, `rev-${person.cases}-${turn}`, endings[turn % endings.length] ?? 'painted', person.mark);
  await until('judgements are final', async () => ((await stack.query("select 1 from review.judgements where state = 'pending'")).length === 0 ? true : undefined), 30_000);
  await settle();
}

async function settle(): Promise<void> {
  for (let round = 0; round < 3; round += 1) await stack.services?.drain(60_000);
}

const needles = async ({ id, mark, cases }: Person) => ({ texts: [id, mark], digests: (await bytesOnKafka(cases)).slice(0, 60) });

/** What the pipeline and review sent of somebody: nobody may keep a plain digest of it. */
async function bytesOnKafka(cases: string): Promise<Buffer[]> {
  const found: Buffer[] = [];
  for (const topic of ['decisions.proposed', 'decisions.resolved', 'outcomes.recorded'] as const) {
    for (const { record, event } of await readTopic(stack, topic)) if (event.value.decisionId?.startsWith(cases) === true && record.value !== null) found.push(record.value);
  }
  return found;
}

const eventRows = async () => await stack.query<{ row: string }>('select e::text as row from audit.events e order by recorded_at, event_id');

const expectedPlaces = [
  'review.cases', 'review.cases.sealed_accepted, opened', 'review.presentations.sealed_body, opened', 'review.judgements.sealed_content, opened', 'review.drafts.sealed_draft, opened', 'review.tasks.sealed_note, opened',
  'review.subject_decisions', 'review.outcomes', 'intake.verdicts', 'metrics.decision_facts', 'sampling.calibration_cases', 'sampling.calibration_cases.sealed_accepted, opened', 'sampling.calibration_outcomes', 'audit.contents.sealed, opened',
];

describe('erasing a subject', () => {
  let before: string[] = [];

  test('begins with a world in which both are everywhere', async () => {
    const found = await findEverywhere(stack, await needles(jane));
    const places = new Set(found.map(({ where }) => where));
    for (const place of expectedPlaces) expect([...places].sort()).toContain(place);
    before = (await eventRows()).map(({ row }) => row);
  }, 60_000);

  test('leaves no byte of the person, and no proof undone', async () => {
    // What people wrote of one case while they had the other's in mind goes with the case that it is about.
    const ofBob = { texts: [bob.id, `${bob.mark}-summary`], digests: [] };
    const others = (await findEverywhere(stack, ofBob)).length;
    const openable = await countOpenable(stack);
    const erasureId = await erase(stack, { system: 'mailroom', subjectKind: 'writer', subjectId: jane.id });
    const done = await completed(stack, erasureId);
    expect(done).toMatchObject({ kind: 'subject', subject: null, requestedBy: 'priya', decidedBy: 'pavel', decisions: confidences.length, held: 0 });
    expect(done['progress']).toEqual(['intake', 'sampling', 'review', 'metrics'].map((service) => ({ service, applied: confidences.length, of: confidences.length })));
    await settle();
    expect(await findEverywhere(stack, await needles(jane))).toEqual([]);
    expect(await countOpenable(stack)).toBeLessThan(openable);
    expect((await findEverywhere(stack, ofBob)).length).toBe(others);
    const after = new Set((await eventRows()).map(({ row }) => row));
    expect(before.filter((row) => !after.has(row))).toEqual([]);
    expect(stack.crashes).toEqual([]);
  }, 120_000);
});

describe('afterwards', () => {
  test('what was decided stands, what waited is rejected, and each has one verdict', async () => {
    const verdicts = (await readTopic(stack, 'decisions.resolved')).map(({ event }) => event.value).filter(({ decisionId }) => decisionId?.startsWith(jane.cases) === true);
    expect(new Set(verdicts.map(({ decisionId }) => decisionId)).size).toBe(confidences.length);
    expect(verdicts).toHaveLength(confidences.length);
    const byErasure = verdicts.filter(({ basis }) => basis === 'erasure');
    expect(byErasure.length).toBeGreaterThan(2);
    for (const verdict of byErasure) expect(verdict).toMatchObject({ verdict: 'rejected', outputLabel: null, contentDigest: null, signers: [] });
    expect(await stack.query(`select 1 from review.tasks where state <> 'closed' and decision_id like '${jane.cases}-%'`)).toEqual([]);
    const listed = (await stack.call('olga', 'auditor', 'GET', '/v1/audit/decisions?system=mailroom&limit=200')).json['decisions'] as Array<{ decisionId: string; erased: boolean; verdict: string | null; decisionType: string | null }>;
    const erasedOf = (cases: string) => listed.filter(({ decisionId }) => decisionId.startsWith(`${cases}-`)).map(({ erased }) => erased);
    expect([erasedOf(jane.cases), new Set(erasedOf(bob.cases))]).toEqual([confidences.map(() => true), new Set([false])]);
    for (const { decisionId, verdict, decisionType } of listed) if (decisionId.startsWith(`${jane.cases}-`)) expect([decisionId, verdict, decisionType]).toEqual([decisionId, expect.any(String), 'digits.routing']);
    const { json } = await stack.call('olga', 'auditor', 'GET', `/v1/audit/decisions/mailroom/${jane.cases}-2`);
    const events = json['events'] as Array<{ record: string; erased: boolean; event: unknown }>;
    expect(events.filter(({ record }) => record === 'DecisionAccepted')).toEqual([expect.objectContaining({ erased: true, event: null })]);
  }, 60_000);

  test('the same decision is refused with a code of its own, over Kafka and HTTP; a new one about the person works', async () => {
    const again = `${jane.cases}-1`;
    await propose(stack, [proposalAbout(jane, again, 0.985), proposalAbout({ ...jane, mark: 'LATER' }, 'case-one-later', 0.985)]);
    await settle();
    const refusals = (await readTopic(stack, 'decisions.refused')).map(({ event }) => event.value).filter(({ decisionId }) => decisionId === again);
    expect(refusals.at(-1)).toMatchObject({ code: 'erased', field: 'decisionId', contentDigest: null });
    const { input, output, reasoning, action, decisionType, confidence } = proposalAbout(jane, again, 0.985);
    const body = {
      system: 'mailroom', decisionId: again, decisionType, confidence, input: { parts: input.parts.map(({ name, mediaType, content }) => ({ name, mediaType, content: content?.toString() })) }, output: { label: output.label },
      reasoning: { summary: reasoning.summary, factors: [] }, provenance: { model: { name: 'reader', version: '1' }, trainingDomain: '', sources: [] }, attributes: {}, action: { description: action.description },
    };
    const refused = await stack.call('pipe', 'pipeline', 'POST', '/v1/decisions', body);
    expect([refused.status, refused.json['refusal']]).toEqual([409, 'erased']);
    const read = await stack.call('olga', 'auditor', 'GET', `/v1/decisions/mailroom/${again}`);
    expect(read.json).toMatchObject({ erased: true, state: 'resolved' });
    expect(read.json['contentDigest']).toBeUndefined();
    const { json } = await stack.call('olga', 'auditor', 'GET', '/v1/audit/decisions/mailroom/case-one-later');
    expect((json['events'] as Array<{ erased: boolean }>).map(({ erased }) => erased)).not.toContain(true);
    expect((await findEverywhere(stack, { texts: ['LATER'], digests: [] })).length).toBeGreaterThan(0);
    // Nothing of the repeat was kept.
    expect(await findEverywhere(stack, { texts: [jane.mark], digests: [] })).toEqual([]);
  }, 60_000);

  test('its dead letters are not replayed, nor those that were erased by their ids', async () => {
    const topic = stack.codec.topicName('decisions.proposed');
    await stack.producer.send([{ topic, key: null, value: Buffer.from('no event and no key, but ORPHAN5D') }]);
    await settle();
    await using desk = await DeadLetters.connect(stack.settings);
    const orphan = (await desk.list({})).find(({ key }) => key === null);
    expect((await findEverywhere(stack, { texts: ['ORPHAN5D'], digests: [] })).length).toBeGreaterThan(0);
    await completed(stack, await erase(stack, { eventIds: [orphan?.eventId] }));
    await settle();
    expect(await findEverywhere(stack, { texts: ['ORPHAN5D'], digests: [] })).toEqual([]);
    const results = (await desk.replay({}, { person: 'otto', dryRun: true })).map(({ entry, outcome }) => [entry.key?.toString() ?? null, outcome]);
    expect(results.sort()).toEqual([[`mailroom/${jane.cases}-3`, 'erased'], [`mailroom/${bob.cases}-3`, 'would-replay'], [null, 'erased']].sort());
    expect((await desk.show(orphan?.eventId ?? ''))?.value).toBeNull();
  }, 60_000);
});

test('an erasure may meet events at every point of their way: what was accepted until then is gone, and what came later is whole', async () => {
  const carl = { id: 'carl.doe-9b', cases: 'case-three' };
  const rounds = process.env['COUNTERSIGN_TEST_FULL'] === '1' ? 10 : 3;
  const each = 20;
  const markOf = (round: number, index: number) => `CARL9B${round}X${index}Z`;
  let stop = false;
  const streaming = (async () => {
    for (let round = 0; round < rounds * 3 && !stop; round += 1) {
      await propose(stack, Array.from({ length: each }, (_, index) => proposalAbout({ id: carl.id, mark: markOf(round, index), cases: '' }, `${carl.cases}-${round}-${index}`, [0.985, 0.8, 0.65][index % 3] ?? 0.8)));
      await work(stack, `racer-${round}`, 'approved', 'RACER');
    }
  })();
  const erasures: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await until('some more of them came', async () => ((await stack.query(`select 1 from intake.pins where decision_id like '${carl.cases}-%'`)).length >= each * (round + 1) ? true : undefined), 60_000);
    erasures.push(await erase(stack, { system: 'mailroom', subjectKind: 'writer', subjectId: carl.id }));
  }
  stop = true;
  await streaming;
  await settle();
  for (const erasureId of erasures) await completed(stack, erasureId);
  await settle();
  const [{ through } = { through: 0 }] = await stack.query<{ through: string }>('select max(erased_through) as through from audit.erasures');
  const pins = await stack.query<{ id: string; at: string; erased: boolean }>(`select decision_id as id, accepted_at as at, erased from intake.pins where decision_id like '${carl.cases}-%'`);
  const kept = pins.filter(({ erased }) => !erased);
  expect(pins.filter(({ at, erased }) => Number(at) <= Number(through) && !erased)).toEqual([]);
  const gone = pins.filter(({ erased }) => erased).map(({ id }) => markOf(Number(id.split('-')[2]), Number(id.split('-')[3])));
  expect(gone.length).toBeGreaterThan(each);
  expect(await findEverywhere(stack, { texts: kept.length === 0 ? [carl.id, ...gone] : gone, digests: [] })).toEqual([]);
  for (const { id } of kept) {
    const { json } = await stack.call('olga', 'auditor', 'GET', `/v1/audit/decisions/mailroom/${id}`);
    expect((json['events'] as Array<{ erased: boolean }>).some(({ erased }) => erased)).toBe(false);
  }
  const verdicts = new Map<string, number>();
  for (const { event } of await readTopic(stack, 'decisions.resolved')) verdicts.set(event.value.decisionId ?? '', (verdicts.get(event.value.decisionId ?? '') ?? 0) + 1);
  for (const { id } of pins) expect([id, verdicts.get(id) ?? 0]).toEqual([id, expect.any(Number)]);
  expect([...verdicts.values()].every((count) => count === 1)).toBe(true);
  expect(stack.crashes).toEqual([]);
}, 240_000);
