/** Short facts beside the case: attributes, earlier decisions of the same subject, similar cases. */

import type { EarlierDecision, Proposal, SimilarDecision } from '../../../api/contract.ts';
import { Moment } from '../../../parts/now.tsx';
import { percentText, similarText } from './figures.ts';
import classes from './proposal.module.css';

export function Attributes({ attributes }: Pick<Proposal, 'attributes'>) {
  return (
    <dl className={classes.attributes}>
      {Object.entries(attributes).map(([name, value]) => (
        <div key={name}><dt title={name}>{name}</dt><dd dir="auto">{typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)}</dd></div>
      ))}
    </dl>
  );
}

export function Earlier({ earlier }: { earlier: readonly EarlierDecision[] }) {
  return (
    <ol className={classes.earlier}>
      {earlier.map(({ decisionId, decisionType, proposedAt, outputLabel }) => (
        <li key={`${decisionType} ${decisionId}`}><span><Moment instant={proposedAt} /></span><span dir="auto">{decisionType}</span>{outputLabel !== undefined && <strong dir="auto">{outputLabel}</strong>}</li>
      ))}
    </ol>
  );
}

/** In one line what became of them; each on demand. */
export function Similar({ similar }: { similar: readonly SimilarDecision[] }) {
  return (
    <details className={classes.similarList} data-similar>
      <summary>{similarText(similar)}</summary>
      <SimilarTable similar={similar} />
    </details>
  );
}

function SimilarTable({ similar }: { similar: readonly SimilarDecision[] }) {
  return (
    <table className={classes.similar}>
      <thead><tr><th scope="col">When</th><th scope="col">AI</th><th scope="col">Sure</th><th scope="col">Verdict</th><th scope="col">Turned out</th></tr></thead>
      <tbody>
        {similar.map(({ decisionId, proposedAt, outputLabel, confidence, verdict, outcome }) => (
          <tr key={decisionId}><td><Moment instant={proposedAt} /></td><td dir="auto">{outputLabel}</td><td>{confidence === null ? '–' : percentText(confidence)}</td><td>{verdict ?? '–'}</td><td dir="auto">{outcome ?? 'not known'}</td></tr>
        ))}
      </tbody>
    </table>
  );
}
