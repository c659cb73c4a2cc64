/** Words without a claim: what somebody wrote and did not send, on the server or in this browser only. They can be read and copied, whoever has the task now. */

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Draft, HeldClaim, OrphanedDraft, StoredDraft } from '../../api/contract.ts';
import { ProblemError } from '../../api/problem.ts';
import { laterOf } from '../../desk/drafts.ts';
import { draftKey, draftsHere, readLocal } from '../../desk/local-drafts.ts';
import type { HereDraft } from '../../desk/local-drafts.ts';
import { announce } from '../../parts/announcer.tsx';
import { serverNowMs } from '../../parts/clock.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Distance } from '../../parts/now.tsx';
import { Section } from '../../parts/page.tsx';
import { useApi, usePerson } from '../../runtime.tsx';
import { Row } from './lists.tsx';
import { wordsOf } from './words.ts';
import classes from './work.module.css';

/** Once it is known what is held and what the server has: of the rest, only this browser has anything. */
export function Drafts({ drafts, claims }: { drafts: readonly OrphanedDraft[]; claims: readonly HeldClaim[] }) {
  const { personId } = usePerson();
  const [reading, setReading] = useState<string | null>(null);
  const [here, setHere] = useState<readonly HereDraft[]>([]);
  useEffect(() => {
    const known = new Set([...drafts, ...claims].map(({ taskId }) => taskId));
    setHere(draftsHere(localStorage, Object.keys(localStorage), personId, known, serverNowMs()));
  }, [drafts, claims, personId]);
  if (drafts.length + here.length === 0) return null;
  return (
    <Section title="Words without a claim">
      <p className={classes.soft}>You wrote these and lost the claim. Open one to claim it again and go on, or read it to copy your words.</p>
      <ul className={classes.rows}>
        {drafts.map(({ taskId, decisionType, savedAt, open }) => (
          <Row key={taskId} taskId={taskId} name={decisionType} linked={open}><span>written <Distance instant={savedAt} /></span><span className={classes.soft}>{open ? 'still open' : 'no longer open'} <Read taskId={taskId} onRead={setReading} /></span></Row>
        ))}
        {here.map(({ taskId, savedAtMs }) => (
          <Row key={taskId} taskId={taskId} name={`Task ${taskId.slice(0, 8)}`} linked><span>written <Distance instant={new Date(savedAtMs).toISOString()} /></span><span className={classes.soft}>in this browser only <Read taskId={taskId} onRead={setReading} /></span></Row>
        ))}
      </ul>
      {reading !== null && <Words taskId={reading} onClose={() => setReading(null)} />}
    </Section>
  );
}

function Read({ taskId, onRead }: { taskId: string; onRead(taskId: string): void }) {
  return <Button size="compact-xs" variant="default" aria-label={`Read what you wrote of task ${taskId.slice(0, 8)}`} onClick={() => onRead(taskId)}>Read</Button>;
}

function Words({ taskId, onClose }: { taskId: string; onClose(): void }) {
  const api = useApi();
  const { personId } = usePerson();
  const words = useQuery({
    queryKey: ['drafts', taskId],
    async queryFn(): Promise<Draft | null> {
      const stored = await api.call<StoredDraft>({ method: 'GET', path: `/v1/reviews/tasks/${taskId}/draft` }).catch((error: unknown) => {
        // It never had any, or they went with the task.
        if (error instanceof ProblemError && error.status === 404) return null;
        throw error;
      });
      return laterOf(readLocal(localStorage, draftKey(personId, taskId)), stored);
    },
  });
  return (
    <Dialog title="What you wrote" wide onClose={onClose}>
      <Loaded query={words} label="what you wrote" rows={3}>{(draft) => (draft === null ? <p>Nothing of it is kept any more.</p> : <Text text={wordsOf(draft)} />)}</Loaded>
    </Dialog>
  );
}

function Text({ text }: { text: string }) {
  const copy = () => void navigator.clipboard.writeText(text).then(() => announce('Copied.'));
  return <div className={classes.words}><p className={classes.written} dir="auto">{text}</p><div><Button variant="default" onClick={copy}>Copy it</Button></div></div>;
}
