import { groupBy, keyOf, placeOf, type TopicOf } from './grouping.ts';
import type { TopicRecord, Violation, ViolationKind, World } from './world.ts';

/** Topics whose events follow from their inputs: a repeat must be the same bytes. */
const pureTopics = ['decisions.accepted', 'decisions.refused', 'decisions.classified', 'decisions.routed', 'spotchecks.selected', 'decisions.resolved', 'decisions.reversed', 'reviews.changed', 'contents.recorded', 'policies.changed', 'access.changed'] as const;
const carriers = ['decisions.classified', 'decisions.routed', 'spotchecks.selected'] as const;

/** From the proposal to the one verdict. */
export function checkDecisions(world: World, topic: TopicOf): Violation[] {
  const accepted = groupBy(topic('decisions.accepted'), keyOf);
  return [
    ...lostProposals(world, topic, accepted), ...acceptances(world, accepted), ...verdicts(world, topic, accepted), ...replays(topic), ...carried(topic, accepted), ...verdictModel(world, topic), ...metrics(world, topic),
  ];
}

const violation = (kind: ViolationKind, what: string): Violation => ({ kind, what });

/** Everything that was logged was sent until it was acknowledged, and must have been answered: accepted, or refused where it stands. */
function lostProposals(world: World, topic: TopicOf, accepted: ReadonlyMap<string, TopicRecord[]>): Violation[] {
  const found: Violation[] = [];
  const arrived = new Set<string>();
  const refusedAt = new Set(topic('decisions.refused').map(({ facts }) => withoutAffixes(String(facts['origin']))));
  for (const record of topic('decisions.proposed')) {
    const said = `${keyOf(record)} ${String(record.facts['fingerprint'])}`;
    arrived.add(said);
    const isAccepted = accepted.get(keyOf(record))?.some(({ facts }) => facts['fingerprint'] === record.facts['fingerprint']) === true;
    if (!isAccepted && !refusedAt.has(placeOf(record))) found.push(violation('proposal-lost', `${keyOf(record)} at ${placeOf(record)} was neither accepted nor refused`));
    if (isAccepted && refusedAt.has(placeOf(record))) found.push(violation('accepted-twice-differently', `${keyOf(record)} at ${placeOf(record)} was both accepted and refused`));
  }
  for (const proposal of world.proposals) {
    if (!arrived.has(`${keyOf(proposal)} ${proposal.fingerprint}`)) found.push(violation('proposal-lost', `${keyOf(proposal)} was acknowledged and is not on the topic`));
  }
  return found;
}

/** Origins are stated with the full topic name; our records have the short one. */
function withoutAffixes(place: string): string {
  const [topic = '', partition, offset] = place.split('/');
  const short = topic.replace(/\.v1$/, '');
  return `${short.slice(short.indexOf('decisions.'))}/${partition}/${offset}`;
}

function acceptances(world: World, accepted: ReadonlyMap<string, TopicRecord[]>): Violation[] {
  const found: Violation[] = [];
  const proposed = new Set(world.proposals.map((proposal) => `${keyOf(proposal)} ${proposal.fingerprint}`));
  const pins = new Map(world.pins.map((pin) => [keyOf(pin), pin]));
  for (const [key, records] of accepted) {
    const fingerprints = new Set(records.map(({ facts }) => String(facts['fingerprint'])));
    if (fingerprints.size > 1) found.push(violation('accepted-twice-differently', `${key} was accepted with ${fingerprints.size} different contents`));
    for (const fingerprint of fingerprints) if (!proposed.has(`${key} ${fingerprint}`)) found.push(violation('accepted-not-proposed', `${key} was accepted with a content nobody proposed`));
    const [first] = records;
    const pin = pins.get(key);
    if (pin === undefined || pin.policyVersion !== first?.facts['policyVersion'] || pin.contentDigest !== first.facts['contentDigest']) found.push(violation('pin-differs', `${key} is accepted otherwise than pinned`));
  }
  for (const key of pins.keys()) if (!accepted.has(key)) found.push(violation('pin-differs', `${key} is pinned and was never accepted`));
  return found;
}

function verdicts(world: World, topic: TopicOf, accepted: ReadonlyMap<string, TopicRecord[]>): Violation[] {
  const found: Violation[] = [];
  const resolved = groupBy(topic('decisions.resolved'), keyOf);
  const routed = new Map(topic('decisions.routed').map((record) => [keyOf(record), record]));
  const waiting = new Set(world.tasks.filter(({ state, lane }) => state !== 'closed' && lane === 'primary').map(keyOf));
  for (const key of accepted.keys()) {
    const given = resolved.get(key);
    if (given === undefined) {
      if (!waiting.has(key)) found.push(violation('neither-verdict-nor-task', `${key} has neither a verdict nor an open task`));
      continue;
    }
    const values = new Set(given.map(({ sha256 }) => sha256));
    if (values.size > 1) found.push(violation('two-verdicts', `${key} has ${values.size} different verdicts: ${[...new Set(given.map(({ facts }) => String(facts['verdict'])))].join(', ')}`));
    const by = routed.get(key)?.facts['verdictBy'];
    for (const other of new Set(given.map(({ facts }) => facts['resolvedBy']))) if (other !== by) found.push(violation('verdict-by-the-wrong-service', `${key} is ${String(by)}'s to decide and was decided by ${String(other)}`));
  }
  for (const key of resolved.keys()) if (!accepted.has(key)) found.push(violation('verdict-without-acceptance', `${key} has a verdict and was never accepted`));
  return found;
}

/** A verdict that differs is named by the check above; here everything else that came twice. */
function replays(topic: TopicOf): Violation[] {
  const found: Violation[] = [];
  for (const name of pureTopics) {
    if (name === 'decisions.resolved') continue;
    for (const [eventId, records] of groupBy(topic(name), (record) => record.eventId ?? placeOf(record))) {
      const values = new Set(records.map(({ sha256 }) => sha256));
      // Acceptances of different contents are named by their own check.
      if (values.size > 1 && new Set(records.map(({ facts }) => facts['fingerprint'])).size === 1) found.push(violation('replay-differs', `${name}: ${eventId} came with ${values.size} different values`));
    }
  }
  return found;
}

/** What a later topic carries along is what was accepted, byte for byte. */
function carried(topic: TopicOf, accepted: ReadonlyMap<string, TopicRecord[]>): Violation[] {
  return carriers.flatMap((name) => topic(name)
    .filter((record) => accepted.get(keyOf(record))?.some(({ sha256 }) => record.facts['accepted'] === `sha256:${sha256}`) !== true)
    .map((record) => violation('carried-bytes-differ', `${name}: ${keyOf(record)} carries something else than what was accepted`)));
}

function verdictModel(world: World, topic: TopicOf): Violation[] {
  const found: Violation[] = [];
  const first = new Map<string, TopicRecord>();
  for (const record of topic('decisions.resolved')) if (!first.has(keyOf(record))) first.set(keyOf(record), record);
  const rows = new Map(world.verdicts.map((row) => [keyOf(row), row]));
  for (const [key, { sha256, facts }] of first) {
    const row = rows.get(key);
    if (row === undefined || row.sha256 !== sha256 || row.verdict !== facts['verdict'] || row.resolvedBy !== facts['resolvedBy'] || row.outputLabel !== facts['outputLabel']) {
      found.push(violation('verdict-model-differs', `${key} is ${String(facts['verdict'])} on the topic and ${row?.verdict ?? 'missing'} at intake`));
    }
  }
  for (const key of rows.keys()) if (!first.has(key)) found.push(violation('verdict-model-differs', `${key} has a verdict at intake that is on no topic`));
  return found;
}

function metrics(world: World, topic: TopicOf): Violation[] {
  const verdictOf = new Map([...groupBy(topic('decisions.resolved'), keyOf)].map(([key, records]) => [key, records[0]?.facts['verdict']]));
  const acceptedKeys = new Set(topic('decisions.accepted').map(keyOf));
  const rows = new Map(world.metrics.map((row) => [keyOf(row), row]));
  const keys = new Set([...acceptedKeys, ...verdictOf.keys(), ...rows.keys()]);
  return [...keys].filter((key) => {
    const row = rows.get(key);
    return (row?.accepted ?? false) !== acceptedKeys.has(key) || (row?.verdict ?? null) !== (verdictOf.get(key) ?? null);
  }).map((key) => violation('metrics-differ', `${key} counts as ${String(rows.get(key)?.verdict ?? 'nothing')} and is ${String(verdictOf.get(key) ?? 'nothing')}`));
}
