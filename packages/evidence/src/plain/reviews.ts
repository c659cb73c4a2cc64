import type { Fields } from './bundle.ts';
import type { PlainEvent } from './events.ts';
import type { Surroundings } from './world.ts';

/** A judgement that counts. `position`: what it came to, to compare with others. */
export type FinalJudgement = { person: string; taskId: string; kind: string; seat: number; decision: string; position: string; at: number };

type Task = { kind: string; seat: number; isSenior: boolean; escalatedFrom: string | null; form: string; holder: string | null; fence: number; painted: Set<string>; firsts: Set<string> };
type Given = { event: PlainEvent; value: Fields; isWithdrawn: boolean };

/**
 * Follows the work on one decision, event by event. Each judgement was given under a live claim of the same person, on what was painted for that person and is on
 * record, with reasoning; it was not taken back, and became final only when it no longer could be. `shown`: digests of presentations on record. Gives those that count.
 */
export function checkReviews(events: readonly PlainEvent[], shown: ReadonlySet<string>, world: Surroundings): FinalJudgement[] {
  const { report } = world;
  const [tasks, judgements, finals] = [new Map<unknown, Task>(), new Map<unknown, Given>(), [] as FinalJudgement[]];
  for (const event of events) {
    const { index, row: { record, reviewer, occurredAt, recordedAt } } = event;
    const value = event.value ?? {};
    const [person, taskId, fence] = [reviewer ?? '', value['taskId'], Number(value['fence'])];
    if (record === 'TaskOpened') tasks.set(taskId, opened(value));
    const task = tasks.get(taskId);
    if (task === undefined && /^(Task|Judgement|First)/.test(record)) world.absent('rule-judgement-unclaimed', index, recordedAt, 'the opening of a task that is worked', 'none');
    if (task === undefined) continue;
    switch (record) {
      case 'TaskClaimed':
        if (task.holder !== null && task.holder !== reviewer) report.find('rule-judgement-unclaimed', index, 'a claim on a task that nobody holds', `${task.holder} held it`);
        Object.assign(task, { holder: reviewer, fence });
        world.checkQualified(event, { queue: String(value['queue']), escalatedFrom: task.escalatedFrom, isSenior: task.isSenior });
        break;
      case 'TaskReleased': case 'TaskHeld': case 'TaskReassigned': case 'TaskClosed': task.holder = null; break;
      case 'TaskEscalated': Object.assign(task, { holder: null, isSenior: true, escalatedFrom: String(value['queue']) }); break;
      case 'TaskPresented': task.painted.add(`${person} ${String(value['presentationDigest'])}`); break;
      case 'FirstJudgementSubmitted':
        checkGiven(event, value, task, shown, world);
        task.firsts.add(person);
        // The second answer is given under the next fence.
        task.fence += 1;
        break;
      case 'JudgementSubmitted':
        checkGiven(event, value, task, shown, world);
        if (task.form === 'first-judge-then-see' && !task.firsts.has(person)) report.find('rule-first-answer', index, `an answer of ${person} before anything of the AI was shown`, 'none');
        judgements.set(value['judgementId'], { event, value, isWithdrawn: false });
        break;
      case 'JudgementWithdrawn': {
        const taken = judgements.get(value['judgementId']);
        if (taken !== undefined) taken.isWithdrawn = true;
        task.fence = fence;
        break;
      }
      case 'JudgementFinalised': {
        const given = judgements.get(value['judgementId']);
        report.check('final judgements');
        if (given === undefined || given.event.row.reviewer !== reviewer || given.value['taskId'] !== taskId) report.find('rule-judgement-unsubmitted', index, `a judgement ${String(value['judgementId'])} that ${person} gave before`, 'none');
        else if (given.isWithdrawn) report.find('rule-judgement-unsubmitted', index, 'a judgement that stands', 'one that was taken back');
        else {
          if (Number(given.value['finalAt']) > occurredAt) report.find('rule-judgement-unsubmitted', index, 'a judgement that can no longer be taken back', 'one inside its undo window');
          const decision = String(value['decision']);
          // Where an answer was given without the AI's output in sight, the answer is the output.
          const output = given.value['modifiedOutput'] ?? given.value['answer'] ?? null;
          finals.push({ person, taskId: String(taskId), kind: task.kind, seat: task.seat, decision, position: decision === 'modify' ? `modify ${JSON.stringify(output)}` : decision, at: occurredAt });
        }
        break;
      }
      default:
    }
  }
  return finals;
}

function opened({ kind, seat, form }: Fields): Task {
  const isSenior = ['senior', 'adjudication', 'unclassified'].includes(String(kind)) || (kind === 'dual' && seat === 2);
  return { kind: String(kind), seat: Number(seat), isSenior, escalatedFrom: null, form: String(form), holder: null, fence: 0, painted: new Set(), firsts: new Set() };
}

function checkGiven({ index, row: { reviewer, recordedAt } }: PlainEvent, { fence, presentationDigest, reasoning }: Fields, task: Task, shown: ReadonlySet<string>, world: Surroundings): void {
  const { report } = world;
  const digest = String(presentationDigest);
  report.check('judgements, each against its claim, presentation and reasoning');
  if (task.holder !== reviewer || task.fence !== fence) report.find('rule-judgement-unclaimed', index, `a live claim of ${reviewer} under fence ${String(fence)}`, task.holder === null ? 'nobody holds the task' : `${task.holder} holds it under fence ${task.fence}`);
  if (!task.painted.has(`${reviewer} ${digest}`)) report.find('rule-judgement-unpresented', index, `the presentation ${digest}, painted for ${reviewer} before`, 'none that was');
  else if (!shown.has(digest)) world.absent('rule-judgement-unpresented', index, recordedAt, 'the presentation that a judgement rests on, whole and on record', `none with the digest ${digest}`);
  if (!isReasoning(String(reasoning))) report.find('rule-reasoning', index, 'reasoning in words', JSON.stringify(reasoning));
}

/** Twelve letters, five of them different, and in scripts that part words by blanks three different words. It knows no language. */
function isReasoning(text: string): boolean {
  const letters = text.match(/[\p{L}\p{N}]/gu) ?? [];
  const words = text.normalize('NFKC').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const hasWords = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Arabic}\p{Script=Hebrew}]/u.test(text);
  return letters.length >= 12 && new Set(letters.map((letter) => letter.toLowerCase())).size >= 5 && (!hasWords || new Set(words).size >= 3);
}
