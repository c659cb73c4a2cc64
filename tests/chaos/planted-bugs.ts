import type { Fact, TopicRecord, ViolationKind, World } from './checker/world.ts';

export type PlantedBug = { bug: string; kind: ViolationKind; plant(world: World): void };

const of = (world: World, topic: string, holds: (record: TopicRecord) => boolean = () => true): TopicRecord => required(world.records.find((record) => record.topic === topic && holds(record)), topic);
const sameDecision = (a: { system: string | null; decisionId: string | null }) => (b: { system: string | null; decisionId: string | null }) => a.system === b.system && a.decisionId === b.decisionId;

function required<T>(item: T | undefined, what: string): T {
  if (item === undefined) throw new Error(`The captured world has no ${what}.`);
  return item;
}

/** Replaces what matches by what it becomes; `null` removes it. */
function replace<T>(items: T[], becomes: (item: T) => T | null): void {
  items.splice(0, items.length, ...items.map(becomes).filter((item) => item !== null));
}

const withFacts = (record: TopicRecord, facts: Record<string, Fact>): TopicRecord => ({ ...record, facts: { ...record.facts, ...facts } });

let planted = 0;
/** A record at a place of its own; with an event id of its own it is on the audit log too, as it would be. */
function append(world: World, record: TopicRecord): void {
  planted += 1;
  const placed = { ...record, partition: 1000, offset: planted };
  world.records.push(placed);
  if (placed.eventId !== null && !world.audit.some(({ eventId }) => eventId === placed.eventId)) world.audit.push({ ...placed, eventId: placed.eventId, payloadKind: 'plain', digest: placed.sha256 });
}

const other = (hex: string) => [...hex].reverse().join('');

/** Takes records off the topics and the audit log, as if they had never been. */
function forget(world: World, gone: (record: TopicRecord) => boolean): void {
  const ids = new Set<string | null>();
  replace(world.records, (record) => {
    if (!gone(record)) return record;
    ids.add(record.eventId);
    return null;
  });
  replace(world.audit, (event) => (ids.has(event.eventId) ? null : event));
}

const isAuto = ({ facts }: TopicRecord) => facts['basis'] === 'auto';
const isDualAndHuman = ({ facts }: TopicRecord) => facts['basis'] === 'human' && facts['route'] === 'dual';

/** What each bug would leave behind. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    bug: 'intake forgets a proposal', kind: 'proposal-lost',
    plant: (world) => {
      const lost = sameDecision(of(world, 'decisions.resolved', (record) => isAuto(record) && !world.records.some(({ topic, system, decisionId }) => topic === 'decisions.refused' && system === record.system && decisionId === record.decisionId) && !world.tasks.some(sameDecision(record))));
      forget(world, (record) => record.topic !== 'decisions.proposed' && lost(record));
      for (const rows of [world.pins, world.verdicts, world.metrics]) replace<{ system: string; decisionId: string }>(rows, (row) => (lost(row) ? null : row));
    },
  },
  { bug: 'the broker loses an acknowledged proposal', kind: 'proposal-lost', plant: (world) => world.proposals.push({ system: 'mailroom', decisionId: 'never-arrived', fingerprint: 'f' }) },
  {
    bug: 'intake accepts what nobody proposed', kind: 'accepted-not-proposed',
    plant: (world) => {
      const { facts, ...record } = of(world, 'decisions.accepted');
      replace(world.proposals, (line) => (sameDecision(record)(line) && line.fingerprint === facts['fingerprint'] ? null : line));
    },
  },
  {
    bug: 'intake accepts a duplicate with other content', kind: 'accepted-twice-differently',
    plant: (world) => {
      const refusal = of(world, 'decisions.refused', ({ facts }) => facts['code'] === 'conflict');
      const first = of(world, 'decisions.accepted', sameDecision(refusal));
      const conflicting = of(world, 'decisions.proposed', (record) => sameDecision(first)(record) && record.facts['fingerprint'] !== first.facts['fingerprint']);
      append(world, { ...withFacts(first, { fingerprint: conflicting.facts['fingerprint'] ?? null }), sha256: other(first.sha256) });
    },
  },
  {
    bug: 'intake pins another policy version than it announces', kind: 'pin-differs',
    plant: (world) => replace(world.pins, (pin) => (pin === world.pins[0] ? { ...pin, policyVersion: 'another' } : pin)),
  },
  {
    bug: 'routing forgets a verdict', kind: 'neither-verdict-nor-task',
    plant: (world) => {
      const lost = sameDecision(of(world, 'decisions.resolved', isAuto));
      forget(world, (record) => record.topic === 'decisions.resolved' && lost(record));
      replace(world.verdicts, (row) => (lost(row) ? null : row));
      replace(world.metrics, (row) => (lost(row) ? { ...row, verdict: null } : row));
    },
  },
  {
    bug: 'review finalises twice, differently', kind: 'two-verdicts',
    plant: (world) => {
      const first = of(world, 'decisions.resolved', isDualAndHuman);
      append(world, { ...withFacts(first, { verdict: 'something else' }), sha256: other(first.sha256) });
    },
  },
  {
    bug: 'routing decides what review has to', kind: 'verdict-by-the-wrong-service',
    plant: (world) => {
      const routed = of(world, 'decisions.routed', ({ facts }) => facts['verdictBy'] === 'routing');
      replace(world.records, (record) => (record.topic === 'decisions.routed' && sameDecision(routed)(record) ? withFacts(record, { verdictBy: 'review' }) : record));
    },
  },
  {
    bug: 'a verdict for a decision that intake never accepted', kind: 'verdict-without-acceptance',
    plant: (world) => {
      const invented = { system: 'mailroom', decisionId: 'invented' };
      const record = { ...of(world, 'decisions.resolved', isAuto), ...invented, eventId: 'invented' };
      append(world, record);
      world.verdicts.push({ ...invented, verdict: 'approved', resolvedBy: 'routing', outputLabel: String(record.facts['outputLabel']), sha256: record.sha256 });
      world.metrics.push({ ...invented, verdict: 'approved', accepted: false });
    },
  },
  {
    bug: 'routing routes a repeat with the time of day in it', kind: 'replay-differs',
    plant: (world) => {
      const first = of(world, 'decisions.routed');
      append(world, { ...first, sha256: other(first.sha256) });
    },
  },
  {
    bug: 'risk encodes the accepted event again', kind: 'carried-bytes-differ',
    plant: (world) => replace(world.records, (record) => (record === of(world, 'decisions.classified') ? withFacts(record, { accepted: 'sha256:0' }) : record)),
  },
  {
    bug: 'one person signs twice', kind: 'two-hats',
    plant: (world) => {
      const final = of(world, 'reviews.changed', ({ record }) => record === 'JudgementFinalised');
      const { judgementId = null, taskId = null } = final.facts;
      const again = world.records.filter(({ record, facts }) => ['JudgementSubmitted', 'JudgementFinalised'].includes(record) && facts['judgementId'] === judgementId)
        .concat(world.records.filter(({ record, facts }) => record === 'TaskPresented' && facts['taskId'] === taskId && facts['reviewer'] === final.facts['reviewer']));
      for (const record of again) append(world, { ...withFacts(record, { judgementId: 'second', taskId: 'second' }), eventId: `second ${record.eventId}` });
    },
  },
  {
    bug: 'a person claims both seats of a dual decision', kind: 'two-claims',
    plant: (world) => {
      const { person, ...judgement } = required(world.judgements.find(({ state }) => state === 'final'), 'final judgement');
      world.tasks.push({ taskId: 'second-seat', system: judgement.system, decisionId: judgement.decisionId, lane: 'primary', seat: 2, state: 'claimed', claimant: person });
    },
  },
  {
    bug: 'two people get the same fence', kind: 'two-claims',
    plant: (world) => {
      const claim = of(world, 'reviews.changed', ({ record }) => record === 'TaskClaimed');
      append(world, { ...withFacts(claim, { reviewer: 'somebody else' }), eventId: 'rival' });
    },
  },
  {
    bug: 'one signature passes for two', kind: 'signature-missing',
    plant: (world) => {
      const verdict = of(world, 'decisions.resolved', isDualAndHuman);
      const signers = verdict.facts['signers'] as readonly string[];
      replace(world.records, (record) => (record.topic === 'decisions.resolved' && sameDecision(verdict)(record) ? withFacts(record, { signers: signers.slice(0, 1) }) : record));
    },
  },
  {
    bug: 'a judgement on something never painted', kind: 'judgement-ungrounded',
    plant: (world) => {
      const final = of(world, 'reviews.changed', ({ record }) => record === 'JudgementFinalised');
      forget(world, ({ record, facts }) => record === 'TaskPresented' && facts['taskId'] === final.facts['taskId']);
    },
  },
  {
    bug: 'a judgement without reasoning', kind: 'judgement-ungrounded',
    plant: (world) => {
      const final = of(world, 'reviews.changed', ({ record }) => record === 'JudgementFinalised');
      const isIt = (judgementId: unknown) => judgementId === final.facts['judgementId'];
      replace(world.records, (record) => (record.record === 'JudgementSubmitted' && isIt(record.facts['judgementId']) ? withFacts(record, { reasoning: ' ' }) : record));
      replace(world.acknowledged, (judgement) => (isIt(judgement.judgementId) ? { ...judgement, reasoning: ' ' } : judgement));
    },
  },
  {
    bug: 'a judgement that was acknowledged is gone', kind: 'judgement-lost',
    plant: (world) => world.acknowledged.push({ ...required(world.acknowledged[0], 'acknowledged judgement'), judgementId: 'gone' }),
  },
  { bug: 'audit skips an event', kind: 'audit-missing', plant: (world) => replace(world.audit, (event) => (event === world.audit[0] ? null : event)) },
  { bug: 'audit records an event that never was', kind: 'audit-extra', plant: (world) => world.audit.push({ ...required(world.audit[0], 'audit event'), eventId: 'never-was', offset: 1e9 }) },
  { bug: 'audit records an event twice', kind: 'audit-twice', plant: (world) => world.audit.push(required(world.audit[0], 'audit event')) },
  { bug: 'audit keeps another digest', kind: 'audit-differs', plant: (world) => replace(world.audit, (event) => (event === world.audit[0] ? { ...event, digest: other(event.digest ?? '') } : event)) },
  { bug: 'audit keeps other bytes under the right digest', kind: 'audit-differs', plant: (world) => replace(world.audit, (event) => (event === world.audit[0] ? { ...event, keptSha256: other(event.digest ?? '') } : event)) },
  { bug: 'intake shows another verdict than the topic', kind: 'verdict-model-differs', plant: (world) => replace(world.verdicts, (row) => (row === world.verdicts[0] ? { ...row, verdict: 'another' } : row)) },
  { bug: 'metrics counts another verdict', kind: 'metrics-differ', plant: (world) => replace(world.metrics, (row) => (row === world.metrics[0] ? { ...row, verdict: 'another' } : row)) },
  { bug: 'a service gives a decision up', kind: 'alarm', plant: (world) => append(world, { ...of(world, 'decisions.routed'), topic: 'dead.letters', record: 'DeadLetter', eventId: 'stalled', facts: { service: 'risk', topic: 'decisions.accepted', partition: 0, offset: 1, error: 'stalled' } }) },
];
