import { hash } from 'node:crypto';
import { derivedEventId, verdictEventId, type EventTypes, type RecordName, type TopicName } from '@countersign/contracts';
import { keyCommitment, uniformDraw } from '@countersign/core';
import type { Random } from '../chaos/random.ts';

/** One event as a service would have sent it. */
export type Told = { [R in RecordName]: { topic: TopicName; record: R; value: EventTypes[R] } }[RecordName];

export const samplingKey = { version: 'k1', validFrom: 0, key: Buffer.alloc(32, 5) };
export const policyVersion = `sha256:${hash('sha256', 'the policy')}`;
const decisionType = 'digits.routing';
const policyText = `decisionType: ${decisionType}\nspotCheckRate: 0.1\nreReviewRate: 0.05\n`;
const rates = { 'spot-check': 0.1, 're-review': 0.05 } as const;
const people = ['ann', 'bo', 'cleo', 'dan', 'eve', 'fay'];
const seniors = ['gil', 'hua', 'ida'];
const secondUs = 1_000_000;

function envelope(eventId: string, occurredAt: number, system: string | null, decisionId: string | null, actor: string | null, version: string | null = policyVersion) {
  return { eventId, occurredAt, system, decisionId, actor, policyVersion: version };
}

/** Random ids that a seed gives. */
export function idOf(random: Random): string {
  return derivedEventId('test', Math.floor(random.next() * 2 ** 53), Math.floor(random.next() * 2 ** 53));
}

/** What happens before the first decision: people, a policy by two of them, the commitment to a key. */
export function beginning(random: Random, at: number): Told[] {
  const policy = (actor: string, after: number) => envelope(idOf(random), at + after, null, null, actor);
  const version = { decisionType, version: policyVersion, text: policyText };
  return [
    ...[...people, ...seniors].map((personId): Told => ({
      topic: 'access.changed', record: 'PersonChanged',
      value: { ...envelope(idOf(random), at, null, null, 'admin', null), personId, displayName: personId, roles: seniors.includes(personId) ? ['reviewer', 'senior'] : ['reviewer'], queues: [decisionType], available: true, active: true, claimsMax: null, reason: null },
    })),
    { topic: 'policies.changed', record: 'PolicyProposed', value: { ...policy('pia', 1), ...version, note: 'first', proposedBy: 'pia' } },
    { topic: 'policies.changed', record: 'PolicyApproved', value: { ...policy('quin', 2), ...version, proposedBy: 'pia', approvedBy: 'quin', note: 'read it' } },
    { topic: 'policies.changed', record: 'PolicyActivated', value: { ...policy('quin', 3), ...version, activationId: '1', proposedBy: 'pia', approvedBy: 'quin', activatedBy: 'quin', note: '' } },
    { topic: 'governance.recorded', record: 'SamplingKeyChanged', value: { ...envelope(idOf(random), at, null, null, 'sampling', null), keyVersion: 'k1', commitment: keyCommitment(samplingKey.key), validFrom: 0, validTo: null } },
  ];
}

type Case = { random: Random; system: string; decisionId: string; at: number; route: 'auto' | 'standard' | 'senior' | 'dual'; hidden: boolean; accepted: Buffer };

/** Everything about one decision, from its proposal to its verdict and what came after, in the order of cause. */
export function* decision(random: Random, decisionId: string, at: number): Generator<Told> {
  const share = random.next();
  const route = share < 0.7 ? 'auto' : share < 0.88 ? 'standard' : share < 0.94 ? 'senior' : 'dual';
  const item: Case = { random, system: 'mailroom', decisionId, at, route, hidden: random.chance(0.3), accepted: Buffer.alloc(600, 1) };
  yield* accepted(item);
  const label = random.pick(['1', '2', '7']);
  yield routed(item, label);
  if (route === 'auto') yield verdict(item, { verdict: 'approved', basis: 'auto', by: 'routing', signers: [], taskIds: [], at, label });
  else yield* reviewed(item, label);
  yield* watched(item, label);
}

const proposal = (item: Case): EventTypes['DecisionProposed'] => ({
  system: item.system, decisionId: item.decisionId, decisionType, proposedAt: item.at - 1000, input: { parts: [{ name: 'scan', mediaType: 'text/plain', content: Buffer.from('a form with a digit in its box, '.repeat(item.random.between(2, 12))), uri: null, sha256: null }] },
  output: { label: '7', content: null, mediaType: null }, reasoning: { summary: 'Read as 7 with probability 0.9.', factors: [{ name: 'margin', value: '0.8', weight: 0.4 }] }, confidence: 0.9, uncertainty: null,
  alternatives: [{ label: '1', content: null, probability: 0.1 }], provenance: { model: { name: 'reader', version: '1' }, trainingDomain: '', sources: [] }, attributes: { inkShare: 0.3, margin: 0.8 },
  subject: { kind: 'person', id: `p${item.random.between(1, 500)}` }, action: { description: 'Sort the form', reversalDeadline: null, expectedDurationMs: null },
});

function* accepted(item: Case): Generator<Told> {
  const proposed = proposal(item);
  yield { topic: 'decisions.proposed', record: 'DecisionProposed', value: proposed };
  const value = { ...envelope(derivedEventId(item.system, item.decisionId, 'accepted'), item.at, item.system, item.decisionId, null), decisionType, contentDigest: digestOf(item), acceptedAt: item.at, channel: 'kafka', source: { topic: 'decisions.proposed', partition: 0, offset: 0 }, proposed };
  yield { topic: 'decisions.accepted', record: 'DecisionAccepted', value };
}

const digestOf = ({ system, decisionId }: Case) => hash('sha256', `${system}/${decisionId}`);
const kindOf = ({ route }: Case) => (route === 'auto' ? 'auto-approved' : route);
const drawOf = (item: Case, purpose: 'form' | 'spot-check' | 're-review') => uniformDraw(samplingKey.key, purpose, item.system, item.decisionId);

function routed(item: Case, outputLabel: string): Told {
  const classification = { severity: 'low', reversibility: 'reversible', quadrant: 'low', oversight: 'hootl', tier: 'high', point: 'before', route: item.route, dual: item.route === 'dual', confidence: 0.9, known: true, matchedRules: [], reasons: [outputLabel] };
  return {
    topic: 'decisions.routed', record: 'DecisionRouted',
    value: {
      ...envelope(derivedEventId(item.system, item.decisionId, 'routed'), item.at, item.system, item.decisionId, null), decisionType, acceptedAt: item.at, classification, route: item.route, point: 'before', tier: 'high', form: item.hidden ? 'hidden' : 'shown',
      queue: `${decisionType}/${item.route}`, verdictBy: item.route === 'auto' ? 'routing' : 'review', kind: kindOf(item), dueAt: item.at + 3600 * secondUs, warnAt: null, onExpiry: 'reject', escalateTo: null, holdUntil: null, windowEndsAt: null,
      formDraw: drawOf(item, 'form'), formKeyVersion: samplingKey.version, reasons: ['The tier says so.'], subjectKind: 'person', subjectId: 'p1', accepted: item.accepted,
    },
  };
}

type Given = { verdict: string; basis: string; by: 'routing' | 'review'; signers: string[]; taskIds: string[]; at: number; label: string | null };

function verdict(item: Case, given: Given): Told {
  return {
    topic: 'decisions.resolved', record: 'DecisionResolved',
    value: {
      ...envelope(verdictEventId(item.system, item.decisionId), given.at, item.system, item.decisionId, given.signers[0] ?? (given.by === 'routing' ? 'routing' : null)), decisionType, verdict: given.verdict, resolvedBy: given.by, basis: given.basis, reason: 'So it was.',
      route: item.route, tier: 'high', kind: kindOf(item), acceptedAt: item.at, signers: given.signers, outputLabel: given.label, modifiedOutput: null, taskIds: given.taskIds, contentDigest: digestOf(item),
    },
  };
}

type Work = { taskId: string; kind: string; seat: number; form: string; by: string; decision: 'approve' | 'reject' | 'modify'; from: number };

/** The work of one person on one task, from its opening to the end of its undo window. */
function* worked(item: Case, work: Work): Generator<Told> {
  const { random } = item;
  const { taskId, kind, seat, by, decision: judged, from } = work;
  // Of what is shown, a part only after a first answer; by the decision, so that no seed gives something else than it did.
  const form = work.form === 'shown' && Number.parseInt(hash('sha256', item.decisionId).slice(0, 2), 16) % 3 === 0 ? 'first-judge-then-see' : work.form;
  const facts = (fence: number, reviewer: string | null) => ({ taskId, kind, queue: `${decisionType}/${item.route}`, reviewer, fence, form, decisionType, route: item.route, tier: 'high' });
  const by_ = (after: number, actor: string | null = by) => envelope(idOf(random), from + after * secondUs, item.system, item.decisionId, actor);
  yield { topic: 'reviews.changed', record: 'TaskOpened', value: { ...by_(0, null), ...facts(0, null), severity: 'low', seat, dueAt: from + 3600 * secondUs, warnAt: null, reasons: ['The tier says so.'], ruleIds: [] } };
  yield { topic: 'reviews.changed', record: 'TaskClaimed', value: { ...by_(10), ...facts(1, by), expiresAt: from + 300 * secondUs, prefetched: false } };
  const bytes = Buffer.from(JSON.stringify({ taskId, form, case: { parts: ['a form with a digit in its box '.repeat(random.between(5, 60))] } }));
  const digest = hash('sha256', bytes);
  yield { topic: 'reviews.changed', record: 'TaskPresented', value: { ...by_(11), ...facts(1, by), presentationDigest: digest, paintedAt: from + 11 * secondUs } };
  const contentId = idOf(random);
  const chunks = random.chance(0.1) ? 2 : 1;
  const cut = Math.ceil(bytes.length / chunks);
  for (let chunkIndex = 0; chunkIndex < chunks; chunkIndex += 1) {
    const value = { ...by_(11), eventId: derivedEventId(contentId, String(chunkIndex)), contentId, digest, kind: 'presentation', mediaType: 'application/json', chunkIndex, chunkCount: chunks, bytes: bytes.subarray(chunkIndex * cut, (chunkIndex + 1) * cut), subjectKind: null, subjectId: null };
    yield { topic: 'contents.recorded', record: 'ContentRecorded', value };
  }
  if (form === 'first-judge-then-see') {
    yield {
      topic: 'reviews.changed', record: 'FirstJudgementSubmitted',
      value: {
        ...by_(25), eventId: derivedEventId(contentId, 'first'), ...facts(1, by), judgementId: derivedEventId(contentId, 'first judgement'), decision: 'answer', answer: '7', reasonCodes: ['sound'], reasoning: 'It reads as a seven with a bar across.', presentationDigest: digest, activeTimeMs: 9000,
        wallTimeMs: 14_000, fast: false, repeated: false, override: false, outputLabel: '7',
      },
    };
  }
  const fence = form === 'first-judge-then-see' ? 2 : 1;
  const judgementId = idOf(random);
  const answer = form === 'hidden' ? (judged === 'modify' ? '1' : '7') : null;
  yield {
    topic: 'reviews.changed', record: 'JudgementSubmitted',
    value: {
      ...by_(40), ...facts(fence, by), judgementId, decision: answer === null ? judged : 'answer', answer, reasonCodes: ['sound'], reasoning: 'The stroke closes at the top, so it is as it says.', modifiedOutput: judged === 'modify' ? { label: '1', content: Buffer.alloc(0), mediaType: '' } : null,
      presentationDigest: digest, activeTimeMs: 20_000, wallTimeMs: 29_000, fast: false, repeated: false, override: judged !== 'approve', outputLabel: '7', confidenceShown: null, tierShown: null, finalAt: from + 45 * secondUs,
    },
  };
  yield { topic: 'reviews.changed', record: 'JudgementFinalised', value: { ...by_(46), ...facts(fence, by), judgementId, decision: judged, override: judged !== 'approve', activeTimeMs: 20_000, fast: false, slaMet: true, ruleIds: [], contradicts: null, firstOverride: null } };
  yield { topic: 'reviews.changed', record: 'TaskClosed', value: { ...by_(46, null), ...facts(fence, by), outcome: 'judged', reason: 'It was judged.', slaMet: true } };
}

const verdictWords = { approve: 'approved', reject: 'rejected', modify: 'modified' } as const;

function* reviewed(item: Case, label: string): Generator<Told> {
  const { random, route, at } = item;
  const form = item.hidden ? 'hidden' : 'shown';
  const choose = () => (random.chance(0.75) ? 'approve' : random.chance(0.5) ? 'reject' : 'modify');
  const kind = route === 'auto' ? 'standard' : route;
  const pair = random.shuffled([...people]);
  const first: Work = { taskId: idOf(random), kind, seat: 1, form, by: route === 'senior' ? random.pick(seniors.slice(0, 2)) : (pair[0] ?? ''), decision: choose(), from: at + secondUs };
  const works = [first];
  if (route === 'dual') works.push({ ...first, taskId: idOf(random), seat: 2, by: seniors[0] ?? '', decision: choose(), from: at + 2 * secondUs });
  for (const work of works) yield* worked(item, work);
  const agreed = works.every((work) => work.decision === first.decision);
  if (!agreed) {
    const third: Work = { ...first, taskId: idOf(random), kind: 'adjudication', seat: 3, by: seniors[1] ?? '', decision: choose(), from: at + 60 * secondUs };
    works.push(third);
    yield* worked(item, third);
  }
  const deciding = works.length === 3 ? works[2] : first;
  const word = verdictWords[deciding?.decision ?? 'reject'];
  yield verdict(item, { verdict: word, basis: 'human', by: 'review', signers: works.map(({ by }) => by), taskIds: works.map(({ taskId }) => taskId), at: Math.max(...works.map(({ from }) => from)) + 46 * secondUs, label: word === 'rejected' ? null : word === 'modified' ? '1' : label });
}

/** Some are looked at again by somebody who cannot tell; nothing follows for the verdict. */
function* watched(item: Case, outputLabel: string): Generator<Told> {
  const purpose = item.route === 'auto' ? 'spot-check' : 're-review';
  const draw = drawOf(item, purpose);
  if (draw >= rates[purpose]) return;
  yield {
    topic: 'spotchecks.selected', record: 'SpotCheckSelected',
    value: {
      ...envelope(derivedEventId(item.system, item.decisionId, purpose), item.at, item.system, item.decisionId, null), decisionType, kind: purpose, stratum: `${item.system}/${decisionType}/high`, purpose, probability: rates[purpose], draw, keyVersion: samplingKey.version,
      acceptedAt: item.at, route: item.route, tier: 'high', queue: `${decisionType}/standard`, dueAt: null, windowEndsAt: null, outputLabel, subjectKind: null, subjectId: null, accepted: item.accepted,
    },
  };
  yield* worked(item, { taskId: idOf(item.random), kind: purpose, seat: 1, form: 'hidden', by: seniors[2] ?? '', decision: item.random.chance(0.8) ? 'approve' : 'modify', from: item.at + 600 * secondUs });
}
