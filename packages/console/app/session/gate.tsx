/** Lets in whoever is signed in; everybody else goes to the sign-in screen, which keeps where they wanted to go. */

import { Navigate, Outlet, useRouterState } from '@tanstack/react-router';
import { Bone, ErrorState } from '../parts/states.tsx';
import { useRuntime, useSession } from '../runtime.tsx';
import classes from './gate.module.css';
import { Notice } from './notice.tsx';

export function Gate() {
  const view = useSession();
  const { session } = useRuntime();
  const href = useRouterState({ select: (state) => state.location.href });
  const onTheWay = useRouterState({ select: (state) => state.location.pathname === '/sign-in' });
  // By what is drawn, not by the address: that is ahead of it while a screen loads.
  const signingIn = useRouterState({ select: (state) => state.matches.some(({ routeId }) => routeId === '/sign-in') });
  if (signingIn) return <Outlet />;
  switch (view.state) {
    case 'unknown':
      return <ShellBones />;
    case 'unreachable':
      return <div className={classes.unreachable}><ErrorState error={new Error('The server cannot be reached.')} onRetry={() => void session.check()} /></div>;
    case 'signed-out':
      return onTheWay ? null : <Navigate to="/sign-in" search={href === '/' ? {} : { to: href }} replace />;
    case 'signed-in':
    case 'ended':
    case 'replaced':
      return (
        <>
          <Outlet />
          {view.state === 'signed-in' && view.noticeDue && view.notice !== null && <Notice text={view.notice} />}
        </>
      );
    default:
      return view satisfies never;
  }
}

/** The outline of the shell, at the same measures, for the moment in which it is not known who is there. */
function ShellBones() {
  return (
    <div className={classes.bones} role="status">
      <span className="visually-hidden">Loading</span>
      <div className={classes.boneNav}>{[70, 55, 60, 50].map((width) => <Bone key={width} width={`${width}%`} />)}</div>
      <div className={classes.boneMain}><Bone width="9rem" height="1.5rem" /><Bone width="min(40rem, 90%)" /><Bone width="min(34rem, 80%)" /></div>
    </div>
  );
}
