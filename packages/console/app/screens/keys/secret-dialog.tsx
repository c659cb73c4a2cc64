/** A secret, shown this once: it can be left only by saying that it is kept. */

import { Button } from '@mantine/core';
import { useRef, useState } from 'react';
import { announce } from '../../parts/announcer.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import type { MintedKey } from './dialogs.tsx';
import classes from './screen.module.css';

export function SecretDialog({ minted: { name, secret }, onClose }: { minted: MintedKey; onClose(): void }) {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret);
      setCopied('yes');
      announce('Copied.');
    } catch {
      // No clipboard here: selected, so that the keyboard can copy it.
      setCopied('failed');
      field.current?.select();
    }
  };
  return (
    <Dialog title={`The key of ${name}`} onClose={null}>
      <div className={classes.secret}>
        <p className={classes.warning}>This is shown only now. Nobody can read it again, not even an administrator: put it where your pipeline keeps its secrets before you close this.</p>
        <label className={classes.field}>
          <span className="visually-hidden">Secret</span>
          <input ref={field} readOnly value={secret} spellCheck={false} autoComplete="off" onFocus={(event) => event.currentTarget.select()} />
        </label>
        {copied === 'failed' && <p className={classes.note} role="status">This browser does not let the page copy. It is selected: copy it with the keyboard.</p>}
        <div className={classes.buttons}>
          <Button size="sm" onClick={() => void copy()}>{copied === 'yes' ? 'Copied' : 'Copy'}</Button>
          <Button size="sm" variant="default" onClick={onClose}>I have kept it</Button>
        </div>
      </div>
    </Dialog>
  );
}
