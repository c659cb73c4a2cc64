/** What a reader wants first: what it was, how it ended, on whose word, and how far that is proven. */

import { Link } from '@tanstack/react-router';
import type { DecisionRecord } from '../../api/audit-contract.ts';
import { Badge } from '../../parts/badge.tsx';
import { Facts } from '../../parts/facts.tsx';
import { useNow } from '../../parts/now.tsx';
import { Section } from '../../parts/page.tsx';
import { usePerson } from '../../runtime.tsx';
import { Clock } from './clock-text.tsx';
import { omittedText, proofsText } from './proof.ts';
import type { Checkpointed } from './proof.ts';
import classes from './screen.module.css';
import { Signers } from './signers.tsx';

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const tones = { approved: 'good', modified: 'warn', rejected: 'bad' } as const;

export function Head({ system, decisionId, record: { events, omitted, summary }, checkpointed }: { system: string; decisionId: string; record: DecisionRecord; checkpointed: Checkpointed }) {
  const { decisionType, route, tier, verdict, resolvedAt, reversedAt, signers, erased, policyVersion } = summary;
  return (
    <Section title="In short" aside={<span className={classes.badges}>
      <Badge tone={tones[verdict as keyof typeof tones] ?? 'plain'}>{verdict ?? 'no verdict yet'}</Badge>
      {reversedAt !== null && <Badge tone="bad">reversed</Badge>}
      {erased && <Badge>content erased</Badge>}
    </span>}>
      <OnPaper />
      {omitted > 0 && <p className={classes.notice} role="status">{omittedText(events.length, omitted)} <Link to="/record" search={{ of: 'events', system, id: decisionId }}>All its events</Link></p>}
      {erased && <p className={classes.soft}>The content of this decision was erased. Who did what, and when, stays on record; what was in it cannot be read again by anybody.</p>}
      <Facts facts={[
        ['Decision type', decisionType], ['Route', route === null ? null : `${route}${tier === null ? '' : `, tier ${tier}`}`],
        ['Verdict', verdict === null || resolvedAt === null ? 'None yet' : <>{verdict}, <Clock instant={resolvedAt} /></>],
        ['Signed by', signers.length === 0 ? null : <Signers key="signers" signers={signers} />], ['Reversed', reversedAt === null ? null : <Clock instant={reversedAt} />],
        ['Policy', policyVersion === null ? null : <code key="policy">{policyVersion}</code>], ['Proof', proofsText(events, checkpointed)], ['Times', zone === 'UTC' ? zone : `in ${zone}; a case file has them in UTC`],
      ]} />
    </Section>
  );
}

/** A page that was printed says when, and what it is worth. */
function OnPaper() {
  const { name } = usePerson();
  const now = useNow(60_000);
  return <p className={classes.onPaper}>Printed for {name}, <Clock instant={new Date(now).toISOString()} />. Made to be read: what can be checked without us is the bundle that is exported from this page.</p>;
}
