import { checkAudit } from './audit.ts';
import { checkDecisions } from './decisions.ts';
import { groupBy, keyOf, placeOf, type TopicOf } from './grouping.ts';
import { checkReviews } from './reviews.ts';
import type { TopicRecord, Violation, World } from './world.ts';

/** What a checker counted; printed with every run, so that an empty world cannot pass unseen. */
export type Counts = Record<string, number>;
export type Findings = { violations: Violation[]; counts: Counts };

/** Everything that is wrong with a world. No violation means: nothing lost, one verdict each, every replay the same bytes, audit equals log. */
export function check(world: World): Findings {
  const byTopic = new Map<string, TopicRecord[]>();
  for (const record of world.records) {
    const list = byTopic.get(record.topic);
    if (list === undefined) byTopic.set(record.topic, [record]);
    else list.push(record);
  }
  const topic = (name: string): readonly TopicRecord[] => byTopic.get(name) ?? [];
  const violations = [...checkDecisions(world, topic), ...checkReviews(world, topic), ...checkAudit(world), ...alarms(world, topic)];
  return { violations, counts: count(world, topic) };
}

/** What the services themselves found and could not mend. */
function alarms(world: World, topic: TopicOf): Violation[] {
  return [
    ...world.auditConflicts.map((id): Violation => ({ kind: 'alarm', what: `audit saw the event ${id} with two values` })),
    ...topic('governance.recorded').filter(({ record }) => record === 'VerdictConflict').map((record): Violation => ({ kind: 'alarm', what: `intake saw two verdicts of ${keyOf(record)}` })),
    ...topic('dead.letters').map(({ facts }): Violation => ({ kind: 'alarm', what: `${String(facts['service'])} gave up on ${placeOf({ topic: String(facts['topic']), partition: Number(facts['partition']), offset: Number(facts['offset']) })}: ${String(facts['error'])}` })),
  ];
}

function count(world: World, topic: TopicOf): Counts {
  const distinct = (name: string) => new Set(topic(name).map((record) => record.eventId ?? keyOf(record))).size;
  const repeats = (name: string) => topic(name).length - distinct(name);
  const finalised = new Set(topic('reviews.changed').filter(({ record }) => record === 'JudgementFinalised').map(({ eventId }) => eventId));
  const routes: Counts = {};
  for (const [route, records] of groupBy(topic('decisions.routed'), ({ facts }) => `routed ${String(facts['route'])}`)) routes[route] = new Set(records.map(keyOf)).size;
  const bases: Counts = {};
  for (const [basis, records] of groupBy(topic('decisions.resolved'), ({ facts }) => `verdicts ${String(facts['basis'])}`)) bases[basis] = new Set(records.map(keyOf)).size;
  return {
    'proposals logged': world.proposals.length, 'decisions proposed': new Set(world.proposals.map(keyOf)).size, 'records proposed': topic('decisions.proposed').length,
    accepted: distinct('decisions.accepted'), 'accepted again': repeats('decisions.accepted'), refused: distinct('decisions.refused'), 'classified again': repeats('decisions.classified'),
    'routed again': repeats('decisions.routed'), verdicts: distinct('decisions.resolved'), 'verdicts again': repeats('decisions.resolved'), ...routes, ...bases,
    'spot checks and re-reviews': distinct('spotchecks.selected'), 'tasks open': world.tasks.filter(({ state }) => state !== 'closed').length, 'judgements acknowledged': world.acknowledged.length,
    'judgements final': finalised.size, 'records on all topics': world.records.length, 'audit events': world.audit.length,
  };
}
