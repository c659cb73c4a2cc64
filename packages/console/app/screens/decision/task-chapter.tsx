/** One task from its opening to its end: who took it, what they saw, what they said and why. */

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { AuditEvent, DecisionRecord, Fields, ShownPresentation } from '../../api/audit-contract.ts';
import type { Presentation } from '../../api/contract.ts';
import { Badge } from '../../parts/badge.tsx';
import { Facts } from '../../parts/facts.tsx';
import { lengthText } from '../../parts/figures.ts';
import { Named, useNames } from '../../parts/names.tsx';
import { fieldsOf, instantOf, joined, textOf, textsOf } from '../record/fields.ts';
import { peopleIn, tellEvent } from '../record/telling.ts';
import { Clock } from './clock-text.tsx';
import { OutputInForce } from './output-in-force.tsx';
import classes from './screen.module.css';
import { ShownView } from './shown-view.tsx';
import { useShown } from './shown.ts';
import { eventIn } from './story.ts';
import type { Chapter } from './story.ts';
import { formText, isWithdrawn, reasonLabels, saidText } from './words.ts';

export type ChapterProps = { chapter: Chapter; record: DecisionRecord; system: string; decisionId: string };

export function TaskChapter({ chapter, record, system, decisionId }: ChapterProps) {
  const opened = fieldsOf(eventIn(chapter, 'TaskOpened')?.event);
  const due = instantOf(opened['dueAt']);
  const erased = chapter.events.every(({ event }) => event === null);
  const shown = new Map(record.presentations.map((each) => [each.eventId, each]));
  return (
    <>
      {erased && <p className={classes.soft}>What was shown and said here was erased. That it happened, who took part and when, stays on record.</p>}
      <Facts facts={[['Queue', textOf(opened['queue'])], ['Form', formText(opened['form'])], ['Due', due === null ? null : <Clock instant={due} />], ['Task', chapter.taskId === null ? null : <code key="task">{chapter.taskId}</code>]]} />
      <ol className={classes.steps}>
        {chapter.events.filter(({ record: name }) => !quiet.includes(name)).map((event) => (
          <li key={event.eventId} className={classes.step}>
            <Clock instant={event.occurredAt} />
            <div className={classes.stepBody}><Step event={event} withdrawn={event.event !== null && isWithdrawn(chapter, event.event)} shown={shown.get(event.eventId)} all={record.presentations} system={system} decisionId={decisionId} /></div>
          </li>
        ))}
      </ol>
    </>
  );
}

/** Said by another step: the opening by the facts above, kept bytes by what is drawn from them. */
const quiet = ['TaskOpened', 'ContentRecorded'];

type StepProps = { event: AuditEvent; withdrawn: boolean; shown: ShownPresentation | undefined; all: readonly ShownPresentation[]; system: string; decisionId: string };

function Step({ event, withdrawn, shown, all, system, decisionId }: StepProps): ReactNode {
  if (shown !== undefined) return <ShownView system={system} decisionId={decisionId} shown={shown} open />;
  const said = event.event;
  const by = event.reviewer ?? event.actor;
  const who = <strong>{by === null ? 'Somebody' : <Link to="/record" search={{ reviewer: by }}><Named id={by} /></Link>}</strong>;
  if (said === null) return <p>{tellEvent(event).title}{event.reviewer === null ? '' : <>, {who}</>}</p>;
  switch (event.record) {
    case 'TaskClaimed': return <p>{who} claimed it.</p>;
    case 'FirstJudgementSubmitted': return <Judgement who={who} said={said} withdrawn={false} before all={all} system={system} decisionId={decisionId} />;
    case 'JudgementSubmitted': return <Judgement who={who} said={said} withdrawn={withdrawn} before={false} all={all} system={system} decisionId={decisionId} />;
    case 'JudgementWithdrawn': return <p>{who} took it back.</p>;
    case 'JudgementFinalised': return <p>The judgement of {who} became final.{said['contradicts'] === true ? ' It contradicts the verdict.' : ''}</p>;
    case 'TaskClosed': return <p>Closed: <span dir="auto">{textOf(said['reason'])}</span>{said['slaMet'] === false ? ' It was late.' : ''}</p>;
    default: return <Line event={event} />;
  }
}

/** What is told in a line as it is in a list. */
export function Line({ event }: { event: AuditEvent }) {
  const { title, detail } = tellEvent(event, useNames(peopleIn(event)));
  return <p dir="auto">{joined(title, detail)}</p>;
}

type JudgementProps = { who: ReactNode; said: Fields; withdrawn: boolean; before: boolean; all: readonly ShownPresentation[]; system: string; decisionId: string };

function Judgement({ who, said, withdrawn, before, all, system, decisionId }: JudgementProps) {
  const digest = textOf(said['presentationDigest']);
  // The words for its codes are those of what was shown; it is there already, or not at all.
  const seen = useShown(system, decisionId, all.some((each) => each.digest === digest && each.state === 'whole') ? digest : null).data?.presentation;
  return (
    <>
      <p className={classes.said}>
        <span>{who} {saidText(said)}{before ? ' before seeing the AI’s answer' : ''}</span>
        {said['override'] === true && <Badge tone="warn">differs from the AI</Badge>}
        {said['fast'] === true && <Badge tone="warn">under five seconds</Badge>}
        {said['repeated'] === true && <Badge tone="warn">repeats earlier words</Badge>}
        {withdrawn && <Badge>taken back</Badge>}
      </p>
      <blockquote className={classes.reasoning} dir="auto">{textOf(said['reasoning'])}</blockquote>
      <JudgementFacts said={said} seen={seen} />
    </>
  );
}

function JudgementFacts({ said, seen }: { said: Fields; seen: Presentation | undefined }) {
  const active = said['activeTimeMs'];
  return (
    <Facts facts={[
      ['Reasons', textsOf(said['reasonCodes']).length === 0 ? null : <bdi key="reasons">{reasonLabels(said['reasonCodes'], seen?.reasonCodes ?? []).join(', ')}</bdi>],
      ['Changed to', said['modifiedOutput'] === null || said['modifiedOutput'] === undefined ? null : <OutputInForce key="output" label={null} modified={said['modifiedOutput']} />],
      ['Time on it', typeof active === 'number' ? lengthText(active) : null],
      ['On what they saw', <code key="digest">{textOf(said['presentationDigest']).slice(0, 16)}…</code>],
    ]} />
  );
}
