/** What one person saw when they judged, drawn again from the bytes on record by the parts that drew it then. */

import { Loaded } from '../../parts/loaded.tsx';
import type { Presentation } from '../../api/contract.ts';
import type { ShownPresentation } from '../../api/audit-contract.ts';
import { ContentPlace } from '../../content/place.tsx';
import { asks } from '../../desk/judge-form.ts';
import { Badge } from '../../parts/badge.tsx';
import { HeadingLevel } from '../../parts/heading.tsx';
import { useNames } from '../../parts/names.tsx';
import { CasePanels } from '../review/case-column.tsx';
import { Panel } from '../review/proposal/panel.tsx';
import { ProposalPanels, WhyAsked } from '../review/proposal-column.tsx';
import { useShown } from './shown.ts';
import type { Shown } from './shown.ts';
import classes from './shown.module.css';
import { Clock } from './clock-text.tsx';

const gone: Readonly<Record<Exclude<ShownPresentation['state'], 'whole'>, string>> = {
  erased: 'What was shown was erased with the data of its subject. That it was shown stays on record.',
  partial: 'Not all of it is on record yet. It arrives in pieces, usually within seconds.',
  missing: 'What was shown is not on record yet. It usually is within seconds.',
};

type ShownViewProps = { system: string; decisionId: string; shown: ShownPresentation; open: boolean };

export function ShownView({ system, decisionId, shown, open }: ShownViewProps) {
  const { digest, state, reviewer, paintedAt } = shown;
  const query = useShown(system, decisionId, state === 'whole' ? digest : null);
  const nameOf = useNames([reviewer]);
  const who = reviewer === null ? 'the reviewer' : nameOf(reviewer);
  return (
    <details className={classes.shown} open={open} data-shown={digest ?? ''}>
      <summary className={classes.summary}>
        <h3>What <bdi title={reviewer ?? undefined}>{who}</bdi> saw</h3>
        <Clock instant={paintedAt} />
        {query.data !== undefined && <Matching matches={query.data.matches} />}
        {state === 'erased' && <Badge>erased</Badge>}
      </summary>
      {state === 'whole'
        ? <Loaded query={query} label="what was shown">{(loaded) => <ContentPlace place={`as ${who} saw it, ${shown.eventId.slice(0, 8)}`}><Drawn {...loaded} /></ContentPlace>}</Loaded>
        : <p className={classes.gone}>{gone[state]}</p>}
      {digest !== null && <p className={classes.digest}>SHA-256 <code>{digest}</code></p>}
    </details>
  );
}

function Matching({ matches }: Pick<Shown, 'matches'>) {
  if (matches === null) return null;
  return <Badge tone={matches ? 'good' : 'bad'}>{matches ? 'the bytes match their digest' : 'the bytes do not match their digest'}</Badge>;
}

function Drawn({ presentation }: Shown) {
  const { proposal, question, trackRecord = null, similar, firstAnswer, stage } = presentation;
  return (
    <HeadingLevel level={4}>
      <div className={classes.screen}>
        <div className={classes.asked}>
          <p className={classes.question} dir="auto">{question}</p>
          {stage === 'second' && <p className={classes.soft}>Answer before the proposal was shown: {firstAnswer === undefined || firstAnswer === null ? 'none could be given' : <bdi>{firstAnswer}</bdi>}</p>}
        </div>
        <div className={classes.columns} data-blind={proposal === undefined}>
          <div><CasePanels presentation={presentation} /></div>
          {proposal !== undefined && <div><ProposalPanels proposal={proposal} trackRecord={trackRecord} similar={similar} /></div>}
        </div>
        <Choices presentation={presentation} />
        <WhyAsked presentation={presentation} />
      </div>
    </HeadingLevel>
  );
}

/** What could be said to it: inert here. */
function Choices({ presentation }: { presentation: Presentation }) {
  const { answers, reasonCodes } = presentation;
  const choices = asks(presentation) === 'answer' ? [...answers, 'No answer can be given'] : asks(presentation) === 'plain' ? ['Approve', 'Reject'] : ['Approve', 'Reject', 'Modify'];
  return (
    <Panel title="What could be chosen">
      <ul className={classes.choices} aria-label="Decisions">{choices.map((choice) => <li key={choice} dir="auto">{choice}</li>)}</ul>
      {reasonCodes.length > 0 && <ul className={classes.choices} aria-label="Reasons">{reasonCodes.map(({ code, label }) => <li key={code} dir="auto">{label}</li>)}</ul>}
    </Panel>
  );
}
