import type { Fact } from './fact.ts';
import type { Final } from './review.ts';
import type { World } from './world.ts';

/** Work whose judgements never make a verdict, and whose authors cannot tell it from other work. */
const watchedKinds: ReadonlySet<unknown> = new Set(['spot-check', 're-review', 'calibration']);
const verdictOf: Readonly<Record<string, string>> = { approve: 'approved', reject: 'rejected', modify: 'modified' };

/**
 * Whether a verdict of people follows from their judgements: one of a single review; of a dual one both, of distinct people, and a third where
 * they disagree, whose judgement counts. A judgement that changed the output without having been shown it may have needed a second person, who then settled it.
 */
export function checkSignatures(resolved: Fact, routed: Fact, finals: readonly Final[], world: World): void {
  const { found } = world;
  const place = resolved.index;
  const value = resolved.value ?? {};
  const signers = Array.isArray(value['signers']) ? value['signers'].map(String) : [];
  const taskIds = Array.isArray(value['taskIds']) ? value['taskIds'].map(String) : [];
  found.check('verdicts of people, each against its signatures');
  const watched = finals.find(({ kind, taskId }) => watchedKinds.has(kind) && taskIds.includes(taskId));
  if (watched !== undefined) return found.find('rule-verdict-unfounded', place, 'a verdict from ordinary work', `one from the ${watched.kind} ${watched.taskId}`);
  // A verdict is dated by the judgement that settled it.
  const bySeat = new Map(finals.filter(({ kind, at }) => !watchedKinds.has(kind) && at <= resolved.at).map((final) => [final.seat, final]));
  const [first, second, third] = [bySeat.get(1), bySeat.get(2), bySeat.get(3)];
  const needed = routed.value?.['route'] === 'dual' ? [first, second] : [first];
  const given = needed.filter((final) => final !== undefined);
  if (given.length < needed.length) return world.absent('rule-signatures', place, resolved.recordedAt, `${needed.length} final judgements of distinct people for a verdict`, `${given.length}`);
  const agree = given.every((final) => final.position === given[0]?.position);
  const signing = third === undefined ? given : [...given, third];
  const people = new Set(signing.map(({ person }) => person));
  if (people.size < signing.length) return found.find('rule-signatures', place, `${signing.length} distinct people`, [...signing].map(({ person }) => person).join(', '));
  if (!agree && third === undefined) return found.find('rule-signatures', place, 'a third person where two disagree', 'two');
  if (signers.length !== people.size || !signers.every((signer) => people.has(signer))) return found.find('rule-signatures', place, `the signatures of ${[...people].join(', ')}`, signers.length === 0 ? 'none' : signers.join(', '));
  const deciding = third ?? given[0];
  const verdict = verdictOf[deciding?.decision ?? ''];
  if (value['verdict'] !== verdict) found.find('rule-verdict-unfounded', place, `${verdict}, as ${deciding?.person} judged`, String(value['verdict']));
}
