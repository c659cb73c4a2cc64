/** One judgement in a line; its reasoning opens below it. */

import type { HistoryEntry } from '../../api/contract.ts';
import { Badge } from '../../parts/badge.tsx';
import classes from './screen.module.css';

const decisions: Readonly<Record<string, string>> = { approve: 'Approved', reject: 'Rejected', modify: 'Modified', erased: 'Erased' };

export function Entry({ entry: { judgementId, taskId, decisionType, submittedAt, said, firstSaid, reasonCodes, reasoning, withdrawn } }: { entry: HistoryEntry }) {
  return (
    <li className={classes.entry}>
      <details>
        <summary className={classes.summary}>
          <time dateTime={submittedAt}>{new Date(submittedAt).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })}</time>
          <span className={classes.said}>
            <span>{decisions[said] ?? <>Answered <bdi>{said}</bdi></>}</span>
            {withdrawn && <Badge>taken back</Badge>}
          </span>
          <span className={classes.type}>{decisionType}</span>
          <span className={classes.glimpse}><bdi>{reasoning ?? ''}</bdi></span>
        </summary>
        <div className={classes.more} id={judgementId}>
          {reasoning === null ? <p className={classes.note}>The words were erased with the data they were about.</p> : <p className={classes.reasoning} dir="auto">{reasoning}</p>}
          {firstSaid !== undefined && reasoning !== null && <p className={classes.note}>Answer before the proposal was shown: {firstSaid === null ? 'none could be given' : <bdi>{firstSaid}</bdi>}</p>}
          <p className={classes.note}>{reasonCodes.length > 0 ? `${reasonCodes.join(', ')} · ` : ''}task <code>{taskId}</code></p>
        </div>
      </details>
    </li>
  );
}
