/** A modal dialog on the platform's own element: focus stays in it, Escape closes it, and the focus returns to where it was. */

import { useEffect, useId, useRef } from 'react';
import type { ReactNode } from 'react';
import classes from './dialog.module.css';
import { Icon } from './icon.tsx';

/** `onClose` null: it can be left only by what stands in it. */
export function Dialog({ title, wide = false, onClose, children }: { title: string; wide?: boolean; onClose: (() => void) | null; children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog} className={classes.dialog} data-wide={wide} aria-labelledby={id}
      // Asked a second time, a browser closes one that only refuses to be cancelled.
      closedby={onClose === null ? 'none' : 'closerequest'}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <header className={classes.head}>
        <h2 id={id}>{title}</h2>
        {onClose !== null && <button type="button" className={classes.close} aria-label="Close" onClick={onClose}><Icon name="cross" /></button>}
      </header>
      {children}
    </dialog>
  );
}
