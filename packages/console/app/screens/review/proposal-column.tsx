/** What the AI proposes, and everything it gives for it. Only there where it is shown at all. */

import type { Presentation, Proposal, SimilarDecision, TrackRecord } from '../../api/contract.ts';
import { PartContent } from '../../content/part-content.tsx';
import { hasOwnContent } from '../../desk/judge-form.ts';
import { Moment } from '../../parts/now.tsx';
import { Alternatives } from './proposal/alternatives.tsx';
import { Confidence } from './proposal/confidence.tsx';
import { Similar } from './proposal/facts.tsx';
import { Panel } from './proposal/panel.tsx';
import { Provenance } from './proposal/provenance.tsx';
import { Reasoning } from './proposal/reasoning.tsx';
import classes from './review.module.css';

export function ProposalColumn({ presentation }: { presentation: Presentation }) {
  const { proposal, trackRecord = null, similar } = presentation;
  if (proposal === undefined) return null;
  return <div className={classes.column} role="region" aria-label="The AI’s proposal" tabIndex={0}><ProposalPanels proposal={proposal} trackRecord={trackRecord} similar={similar} /></div>;
}

type ProposalPanelsProps = {
  proposal: Proposal;
  /** Null where too few judged to say; absent where none was asked for. */
  trackRecord?: TrackRecord | null;
  similar?: readonly SimilarDecision[] | undefined;
};

/** The same without its place on the desk: the record shows it as it was seen. */
export function ProposalPanels({ proposal, trackRecord, similar }: ProposalPanelsProps) {
  const { output, reasoning, confidence, alternatives, provenance, action } = proposal;
  const showsContent = hasOwnContent({ proposal }) || output.encoding === 'base64';
  return (
    <>
      <Panel title="The AI’s output">
        <div className={classes.outcome}>
          <p className={classes.output} dir="auto">{output.label}</p>
          <p className={classes.action} dir="auto">{action.description}{action.reversalDeadline !== null && <> · can be reversed until <Moment instant={action.reversalDeadline} /></>}</p>
        </div>
        {showsContent && <PartContent name="Output" part={output} />}
      </Panel>
      <Panel title="Confidence"><Confidence proposal={proposal} trackRecord={trackRecord} /></Panel>
      {alternatives.length > 0 && <Panel title="Alternatives"><Alternatives output={output} confidence={confidence} alternatives={alternatives} /></Panel>}
      <Panel title="Its reasoning"><Reasoning summary={reasoning.summary} factors={reasoning.factors} /></Panel>
      {similar !== undefined && similar.length > 0 && <Panel title="Similar decisions"><Similar similar={similar} /></Panel>}
      <Panel title="Where it comes from"><Provenance provenance={provenance} /></Panel>
    </>
  );
}

/** Why a person is asked at all, and what whoever handed it on wrote. */
export function WhyAsked({ presentation: { policy, escalation } }: { presentation: Presentation }) {
  return (
    <>
      {escalation !== undefined && <Panel title="From whoever handed it to you"><p className={classes.note} dir="auto">{escalation.note}</p></Panel>}
      {policy !== undefined && policy.reasons.length > 0 && (
        <Panel title="Why a person is asked">
          <ul className={classes.reasons}>{policy.reasons.map((reason) => <li key={reason} dir="auto">{reason}</li>)}</ul>
        </Panel>
      )}
    </>
  );
}
