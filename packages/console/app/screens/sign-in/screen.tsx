/** The only screen for whoever is not signed in. */

import { Button } from '@mantine/core';
import { Navigate, useLocation, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useRuntime, useSession } from '../../runtime.tsx';
import { localPath } from '../../session/session.ts';
import { Bone } from '../../parts/states.tsx';
import classes from './screen.module.css';

const problems: Readonly<Record<string, string>> = {
  'not-registered': 'You were recognised, but nobody has entered you here yet. Ask an administrator to do so, and tell them this id:',
  inactive: 'Your entry is not active at the moment. Ask an administrator if you think it should be.',
  'provider-refused': 'The sign-in service did not confirm who you are. Try once more; if it stays, tell an administrator.',
  expired: 'The sign-in took too long and was dropped for safety. Try once more.',
};

export function SignInScreen() {
  const view = useSession();
  const { session } = useRuntime();
  const { to = '/', problem } = useSearch({ from: '/sign-in' });
  // The hash alone: whoever looks at all of the place is drawn once more on leaving it, and would be sent on again.
  const hash = useLocation({ select: ({ hash: own }) => own });
  useEffect(() => {
    document.title = 'Sign in · Countersign';
  }, []);
  const withoutProvider = view.state === 'signed-out' && view.providerName === null;
  if (view.state === 'signed-in') return <Navigate to={localPath(to)} replace />;
  return (
    <main className={classes.screen}>
      <div className={classes.card}>
        <img src="/favicon.svg" alt="" width={44} height={44} />
        <h1>Countersign</h1>
        <p className={classes.lead}>Accountable people over AI decisions.</p>
        {problem !== undefined && <p className={classes.problem} role="alert">{problems[problem] ?? 'The sign-in did not succeed. Try once more.'}{problem === 'not-registered' && <code className={classes.id}>{hash}</code>}</p>}
        {view.state === 'unreachable' && <p className={classes.problem} role="alert">The server cannot be reached. Check the connection and reload.</p>}
        <div className={classes.action}>
          {withoutProvider ? <p className={classes.problem} role="alert">No sign-in service is configured here. Whoever runs this can say where people sign in.</p> : view.state === 'unknown' ? <Bone width="100%" height="2.5rem" /> : <Button component="a" href={session.signInAddress(to)} size="md" fullWidth classNames={{ root: classes.signIn ?? '', label: classes.label ?? '' }}>{buttonText(view)}</Button>}
        </div>
        <p className={classes.fine}>What you do here is recorded under your name.</p>
      </div>
    </main>
  );
}

function buttonText(view: ReturnType<typeof useSession>): string {
  return view.state === 'signed-out' && view.providerName !== null ? `Sign in with ${view.providerName}` : 'Sign in';
}
