/** Said over the screen, moving nothing, when the session ended or changed hands; the screen itself stays, with everything typed. */

import { Button } from '@mantine/core';
import { useRouterState } from '@tanstack/react-router';
import { useRuntime, useSession } from '../runtime.tsx';
import classes from './shell.module.css';

export function SessionBar() {
  const view = useSession();
  const { session } = useRuntime();
  const path = useRouterState({ select: (state) => state.location.href });
  if (view.state === 'ended') {
    return (
      <div className={classes.bar} role="alert">
        <span>Your session has ended. What you typed is kept; sign in again to go on.</span>
        <Button component="a" href={session.signInAddress(path)}>Sign in again</Button>
      </div>
    );
  }
  if (view.state === 'replaced') {
    return (
      <div className={classes.bar} role="alert">
        <span>{view.by} signed in in another tab of this browser. Nothing more is sent from here in your name.</span>
        <Button onClick={() => window.location.assign('/')}>Go on as {view.by}</Button>
      </div>
    );
  }
  return null;
}
