/** Every screen and its path; each is loaded when it is first gone to. */

import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Navigate } from '@tanstack/react-router';
import { Page } from './parts/page.tsx';
import { EmptyState, ErrorState } from './parts/states.tsx';
import { usePerson } from './runtime.tsx';
import { readDecisionSearch } from './screens/decision/search.ts';
import { readExportsSearch } from './screens/exports/search.ts';
import { readHistorySearch } from './screens/history/search.ts';
import { readOversightSearch } from './screens/oversight/search.ts';
import { readPeopleSearch } from './screens/people/search.ts';
import { readPoliciesSearch } from './screens/policies/search.ts';
import { readPrivacySearch } from './screens/privacy/search.ts';
import { readQueuesSearch } from './screens/queues/search.ts';
import { readRecordSearch } from './screens/record/search.ts';
import { Gate } from './session/gate.tsx';
import { placesFor } from './shell/places.ts';
import { Shell } from './shell/shell.tsx';

const root = createRootRoute({ component: Gate });
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string; problem?: string } => ({
    ...(typeof search['to'] === 'string' ? { to: search['to'] } : {}), ...(typeof search['problem'] === 'string' ? { problem: search['problem'] } : {}),
  }),
  component: lazyRouteComponent(() => import('./screens/sign-in/screen.tsx'), 'SignInScreen'),
});
const inside = createRoute({ getParentRoute: () => root, id: 'inside', component: Shell });
const start = createRoute({ getParentRoute: () => inside, path: '/', component: Start });
const work = createRoute({ getParentRoute: () => inside, path: '/work', component: lazyRouteComponent(() => import('./screens/work/screen.tsx'), 'WorkScreen') });
const review = createRoute({ getParentRoute: () => inside, path: '/review/$taskId', component: lazyRouteComponent(() => import('./screens/review/screen.tsx'), 'ReviewScreen') });
const history = createRoute({ getParentRoute: () => inside, path: '/history', validateSearch: readHistorySearch, component: lazyRouteComponent(() => import('./screens/history/screen.tsx'), 'HistoryScreen') });
const queues = createRoute({ getParentRoute: () => inside, path: '/queues', validateSearch: readQueuesSearch, component: lazyRouteComponent(() => import('./screens/queues/screen.tsx'), 'QueuesScreen') });
const people = createRoute({ getParentRoute: () => inside, path: '/people', validateSearch: readPeopleSearch, component: lazyRouteComponent(() => import('./screens/people/screen.tsx'), 'PeopleScreen') });
const keys = createRoute({ getParentRoute: () => inside, path: '/keys', component: lazyRouteComponent(() => import('./screens/keys/screen.tsx'), 'KeysScreen') });
const settings = createRoute({ getParentRoute: () => inside, path: '/settings', component: lazyRouteComponent(() => import('./screens/settings/screen.tsx'), 'SettingsScreen') });
const oversight = createRoute({ getParentRoute: () => inside, path: '/oversight', validateSearch: readOversightSearch, component: lazyRouteComponent(() => import('./screens/oversight/screen.tsx'), 'OversightScreen') });
const policies = createRoute({ getParentRoute: () => inside, path: '/policies', validateSearch: readPoliciesSearch, component: lazyRouteComponent(() => import('./screens/policies/screen.tsx'), 'PoliciesScreen') });
const record = createRoute({ getParentRoute: () => inside, path: '/record', validateSearch: readRecordSearch, component: lazyRouteComponent(() => import('./screens/record/screen.tsx'), 'RecordScreen') });
const decision = createRoute({ getParentRoute: () => inside, path: '/record/decision', validateSearch: readDecisionSearch, component: lazyRouteComponent(() => import('./screens/decision/screen.tsx'), 'DecisionScreen') });
const exports = createRoute({ getParentRoute: () => inside, path: '/record/exports', validateSearch: readExportsSearch, component: lazyRouteComponent(() => import('./screens/exports/screen.tsx'), 'ExportsScreen') });
const log = createRoute({ getParentRoute: () => inside, path: '/record/log', component: lazyRouteComponent(() => import('./screens/log/screen.tsx'), 'LogScreen') });
const privacy = createRoute({ getParentRoute: () => inside, path: '/record/privacy', validateSearch: readPrivacySearch, component: lazyRouteComponent(() => import('./screens/privacy/screen.tsx'), 'PrivacyScreen') });
/** Inside the shell, so that the way out of a mistyped address is there. */
const nowhere = createRoute({ getParentRoute: () => inside, path: '$', component: NotFound });

const routeTree = root.addChildren([signIn, inside.addChildren([start, work, review, history, queues, people, keys, settings, oversight, policies, record, decision, exports, log, privacy, nowhere])]);

/** A fresh router on the page's address. */
export function createConsoleRouter() {
  return createRouter({ routeTree, defaultPreload: 'intent', scrollRestoration: true, defaultPendingMinMs: 0, defaultNotFoundComponent: NotFound, defaultErrorComponent: ({ error }) => <ErrorState error={error} onRetry={() => window.location.reload()} /> });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}

/** The first place that is open to whoever came. */
function Start() {
  const { permissions } = usePerson();
  return <Navigate to={placesFor(permissions)[0]?.path ?? '/settings'} replace />;
}

function NotFound() {
  return <Page title="Nothing here"><EmptyState title="There is no such place">The address may be mistyped. Every place is in the navigation.</EmptyState></Page>;
}
