import type { Fact } from './fact.ts';
import type { World } from './world.ts';

/** A judgement that counts. `position`: its decision, and the output where it changed one, as one text to compare. */
export type Final = { person: string; taskId: string; kind: string; seat: number; decision: string; position: string; at: number };

type Task = { kind: string; seat: number; escalatedFrom: string | null; senior: boolean; form: string; holder: string | null; fence: number; presented: Set<string>; firsts: Set<string> };
type Submitted = { fact: Fact; taskId: unknown; reviewer: string | null; withdrawn: boolean };
const seniorKinds: ReadonlySet<string> = new Set(['senior', 'adjudication', 'unclassified']);

/**
 * Goes through the work on one decision as its topic has it, and checks each judgement: given under a live claim of the same person, on what was
 * painted for that person and is on record, with reasoning, not taken back, and final only after its undo window. Gives those that count.
 */
export function checkReview(facts: readonly Fact[], world: World): Final[] {
  const review = new Review(facts, world);
  for (const fact of facts) review.take(fact);
  return review.finals;
}

class Review {
  readonly finals: Final[] = [];
  readonly #world: World;
  readonly #tasks = new Map<unknown, Task>();
  readonly #submitted = new Map<unknown, Submitted>();
  readonly #kept: ReadonlySet<unknown>;

  constructor(facts: readonly Fact[], world: World) {
    this.#world = world;
    this.#kept = new Set(facts.filter(({ record, value }) => record === 'ContentRecorded' && value?.['kind'] === 'presentation').map(({ value }) => value?.['digest']));
  }

  take(fact: Fact): void {
    const value = fact.value ?? {};
    if (fact.record === 'TaskOpened') return this.#open(value);
    const task = this.#tasks.get(value['taskId']);
    if (task === undefined) {
      if (/^(Task|Judgement|First)/.test(fact.record)) this.#world.absent('rule-judgement-unclaimed', fact.index, fact.recordedAt, 'the opening of a task that is worked', 'none');
      return;
    }
    switch (fact.record) {
      case 'TaskClaimed': return this.#claim(fact, task, value);
      case 'TaskReleased': case 'TaskHeld': case 'TaskReassigned': case 'TaskClosed': task.holder = null; return;
      case 'TaskEscalated': Object.assign(task, { holder: null, senior: true, escalatedFrom: String(value['queue']) }); return;
      case 'TaskPresented': task.presented.add(`${fact.reviewer} ${String(value['presentationDigest'])}`); return;
      case 'FirstJudgementSubmitted': return this.#first(fact, task, value);
      case 'JudgementSubmitted': return this.#submit(fact, task, value);
      case 'JudgementWithdrawn': return this.#withdraw(task, value);
      case 'JudgementFinalised': return this.#finalise(fact, task, value);
      default:
    }
  }

  #open(value: NonNullable<Fact['value']>): void {
    const [kind, seat] = [String(value['kind']), Number(value['seat'])];
    this.#tasks.set(value['taskId'], { kind, seat, senior: seniorKinds.has(kind) || (kind === 'dual' && seat === 2), escalatedFrom: null, form: String(value['form']), holder: null, fence: 0, presented: new Set(), firsts: new Set() });
  }

  #claim(fact: Fact, task: Task, value: NonNullable<Fact['value']>): void {
    const { found } = this.#world;
    if (task.holder !== null && task.holder !== fact.reviewer) found.find('rule-judgement-unclaimed', fact.index, 'a claim on a task that nobody holds', `${task.holder} held it`);
    [task.holder, task.fence] = [fact.reviewer, Number(value['fence'])];
    this.#world.checkQualified(fact.reviewer ?? '', { queue: String(value['queue']), escalatedFrom: task.escalatedFrom, senior: task.senior }, fact.at, fact.index, fact.recordedAt);
  }

  /** What comes next is judged under the next fence. */
  #first(fact: Fact, task: Task, value: NonNullable<Fact['value']>): void {
    this.#checkGiven(fact, task, value);
    task.firsts.add(fact.reviewer ?? '');
    task.fence += 1;
  }

  #submit(fact: Fact, task: Task, value: NonNullable<Fact['value']>): void {
    this.#checkGiven(fact, task, value);
    if (task.form === 'first-judge-then-see' && !task.firsts.has(fact.reviewer ?? '')) this.#world.found.find('rule-first-answer', fact.index, `an answer of ${fact.reviewer} before anything of the AI was shown`, 'none');
    this.#submitted.set(value['judgementId'], { fact, taskId: value['taskId'], reviewer: fact.reviewer, withdrawn: false });
  }

  #checkGiven(fact: Fact, task: Task, value: NonNullable<Fact['value']>): void {
    const { found } = this.#world;
    const place = fact.index;
    found.check('judgements, each against its claim, presentation and reasoning');
    if (task.holder !== fact.reviewer || task.fence !== value['fence']) found.find('rule-judgement-unclaimed', place, `a live claim of ${fact.reviewer} under fence ${String(value['fence'])}`, task.holder === null ? 'nobody holds the task' : `${task.holder} holds it under fence ${task.fence}`);
    const digest = String(value['presentationDigest']);
    if (!task.presented.has(`${fact.reviewer} ${digest}`)) found.find('rule-judgement-unpresented', place, `the presentation ${digest}, painted for ${fact.reviewer} before`, 'none that was');
    else if (!this.#kept.has(digest)) this.#world.absent('rule-judgement-unpresented', place, fact.recordedAt, 'the presentation that a judgement rests on, whole and on record', `none with the digest ${digest}`);
    if (value['reasoning'] !== null) found.find('rule-reasoning', place, 'reasoning in words', JSON.stringify(value['reasoning']));
  }

  /** The task is the person's again, under a new fence. */
  #withdraw(task: Task, value: NonNullable<Fact['value']>): void {
    const submitted = this.#submitted.get(value['judgementId']);
    if (submitted !== undefined) submitted.withdrawn = true;
    task.fence = Number(value['fence']);
  }

  #finalise(fact: Fact, task: Task, value: NonNullable<Fact['value']>): void {
    const { found } = this.#world;
    const place = fact.index;
    const submitted = this.#submitted.get(value['judgementId']);
    found.check('final judgements');
    if (submitted === undefined || submitted.reviewer !== fact.reviewer || submitted.taskId !== value['taskId']) return found.find('rule-judgement-unsubmitted', place, `a judgement ${String(value['judgementId'])} that ${fact.reviewer} gave before`, 'none');
    if (submitted.withdrawn) return found.find('rule-judgement-unsubmitted', place, 'a judgement that stands', 'one that was taken back');
    const given = submitted.fact.value ?? {};
    if (Number(given['finalAt']) > fact.at) found.find('rule-judgement-unsubmitted', place, 'a judgement that can no longer be taken back', 'one inside its undo window');
    const decision = String(value['decision']);
    this.finals.push({ person: fact.reviewer ?? '', taskId: String(value['taskId']), kind: task.kind, seat: task.seat, decision, position: decision === 'modify' ? `modify ${String(given['modifiedOutput'])}` : decision, at: fact.at });
  }
}
