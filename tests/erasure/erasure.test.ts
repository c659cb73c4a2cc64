import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decisionKey } from '@countersign/contracts';
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
