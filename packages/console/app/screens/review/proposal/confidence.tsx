/** How sure the AI says it is, how far that may be off, and what it has meant so far. */

import type { Proposal, TrackRecord } from '../../../api/contract.ts';
import { percentText } from './figures.ts';
import classes from './proposal.module.css';

export function Confidence({ proposal: { confidence, uncertainty }, trackRecord }: { proposal: Proposal; trackRecord?: TrackRecord | null | undefined }) {
  return (
    <div className={classes.confidence}>
      <Scale label="The AI says" at={confidence} from={uncertainty?.lower ?? null} to={uncertainty?.upper ?? null} tone="claim" />
      {trackRecord !== null && trackRecord !== undefined && <Scale label="People agreed" at={trackRecord.share} from={trackRecord.lower} to={trackRecord.upper} tone="measured" />}
      <p className={classes.small}>
        {trackRecord === undefined ? '' : trackRecord === null ? 'Nobody has judged enough at this confidence to say what it is worth. ' : `What this confidence (${trackRecord.tier}) has meant so far: ${trackRecord.agreed} of ${trackRecord.judged} upheld. `}
        <span dir="auto">{uncertainty?.statement}</span>
      </p>
    </div>
  );
}

type ScaleProps = { label: string; at: number | null; from: number | null; to: number | null; tone: 'claim' | 'measured' };

/** A value on the way from 0 to 100 %, with the range it may lie in. The figures stand beside it. */
function Scale({ label, at, from, to, tone }: ScaleProps) {
  const ranged = from !== null && to !== null;
  return (
    <div className={classes.scaleRow}>
      <span>{label}</span>
      <span className={classes.scale} data-tone={tone} aria-hidden="true">
        {ranged && <span className={classes.range} style={{ left: `${clamp(from) * 100}%`, width: `${Math.max(0, clamp(to) - clamp(from)) * 100}%` }} />}
        {at !== null && <span className={classes.mark} style={{ left: `${clamp(at) * 100}%` }} />}
      </span>
      <span className={classes.figure}><strong>{at === null ? 'no figure' : percentText(at)}</strong>{ranged && <small>{percentText(from)} to {percentText(to)}</small>}</span>
    </div>
  );
}

const clamp = (share: number) => Math.min(1, Math.max(0, share));
