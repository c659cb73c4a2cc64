/** Who is signed in, and the way out. */

import { Link } from '@tanstack/react-router';
import { useEffect, useId, useRef, useState } from 'react';
import { Icon } from '../parts/icon.tsx';
import { InlineProblem } from '../parts/states.tsx';
import { usePerson, useRuntime } from '../runtime.tsx';
import classes from './shell.module.css';

export function PersonMenu() {
  const person = usePerson();
  const { session } = useRuntime();
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const id = useId();
  useClosing(root, opener, open, setOpen);
  const [problem, setProblem] = useState<unknown>(null);
  const signOut = () => {
    setProblem(null);
    session.signOut().then((to) => window.location.assign(to)).catch(setProblem);
  };
  return (
    <div className={classes.menuRoot} ref={root}>
      <button ref={opener} type="button" className={classes.tool} aria-expanded={open} aria-controls={id} title={person.name} onClick={() => setOpen(!open)}>
        <span className={classes.initials} aria-hidden="true">{initialsOf(person.name)}</span>
        <span className={classes.label}>{person.name}</span>
      </button>
      {open && (
        <div id={id} className={classes.menu}>
          <p className={classes.who}><strong>{person.name}</strong><span>{person.roles.join(', ')}</span></p>
          <Link to="/settings" className={classes.tool} onClick={() => setOpen(false)}><Icon name="settings" size={18} /><span className={classes.label}>Settings and sessions</span></Link>
          <button type="button" className={classes.tool} onClick={signOut}><Icon name="signout" size={18} /><span className={classes.label}>Sign out</span></button>
          {problem !== null && <InlineProblem error={problem} />}
        </div>
      )}
    </div>
  );
}

/** Escape, a click elsewhere, or the focus leaving close it; Escape gives the focus back. */
function useClosing(root: React.RefObject<HTMLDivElement | null>, opener: React.RefObject<HTMLButtonElement | null>, open: boolean, setOpen: (open: boolean) => void): void {
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (event.target instanceof Node && root.current?.contains(event.target) === false) setOpen(false);
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      setOpen(false);
      opener.current?.focus();
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    document.addEventListener('keydown', escape, true);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
      document.removeEventListener('keydown', escape, true);
    };
  }, [root, opener, open, setOpen]);
}

function initialsOf(name: string): string {
  const parts = name.trim().split(/\s+/);
  return `${parts[0]?.[0] ?? ''}${parts.length > 1 ? (parts.at(-1)?.[0] ?? '') : ''}`.toUpperCase();
}
