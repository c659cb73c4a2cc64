/** Simulated weeks over the real pipeline: decisions come in, a random share is watched, reviewers work by the clock. */

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { decisionKey } from '@countersign/contracts';
import type { DecisionProposed } from '@countersign/contracts';
import { Random } from '../chaos/random.ts';
import { TestStack } from '../harness/stack.ts';
import { simulateClock } from './clock.ts';
import type { SimulatedClock } from './clock.ts';
import { Recorder } from './recorder.ts';
import type { Exchange } from './recorder.ts';
import { Desk } from './reviewers.ts';
import type { Reviewer } from './reviewers.ts';

const secondUs = 1_000_000;
const hourUs = 3600 * secondUs;
const dayUs = 24 * hourUs;
/** Ordinary and senior reviewers. */
const people = { ordinary: 6, senior: 5 };
/**
 * As the examples' policies ship, with as much watched as a policy may ask for, so that there is enough of it to tell apart. A type whose automatic
 * decisions are checked too has more watched beside its ordinary work than one that has none: it hides more, so that the type of a hidden task
 * tells nothing either.
 */
const hiddenShares = { 'digits.routing': 0.5, 'biopsy.triage': 0.2 } as const;
const rates = [[/^spotCheckRate: .*$/m, 'spotCheckRate: 0.05'], [/^reReviewRate: .*$/m, 'reReviewRate: 0.05']] as const;

/**
 * So few that all have a whole history after the first day. These weeks begin empty, and watched cases are older than ordinary ones: while histories
 * still grow theirs are shorter, which they are nowhere else.
 */
const subjects = 10;

/** Working days; Saturdays and Sundays pass between them. */
export type Size = { days: number; decisionsPerDay: number };
/** `place`: the decision type and queue, which a client may know. */
export type TaskTruth = { monitored: boolean; form: string; lane: string; place: string; decision: string };
export type Recording = { exchanges: Exchange[]; truth: Map<string, TaskTruth>; warmUpEndsAt: number };

const togetherUs = 10 * secondUs;

type Turn = { at: number; resume(): void };

/** Plays the size and answers all that clients observed, with what was really what beside it. */
export async function playWeeks(size: Size, seed: number): Promise<Recording> {
  await using stack = await TestStack.prepare();
  // Nobody pulls the plug on these weeks, and each commit would wait for the disk.
  await stack.query(`do $$ begin execute format('alter database %I set synchronous_commit = off', current_database()); end $$`);
  await stack.start(['risk', 'routing', 'sampling', 'review'], { COUNTERSIGN_REVIEW_TIMER_POLL_MS: '10', COUNTERSIGN_REVIEW_WATCHED_DELAY_MAX_MS: undefined });
  const random = new Random(seed);
  const policies = await activatePolicies(stack);
  const startsAt = (Math.floor((Date.now() * 1000) / dayUs) - Math.ceil(size.days / 5) * 7 - 1) * dayUs + 8 * hourUs;
  await using clock = await simulateClock(stack, startsAt);
  const recorder = new Recorder(stack.services?.url ?? '');
  const reviewers = await hire(stack, seed);
  for (const { personId, authorization } of reviewers) await recorder.follow(personId, clock.now, authorization);
  const desk = new Desk(clock, recorder);
  for (let day = 0; day < size.days; day += 1) {
    const dayStartsAt = startsAt + (day + 2 * Math.floor(day / 5)) * dayUs;
    await clock.advanceTo(dayStartsAt);
    await playDay({ stack, clock, desk, reviewers, random, policies, dayStartsAt, decisions: size.decisionsPerDay });
  }
  recorder.close();
  const truth = await readTruth(stack);
  return { exchanges: recorder.exchanges, truth, warmUpEndsAt: startsAt + dayUs };
}

type Day = { stack: TestStack; clock: SimulatedClock; desk: Desk; reviewers: readonly Reviewer[]; random: Random; policies: ReadonlyMap<string, string>; dayStartsAt: number; decisions: number };

/** Everybody's next step waits for its turn; time jumps to the earliest. */
async function playDay(day: Day): Promise<void> {
  const { clock, desk, reviewers, dayStartsAt } = day;
  const turns: Turn[] = [];
  let running = 0;
  let idle = Promise.withResolvers<void>();
  const rest = () => {
    running -= 1;
    if (running === 0) idle.resolve();
  };
  const pauseUntil = async (at: number) => {
    const turn = Promise.withResolvers<void>();
    turns.push({ at, resume: turn.resolve });
    rest();
    await turn.promise;
  };
  const actors = [
    ...reviewers.map((reviewer) => async () => {
      await pauseUntil(dayStartsAt + reviewer.random.between(0, 1800) * secondUs);
      await desk.work(reviewer, async (seconds) => await pauseUntil(clock.now() + seconds * secondUs), dayStartsAt + 8 * hourUs);
      await desk.lookBack(reviewer);
    }),
    async () => await bringDecisions(day, pauseUntil),
  ];
  running = actors.length;
  for (const actor of actors) actor().then(rest, (error: unknown) => idle.reject(error));
  for (;;) {
    await idle.promise;
    idle = Promise.withResolvers();
    turns.sort((one, other) => one.at - other.at);
    const [first] = turns;
    if (first === undefined) break;
    // People who move at about the same time do so side by side, as on any desk.
    const together = turns.splice(0, turns.findLastIndex(({ at }) => at <= first.at + togetherUs) + 1);
    await clock.advanceTo(together.at(-1)?.at ?? first.at);
    running += together.length;
    for (const turn of together) turn.resume();
  }
}

/** Decisions come one by one or a few at a time for six hours, accepted at instants of their own. */
async function bringDecisions({ stack, clock, random, policies, dayStartsAt, decisions }: Day, pauseUntil: (at: number) => Promise<void>): Promise<void> {
  const batches = 60;
  const truths: Array<{ proposed: DecisionProposed; truth: string }> = [];
  for (let batch = 0; batch < batches; batch += 1) {
    await pauseUntil(dayStartsAt + Math.floor((batch + random.next()) * 360 * secondUs));
    const count = Math.floor((decisions * (batch + 1)) / batches) - Math.floor((decisions * batch) / batches);
    const records = Array.from({ length: count }, () => {
      const drawn = draw(random, clock.now());
      truths.push(drawn);
      const { proposed } = drawn;
      // At an instant of its own; review hears of it when the batch comes.
      const acceptedAt = clock.now() - Math.floor(random.next() * 60 * secondUs);
      const { system, decisionId, decisionType } = proposed;
      return stack.publisher.record('decisions.accepted', 'DecisionAccepted', {
        eventId: randomUUID(), occurredAt: acceptedAt, system, decisionId, actor: null, policyVersion: policies.get(decisionType) ?? null, decisionType, contentDigest: '00', acceptedAt,
        channel: 'kafka', source: { topic: 't', partition: 0, offset: 0 }, proposed,
      }, decisionKey(system, decisionId));
    });
    if (records.length === 0) continue;
    await stack.producer.send(records);
    await stack.services?.drain(120_000);
  }
  await reportOutcomes(stack, clock, truths);
}

/** What turned out to be true of half of the day's decisions: what exercises are made of. */
async function reportOutcomes(stack: TestStack, clock: SimulatedClock, truths: ReadonlyArray<{ proposed: DecisionProposed; truth: string }>): Promise<void> {
  const known = truths.filter((_, index) => index % 2 === 0);
  await stack.producer.send(known.map(({ proposed: { system, decisionId, decisionType }, truth }) => stack.publisher.record('outcomes.recorded', 'OutcomeRecorded', {
    eventId: randomUUID(), occurredAt: clock.now(), system, decisionId, actor: 'registry', policyVersion: null, outcome: truth, observedAt: clock.now(), source: 'registry', decisionType,
  }, decisionKey(system, decisionId))));
  await stack.services?.drain(120_000);
}

/** Every case is drawn from one population, whatever the model thinks of it: what is sure and what is not look alike. */
function draw(random: Random, now: number): { proposed: DecisionProposed; truth: string } {
  const biopsy = random.chance(0.3);
  const answers = biopsy ? ['benign', 'malignant'] : ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
  const truth = random.pick(answers);
  const label = random.chance(0.9) ? truth : random.pick(answers);
  const confidence = random.chance(0.7) ? 0.93 + 0.069 * random.next() : 0.5 + 0.42 * random.next();
  const text = `Sheet ${random.between(10_000, 99_999)}: the answer is ${truth}. ${'word '.repeat(random.between(5, 40))}`;
  const attributes: DecisionProposed['attributes'] = biopsy
    ? { malignantProbability: label === 'benign' ? 0.01 : 0.9, measurementsOutsideTraining: 0, refitsDisagree: random.chance(0.1), worstConcavePoints: 0.1, worstRadius: 12 }
    : { inkShare: 0.4, margin: 0.99, runnerUp: random.pick(answers), touchesEdge: random.chance(0.1) };
  const proposed: DecisionProposed = {
    system: biopsy ? 'biopsy-triage' : 'mailroom', decisionId: `d-${random.between(1, 2 ** 50).toString(36)}`, decisionType: biopsy ? 'biopsy.triage' : 'digits.routing', proposedAt: now,
    input: { parts: [{ name: 'sheet', mediaType: 'text/plain', content: Buffer.from(text), uri: null, sha256: null }] },
    output: { label, content: null, mediaType: null }, reasoning: { summary: 'Read from the sheet.', factors: [] }, confidence, uncertainty: null,
    alternatives: [], provenance: { model: { name: 'model', version: '1' }, trainingDomain: 'sheets', sources: [] }, attributes,
    subject: random.chance(0.5) ? { kind: 'person', id: `s-${random.between(1, subjects)}` } : null,
    action: { description: 'File it', reversalDeadline: null, expectedDurationMs: null },
  };
  return { proposed, truth };
}

async function activatePolicies(stack: TestStack): Promise<ReadonlyMap<string, string>> {
  const versions = new Map<string, string>();
  for (const [type, hiddenShare] of Object.entries(hiddenShares)) {
    const shipped = readFileSync(new URL(`../../examples/policies/${type}.yaml`, import.meta.url), 'utf8');
    const changes = [...rates, [/^hiddenShare: .*$/m, `hiddenShare: ${hiddenShare}`]] as const;
    versions.set(type, await stack.activatePolicy(changes.reduce((text, [pattern, value]) => text.replace(pattern, value), shipped)));
  }
  return versions;
}

async function hire(stack: TestStack, seed: number): Promise<Reviewer[]> {
  const roles = [...Array.from({ length: people.ordinary }, () => 'reviewer'), ...Array.from({ length: people.senior }, () => 'senior')];
  return await Promise.all(roles.map(async (role, index) => ({ personId: `${role}-${index}`, authorization: `Bearer ${await stack.token(`${role}-${index}`, role)}`, random: new Random(seed * 1000 + index) })));
}

async function readTruth(stack: TestStack): Promise<Map<string, TaskTruth>> {
  const rows = await stack.query<{ taskId: string; lane: string; form: string; place: string; decision: string }>(`select task_id as "taskId", lane, form, coalesce(escalated_from, queue) as place, system || ' ' || decision_id as decision from review.tasks`);
  return new Map(rows.map(({ taskId, ...truth }) => [taskId, { ...truth, monitored: truth.lane !== 'primary' }]));
}
