/** A dialog that asks for something and sends it: what went wrong is said in it, and nothing typed is lost. */

import { Button } from '@mantine/core';
import { useEffect, useId, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { announce } from './announcer.tsx';
import { Dialog } from './dialog.tsx';
import classes from './form-dialog.module.css';
import { InlineProblem } from './states.tsx';

type FormDialogProps = {
  title: string;
  submit: string;
  /** What the button that changes nothing says. */
  cancel?: string;
  /** What is done cannot be taken back. */
  danger?: boolean;
  wide?: boolean;
  /** What keeps it from being sent, in words; null where nothing does. */
  missing?: string | null;
  /** Resolves when it is done; the caller closes the dialog. */
  onSubmit(): Promise<unknown>;
  onClose(): void;
  children: ReactNode;
};

export function FormDialog({ title, submit, cancel = 'Cancel', danger = false, wide = false, missing = null, onSubmit, onClose, children }: FormDialogProps) {
  const form = useRef<HTMLFormElement>(null);
  const missingId = useId();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  // After the dialog has opened, whose own first choice is its close button.
  useEffect(() => form.current?.querySelector<HTMLElement>('input:not([disabled]), textarea, select')?.focus(), []);
  const send = async () => {
    if (missing !== null) announce(missing);
    if (busy || missing !== null) return;
    setBusy(true);
    setProblem(null);
    try {
      await onSubmit();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} wide={wide} onClose={onClose}>
      <form
        ref={form} className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        {children}
        {problem !== null && <InlineProblem error={problem} />}
        <div className={classes.actions}>
          <span className={classes.missing} id={missingId}>{missing}</span>
          <Button type="button" variant="default" size="sm" onClick={onClose}>{cancel}</Button>
          <Button type="submit" size="sm" {...(danger ? { color: 'red' } : {})} aria-disabled={busy || missing !== null} aria-describedby={missing === null ? undefined : missingId} data-busy={busy}>{busy ? 'Sending…' : submit}</Button>
        </div>
      </form>
    </Dialog>
  );
}
