/** A share with the range it may truly lie in, drawn on a line from 0 to 100 %. What is drawn is also said in words. */

import { intervalText, shareText } from './figures.ts';
import type { Interval as Range } from './figures.ts';
import classes from './interval.module.css';

export function ShareInterval({ share, interval }: { share: number | null; interval: Range | null }) {
  if (share === null || interval === null) return <span className={classes.none}>nothing counted</span>;
  const left = interval.lower * 100;
  return (
    <span className={classes.share}>
      <span className={classes.figure}>{shareText(share)}</span>
      <svg className={classes.line} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
        <rect className={classes.track} x="0" y="4" width="100" height="2" />
        <rect className={classes.range} x={left} y="2.5" width={Math.max(1, interval.upper * 100 - left)} height="5" />
        <rect className={classes.point} x={Math.min(98.5, Math.max(0, share * 100 - 0.75))} y="0" width="1.5" height="10" />
      </svg>
      <span className={classes.words}>{intervalText(interval)}</span>
    </span>
  );
}
