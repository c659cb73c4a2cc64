/** One chapter of a decision: what happened, said for people, and below it the events it is told from. */

import type { ReactNode } from 'react';
import type { AuditEvent, DecisionRecord, Fields } from '../../api/audit-contract.ts';
import { ContentPlace } from '../../content/place.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Facts } from '../../parts/facts.tsx';
import { HeadingLevel } from '../../parts/heading.tsx';
import { Named } from '../../parts/names.tsx';
import { fieldsOf, instantOf, joined, listOf, numberOf, textOf, textsOf } from '../record/fields.ts';
import { CasePanels } from '../review/case-column.tsx';
import { Attributes } from '../review/proposal/facts.tsx';
import { Panel } from '../review/proposal/panel.tsx';
import { ProposalPanels } from '../review/proposal-column.tsx';
import { Clock } from './clock-text.tsx';
import { Evidence } from './evidence.tsx';
import { OutputInForce } from './output-in-force.tsx';
import { PolicyText } from './policy-text.tsx';
import type { Checkpointed } from './proof.ts';
import { proposalOf, proposedCase } from './proposed.ts';
import classes from './screen.module.css';
import shownClasses from './shown.module.css';
import { eventIn, spanOf } from './story.ts';
import { Signers } from './signers.tsx';
import { Line, TaskChapter } from './task-chapter.tsx';
import type { ChapterProps } from './task-chapter.tsx';
import { formText, headlineOf, pointText } from './words.ts';

export function ChapterView({ index, checkpointed, ...props }: ChapterProps & { index: number; checkpointed: Checkpointed }) {
  const { chapter } = props;
  const { title, tone } = headlineOf(chapter);
  const { from } = spanOf(chapter);
  return (
    <article className={classes.chapter} id={`chapter-${index}`} data-chapter={chapter.kind} aria-labelledby={`chapter-${index}-title`}>
      <header className={classes.chapterHead}>
        <h2 id={`chapter-${index}-title`} tabIndex={-1}>{title}</h2>
        {tone !== 'plain' && tone !== 'accent' && <span className={classes.tone} data-tone={tone} aria-hidden="true" />}
        <Clock instant={from} />
      </header>
      <Told {...props} />
      <Evidence events={chapter.events} checkpointed={checkpointed} />
    </article>
  );
}

function Told(props: ChapterProps): ReactNode {
  const { chapter, record } = props;
  const event = chapter.events.find((each) => each.event !== null)?.event ?? null;
  if (chapter.kind === 'task') return <TaskChapter {...props} />;
  if (chapter.kind === 'erased') return <Erased events={chapter.events} />;
  if (event === null) return <p className={classes.soft}>Its content was erased; that it happened stays on record, and so does its proof.</p>;
  switch (chapter.kind) {
    case 'proposed': return <Proposed event={event} record={record} />;
    case 'accepted': return <Accepted event={event} record={record} />;
    case 'refused': return <Facts facts={[['Why', textOf(event['message'])], ['Code', textOf(event['code'])], ['Field', textOf(event['field'])]]} />;
    case 'routed': return <Routed event={event} />;
    case 'drawn': return chapter.events.map((each) => <Drawn key={each.eventId} event={fieldsOf(each.event)} />);
    case 'verdict': return <Verdict event={fieldsOf(eventIn(chapter, 'DecisionResolved')?.event)} />;
    case 'reversed': return <Facts facts={[['Why', textOf(event['reason'])], ['By', chapter.events[0]?.actor == null ? null : <Named key="by" id={chapter.events[0].actor} exactly />], ['Window', event['withinWindow'] === false ? 'outside its window' : 'inside its window']]} />;
    case 'outcome': return chapter.events.map((each) => <Outcome key={each.eventId} event={fieldsOf(each.event)} />);
    case 'other': return <ul className={classes.plainList}>{chapter.events.map((each) => <li key={each.eventId}><Line event={each} /></li>)}</ul>;
    default: return chapter.kind satisfies never;
  }
}

/** The case in full where nobody was shown it; otherwise it stands again below, as each person saw it. */
function Proposed({ event, record }: { event: Fields; record: DecisionRecord }) {
  const proposal = proposalOf(event);
  const { parts } = proposedCase(event);
  const wasShown = record.presentations.some(({ state }) => state === 'whole');
  return (
    <ContentPlace place="as proposed">
      <HeadingLevel level={3}>
        <div className={shownClasses.framed}>
          <div className={shownClasses.columns}>
            <div>
              <Panel title="The case"><p className={classes.soft}>{parts.length === 1 ? 'One part' : `${parts.length} parts`}: {parts.map(({ name, mediaType }, index) => <span key={index}>{index > 0 && ', '}<bdi>{name}</bdi> ({mediaType})</span>)}.</p></Panel>
              <details open={!wasShown} data-fold className={classes.fold}>
                <summary>All of the case as it was proposed</summary>
                <CasePanels presentation={{ case: { parts } }} />
              </details>
              {Object.keys(proposal.attributes).length > 0 && <Panel title="Attributes"><Attributes attributes={proposal.attributes} /></Panel>}
            </div>
            <div><ProposalPanels proposal={proposal} /></div>
          </div>
        </div>
      </HeadingLevel>
    </ContentPlace>
  );
}

function Accepted({ event, record: { policy, summary } }: { event: Fields; record: DecisionRecord }) {
  return (
    <>
      <Facts facts={[
        ['Came through', event['channel'] === 'http' ? 'HTTP' : event['channel'] === 'kafka' ? 'Kafka' : textOf(event['channel'])], ['Policy pinned', <code key="policy">{summary.policyVersion ?? 'none'}</code>],
        ['Approved', policy?.approvedBy == null || policy.approvedAt === null ? null : <>by <Named id={policy.approvedBy} exactly />, <Clock instant={policy.approvedAt} />, as proposed by <Named id={policy.proposedBy} exactly /></>],
        ['In force', policy?.activatedAt == null ? null : <>since <Clock instant={policy.activatedAt} /></>],
        ['Content digest', <code key="digest">{textOf(event['contentDigest'])}</code>],
      ]} />
      {policy !== null && <PolicyText policy={policy} />}
    </>
  );
}

function Routed({ event }: { event: Fields }) {
  const classification = fieldsOf(event['classification']);
  const due = instantOf(event['dueAt']);
  const hold = instantOf(event['holdUntil']);
  const window = instantOf(event['windowEndsAt']);
  const rules = listOf(classification['matchedRules']).map((rule) => joined(textOf(rule['id']), textOf(rule['because'])));
  return (
    <>
      <ul className={classes.reasons} aria-label="Reasons">{textsOf(event['reasons']).map((reason) => <li key={reason} dir="auto">{reason}</li>)}</ul>
      <Facts facts={[
        ['Classified', `${textOf(classification['severity'])} severity, ${textOf(classification['reversibility'])}: at least ${oversights[textOf(classification['oversight'])] ?? textOf(classification['oversight'])}`],
        ['Confidence tier', textOf(event['tier'])], ['Route', `${textOf(event['route'])}, ${pointText(event['point'])}`], ['Queue', textOf(event['queue'])],
        ['Form', joined(formText(event['form']), drawText(event['formDraw'], event['formKeyVersion']))],
        ['Rules', rules.length === 0 ? null : rules.join('; ')],
        ['Due', due === null ? null : <><Clock instant={due} />{expiries[textOf(event['onExpiry'])] ?? ''}</>],
        ['Held for a veto', hold === null ? null : <>until <Clock instant={hold} /></>], ['Reversible', window === null ? null : <>until <Clock instant={window} /></>],
      ]} />
    </>
  );
}

const oversights: Readonly<Record<string, string>> = { hootl: 'audits on a schedule', passive: 'a person who may step in', active: 'a person who approves' };
const expiries: Readonly<Record<string, string>> = { escalate: ', then a senior', reject: ', then it is rejected', approve: ', then it takes effect', reverse: ', then it is reversed', lapse: ', then it lapses' };

/** What an auditor with the key recomputes. */
function drawText(draw: unknown, keyVersion: unknown): string {
  return numberOf(draw) === null ? '' : `drawn ${textOf(draw)} with key ${textOf(keyVersion)}`;
}

function Drawn({ event }: { event: Fields }) {
  const due = instantOf(event['dueAt']);
  return (
    <Facts facts={[
      ['Drawn', joined(textOf(event['draw']), `below the rate of ${textOf(event['probability'])}`, `key ${textOf(event['keyVersion'])}`)], ['For', textOf(event['purpose'])], ['Stratum', textOf(event['stratum'])], ['Queue', textOf(event['queue'])],
      ['Due', due === null ? null : <Clock instant={due} />],
    ]} />
  );
}

const verdictTones = { approved: 'good', modified: 'warn', rejected: 'bad' } as const;

function Verdict({ event }: { event: Fields }) {
  const verdict = textOf(event['verdict']);
  const signers = textsOf(event['signers']);
  return (
    <>
      <p className={classes.verdict}><Badge tone={verdictTones[verdict as keyof typeof verdictTones] ?? 'plain'}>{verdict}</Badge> <span dir="auto">{textOf(event['reason'])}</span></p>
      <Facts facts={[
        ['Signed by', signers.length === 0 ? 'nobody: it took none' : <Signers key="signers" signers={signers} />], ['Given by', joined(textOf(event['resolvedBy']), textOf(event['basis']))],
        ['Output in force', <OutputInForce key="output" label={event['outputLabel']} modified={event['modifiedOutput']} />],
      ]} />
    </>
  );
}

function Outcome({ event }: { event: Fields }) {
  const observed = instantOf(event['observedAt']);
  return <Facts facts={[['Turned out', <bdi key="outcome">{textOf(event['outcome'])}</bdi>], ['Says', textOf(event['source'])], ['Known', observed === null ? null : <Clock instant={observed} />]]} />;
}

function Erased({ events }: { events: readonly AuditEvent[] }) {
  const when = events.find(({ record }) => record === 'DecisionErased')?.occurredAt;
  const services = events.filter(({ record }) => record === 'ErasureApplied').map(({ event }) => textOf(event?.['service']));
  return (
    <>
      <p className={classes.erased}>{when === undefined ? 'The' : <>On <Clock instant={when} /> the</>} key to the content of this decision was destroyed. What was in it cannot be read again by anybody; that everything happened, and when, stays on record and proven.</p>
      {services.length > 0 && <Facts facts={[['Taken out of its rows by', services.join(', ')]]} />}
    </>
  );
}
