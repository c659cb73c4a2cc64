/** Where the output comes from: model, what it learnt from, and the sources it names. */

import type { Proposal } from '../../../api/contract.ts';
import { SafeLink } from '../../../content/safe-link.tsx';
import classes from './proposal.module.css';

export function Provenance({ provenance: { model, trainingDomain, sources } }: Pick<Proposal, 'provenance'>) {
  return (
    <div className={classes.provenance}>
      <p><strong dir="auto">{model.name} {model.version}</strong>{trainingDomain !== null && <span className={classes.soft} dir="auto"> · {trainingDomain}</span>}</p>
      {sources.length > 0 && (
        <ol className={classes.sources}>
          {sources.map(({ title, uri, excerpt, score }, index) => (
            <li key={index}>
              {uri === null ? <span dir="auto">{title}</span> : <SafeLink uri={uri}>{title}</SafeLink>}
              {score !== null && <span className={classes.score} title="How well it fits, as the AI says">{score.toFixed(2)}</span>}
              {excerpt !== null && <blockquote className={classes.excerpt} dir="auto">{excerpt}</blockquote>}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
