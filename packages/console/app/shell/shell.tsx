/** What stands around every screen: navigation, who is signed in, and whether the server is there. */

import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { Suspense } from 'react';
import { Announcer } from '../parts/announcer.tsx';
import { Icon } from '../parts/icon.tsx';
import { Page } from '../parts/page.tsx';
import { EmptyState } from '../parts/states.tsx';
import { usePerson, useSession } from '../runtime.tsx';
import { refusalText } from '../session/roles.ts';
import { ConnectionBar } from './connection-bar.tsx';
import { PersonMenu } from './person-menu.tsx';
import { placeOf, placesFor, mayGo } from './places.ts';
import classes from './shell.module.css';
import { SessionBar } from './session-bar.tsx';
import { ThemeToggle } from './theme-toggle.tsx';

export function Shell() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <div className={classes.shell} data-reviewing={path.startsWith('/review/')}>
      <a className={classes.skip} href="#content">Skip to the content</a>
      <Navigation />
      <div className={classes.main}>
        <SessionBar />
        <main id="content" className={classes.content} tabIndex={-1}>
          <Suspense><Permitted path={path} /></Suspense>
        </main>
      </div>
      <Announcer />
    </div>
  );
}

function Navigation() {
  const { permissions } = usePerson();
  const shown = placesFor(permissions);
  return (
    <nav className={classes.nav} aria-label="Places">
      <Link to="/" className={classes.brand} aria-label="Countersign: to the start">
        <img src="/favicon.svg" alt="" width={24} height={24} />
        <span className={classes.label}>Countersign</span>
      </Link>
      <ul className={classes.places}>
        {shown.map(({ path, label, icon, group }, index) => (
          <li key={path} data-first-of-group={index > 0 && shown[index - 1]?.group !== group}>
            <Link to={path} className={classes.place} activeProps={{ 'data-active': true }} title={label}>
              <Icon name={icon} size={18} />
              <span className={classes.label}>{label}</span>
            </Link>
          </li>
        ))}
      </ul>
      <div className={classes.foot}>
        <ConnectionBar />
        <ThemeToggle />
        <PersonMenu />
      </div>
    </nav>
  );
}

/** The server refuses what is not permitted; this says so before anything is asked. */
function Permitted({ path }: { path: string }) {
  const { permissions } = usePerson();
  const session = useSession();
  const place = placeOf(path);
  if (session.state === 'replaced') return null;
  if (place !== undefined && !mayGo(place, permissions)) {
    return <Page title={place.label}><EmptyState title="This place is not open to you">{refusalText(place.permissions)}</EmptyState></Page>;
  }
  return <Outlet />;
}
