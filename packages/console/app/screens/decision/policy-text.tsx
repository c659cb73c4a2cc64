/** The pinned policy, as it was approved. */

import type { PinnedPolicy } from '../../api/audit-contract.ts';
import classes from './screen.module.css';

export function PolicyText({ policy: { version, text } }: { policy: PinnedPolicy }) {
  return (
    <details className={classes.policy}>
      <summary>The whole policy</summary>
      <pre className={classes.policyText} tabIndex={0} aria-label={`Text of policy ${version}`}>{text}</pre>
    </details>
  );
}
