import { groupBy, keyOf, type TopicOf } from './grouping.ts';
import type { TopicRecord, Violation, World } from './world.ts';

/** Two means two, everything is grounded in what was shown, and nothing that was acknowledged is lost. */
export function checkReviews(world: World, topic: TopicOf): Violation[] {
  const changes = topic('reviews.changed');
  const ofRecord = (name: string) => distinctEvents(changes.filter(({ record }) => record === name));
  const submitted = ofRecord('JudgementSubmitted');
  const finalised = ofRecord('JudgementFinalised');
  return [
    ...twoHats(finalised), ...twoClaims(world), ...rivalFences(ofRecord('TaskClaimed')), ...signatures(topic, finalised),
    ...ungrounded(finalised, submitted, ofRecord('TaskPresented'), distinctEvents(topic('contents.recorded'))), ...lostJudgements(world, [...submitted, ...ofRecord('FirstJudgementSubmitted')]),
  ];
}

function distinctEvents(records: readonly TopicRecord[]): TopicRecord[] {
  return [...new Map(records.map((record) => [record.eventId, record])).values()];
}

/** One person, one final judgement of a decision. */
function twoHats(finalised: readonly TopicRecord[]): Violation[] {
  return [...groupBy(finalised, (record) => `${keyOf(record)} ${String(record.facts['reviewer'])}`)]
    .filter(([, records]) => records.length > 1)
    .map(([key, records]): Violation => ({ kind: 'two-hats', what: `${key} judged the decision ${records.length} times` }));
}

/** Nobody works two tasks of one decision at once. */
function twoClaims(world: World): Violation[] {
  const live = [
    ...world.tasks.filter(({ claimant }) => claimant !== null).map((task) => ({ ...task, person: String(task.claimant) })),
    ...world.judgements.filter(({ state }) => state !== 'withdrawn'),
  ];
  return [...groupBy(live, (item) => `${keyOf(item)} ${item.person}`)]
    .filter(([, items]) => new Set(items.map(({ taskId }) => taskId)).size > 1)
    .map(([key, items]): Violation => ({ kind: 'two-claims', what: `${key} holds or judged ${new Set(items.map(({ taskId }) => taskId)).size} tasks of the decision` }));
}

/** A fencing token is one person's. */
function rivalFences(claimed: readonly TopicRecord[]): Violation[] {
  return [...groupBy(claimed, ({ facts }) => `${String(facts['taskId'])} fence ${String(facts['fence'])}`)]
    .filter(([, records]) => records.length > 1)
    .map(([key, records]): Violation => ({ kind: 'two-claims', what: `${key} was given ${records.length} times: ${records.map(({ facts }) => String(facts['reviewer'])).join(', ')}` }));
}

/** A human verdict names who signed, and each of them has a final judgement; a dual one that lets the action go names two. */
function signatures(topic: TopicOf, finalised: readonly TopicRecord[]): Violation[] {
  const found: Violation[] = [];
  const judges = new Map([...groupBy(finalised, keyOf)].map(([key, records]) => [key, new Set(records.map(({ facts }) => String(facts['reviewer'])))]));
  for (const record of distinctEvents(topic('decisions.resolved'))) {
    const { basis, route, signers } = record.facts;
    if (basis !== 'human' || !Array.isArray(signers)) continue;
    const signed = new Set(signers as readonly string[]);
    const needed = route === 'dual' ? 2 : 1;
    if (signed.size < needed) found.push({ kind: 'signature-missing', what: `${keyOf(record)} was decided by ${signed.size} of ${needed} people` });
    for (const person of signed) if (judges.get(keyOf(record))?.has(person) !== true) found.push({ kind: 'signature-missing', what: `${keyOf(record)} names ${person}, who has no final judgement of it` });
  }
  return found;
}

const lettersMin = 12;

/** A final judgement has reasoning, and names what was painted for that person and is kept. */
function ungrounded(finalised: readonly TopicRecord[], submitted: readonly TopicRecord[], presented: readonly TopicRecord[], contents: readonly TopicRecord[]): Violation[] {
  const byJudgement = new Map(submitted.map((record) => [record.facts['judgementId'], record]));
  const painted = new Set(presented.map(({ facts }) => `${String(facts['taskId'])} ${String(facts['reviewer'])} ${String(facts['presentationDigest'])}`));
  const kept = new Set(contents.map(({ facts }) => facts['digest']));
  return finalised.flatMap((record): Violation[] => {
    const given = byJudgement.get(record.facts['judgementId'])?.facts;
    const name = `${keyOf(record)} judged by ${String(record.facts['reviewer'])}`;
    if (given === undefined) return [{ kind: 'judgement-ungrounded', what: `${name} is final and was never submitted` }];
    const found: Violation[] = [];
    if (String(given['reasoning']).trim().length < lettersMin) found.push({ kind: 'judgement-ungrounded', what: `${name} has no reasoning` });
    if (!painted.has(`${String(given['taskId'])} ${String(given['reviewer'])} ${String(given['presentationDigest'])}`)) found.push({ kind: 'judgement-ungrounded', what: `${name} rests on a presentation that was not painted` });
    else if (!kept.has(given['presentationDigest'] ?? null)) found.push({ kind: 'judgement-ungrounded', what: `${name} rests on a presentation that was not kept` });
    return found;
  });
}

/** What a person was told is recorded is recorded, in their words. */
function lostJudgements(world: World, submitted: readonly TopicRecord[]): Violation[] {
  const byId = new Map(submitted.map((record) => [record.facts['judgementId'], record.facts]));
  return world.acknowledged
    .filter(({ judgementId, person, reasoning, presentationDigest }) => {
      const facts = byId.get(judgementId);
      return facts?.['reviewer'] !== person || facts['reasoning'] !== reasoning || facts['presentationDigest'] !== presentationDigest;
    })
    .map(({ judgementId, person }): Violation => ({ kind: 'judgement-lost', what: `${judgementId} of ${person} was acknowledged and is not on record as given` }));
}
