/** What a chapter says in its heading and in a line. Pure. */

import type { Fields } from '../../api/audit-contract.ts';
import type { Tone } from '../../parts/badge.tsx';
import type { NameOf } from '../../parts/names.tsx';
import { fieldsOf, joined, textOf, textsOf } from '../record/fields.ts';
import { tellEvent } from '../record/telling.ts';
import { eventIn } from './story.ts';
import type { Chapter } from './story.ts';

const taskKinds: Readonly<Record<string, string>> = {
  standard: 'Review', senior: 'Senior review', dual: 'Dual review', adjudication: 'Adjudication', 'after-action': 'After-action review', hold: 'Veto time', unclassified: 'Review without a policy',
  'spot-check': 'Spot check', 're-review': 'Re-review', calibration: 'Exercise',
};

export function taskTitle(kind: string | null, seat: number | null): string {
  const label = taskKinds[kind ?? ''] ?? (kind === null || kind === '' ? 'Review work' : `Review: ${kind}`);
  return kind === 'dual' && seat !== null ? `${label}, seat ${seat}` : label;
}

export type Headline = { title: string; detail: string; tone: Tone };

export function headlineOf(chapter: Chapter, nameOf: NameOf = (id) => id): Headline {
  const [first] = chapter.events;
  if (first === undefined) return { title: 'Nothing', detail: '', tone: 'plain' };
  if (chapter.kind === 'task') return taskHeadline(chapter, nameOf);
  if (chapter.kind === 'other' && chapter.events.length > 1) return { title: 'Also on record', detail: [...new Set(chapter.events.map((event) => tellEvent(event).title))].join(' · '), tone: 'plain' };
  if (chapter.kind === 'routed' && first.event !== null) return routedHeadline(first.event);
  return tellEvent(first, nameOf);
}

function routedHeadline(event: Fields): Headline {
  const { severity, reversibility } = fieldsOf(event['classification']);
  return { title: `Routed: ${textOf(event['route'])}`, detail: joined(`${textOf(severity)} severity, ${textOf(reversibility)}`, textOf(event['tier']) === '' ? '' : `tier ${textOf(event['tier'])}`, pointText(event['point'])), tone: 'accent' };
}

/** When people come in. */
export function pointText(point: unknown): string {
  switch (point) {
    case 'before': return 'a person first, then the action';
    case 'hold': return 'the action waits for a veto';
    case 'after': return 'the action at once, reviewed afterwards';
    default: return textOf(point);
  }
}

const forms: Readonly<Record<string, string>> = { shown: 'with the AI’s answer', hidden: 'without the AI’s answer', 'first-judge-then-see': 'an answer first, then the AI’s' };

/** What a reviewer was given. */
export function formText(form: unknown): string {
  return forms[textOf(form)] ?? textOf(form);
}

function taskHeadline(chapter: Chapter, nameOf: NameOf): Headline {
  const opened = eventIn(chapter, 'TaskOpened');
  const closed = eventIn(chapter, 'TaskClosed')?.event;
  const seat = Number(opened?.event?.['seat'] ?? NaN);
  const title = taskTitle(opened?.kind ?? chapter.events[0]?.kind ?? null, Number.isNaN(seat) ? null : seat);
  if (chapter.events.every(({ event }) => event === null)) return { title, detail: 'its content was erased', tone: 'plain' };
  const judged = chapter.events.filter(({ record, event }) => record === 'JudgementSubmitted' && event !== null && !isWithdrawn(chapter, event));
  const said = judged.map(({ reviewer, event }) => `${saidText(fieldsOf(event))} by ${reviewer === null ? 'somebody' : nameOf(reviewer)}`);
  const outcome = textOf(closed?.['outcome']);
  return { title, detail: joined(...said, outcome === '' ? 'still open' : outcome === 'judged' ? '' : outcome), tone: outcome === 'expired' || outcome === 'lapsed' ? 'warn' : 'plain' };
}

const decided: Readonly<Record<string, string>> = { approve: 'approved', reject: 'rejected', modify: 'modified' };

/** `approved`, or `answered north`. */
export function saidText(judgement: Fields): string {
  const answer = textOf(judgement['answer']);
  return answer === '' ? (decided[textOf(judgement['decision'])] ?? textOf(judgement['decision'])) : `answered ${answer}`;
}

/** Taken back within the time there is for that. */
export function isWithdrawn({ events }: Pick<Chapter, 'events'>, judgement: Fields): boolean {
  return events.some(({ record, event }) => record === 'JudgementWithdrawn' && event?.['judgementId'] === judgement['judgementId']);
}

/** The words of a policy for the codes that were chosen, as whoever chose them saw them. */
export function reasonLabels(codes: unknown, known: ReadonlyArray<{ code: string; label: string }>): string[] {
  return textsOf(codes).map((code) => known.find((each) => each.code === code)?.label ?? code);
}
