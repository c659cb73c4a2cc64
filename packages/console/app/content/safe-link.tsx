/** An address out of a decision. Text unless it is http or https, and then it is asked first: whoever wrote it may wish to learn who follows it. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { Dialog } from '../parts/dialog.tsx';
import classes from './content.module.css';
import { linkOf } from './part-view.ts';

export function SafeLink({ uri, children }: { uri: string; children: string }) {
  const [asked, setAsked] = useState(false);
  const url = linkOf(uri);
  if (url === null) return <span dir="auto">{children}</span>;
  return (
    <>
      <button type="button" className={classes.link} dir="auto" onClick={() => setAsked(true)}>{children}</button>
      {asked && (
        <Dialog title={`Open ${url.host}?`} onClose={() => setAsked(false)}>
          <div className={classes.confirm}>
            <p>This address comes with the decision, not from us. It opens in a new tab, without telling where you came from.</p>
            <p className={classes.address} dir="ltr">{url.href}</p>
            <div className={classes.buttons}>
              <Button component="a" href={url.href} target="_blank" rel="noreferrer noopener" onClick={() => setAsked(false)}>Open it</Button>
              <Button variant="default" onClick={() => setAsked(false)}>Stay here</Button>
            </div>
          </div>
        </Dialog>
      )}
    </>
  );
}
