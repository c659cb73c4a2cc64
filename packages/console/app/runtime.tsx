/** What every screen is given: session, API, live events. Made once for the page, handed down by context. */

import { QueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useRef, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { ApiClient } from './api/client.ts';
import { Connection } from './api/connection.ts';
import type { ConnectionView } from './api/connection.ts';
import { followEvents } from './api/live.ts';
import type { LiveEvent } from './api/live.ts';
import { isPassing } from './api/problem.ts';
import { noteServerDate } from './parts/clock.ts';
import { Session } from './session/session.ts';
import type { Person, SessionView } from './session/session.ts';

export type LiveListener = (event: LiveEvent | { event: 'reconnected'; data: '' }) => void;

export type Runtime = { session: Session; api: ApiClient; connection: Connection; queries: QueryClient; onLive(listener: LiveListener): () => void };

const channelName = 'countersign.session';

/** The one runtime of the page. Starts asking who is signed in at once, before anything is drawn. */
export function createRuntime(): Runtime & { emitLive: LiveListener } {
  const channel = new BroadcastChannel(channelName);
  const session = new Session({ fetch: (path, init) => fetch(path, init), nowMs: () => Date.now(), announce: () => channel.postMessage('changed') });
  for (const input of ['pointermove', 'pointerdown', 'wheel', 'keydown', 'input']) window.addEventListener(input, session.use, { passive: true, capture: true });
  channel.onmessage = () => void session.check();
  const connection = new Connection();
  const api = new ApiClient(session, async (path, init) => {
    const answer = await fetch(path, init);
    noteServerDate(answer.headers.get('date'));
    return answer;
  }, connection.reached);
  const queries = new QueryClient({
    defaultOptions: {
      queries: { networkMode: 'always', staleTime: 5000, retry: (failures, error) => failures < 2 && isPassing(error) },
      mutations: { networkMode: 'always', retry: false },
    },
  });
  const listeners = new Set<LiveListener>();
  window.addEventListener('offline', () => connection.reached(false));
  window.addEventListener('online', () => void session.check().then(() => queries.invalidateQueries()));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void session.check();
  });
  void session.check();
  return {
    session, api, connection, queries,
    onLive(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emitLive: (event) => listeners.forEach((listener) => listener(event)),
  };
}

const RuntimeContext = createContext<Runtime | null>(null);

export function RuntimeProvider({ runtime, children }: { runtime: Runtime; children: ReactNode }) {
  return <RuntimeContext value={runtime}>{children}</RuntimeContext>;
}

export function useRuntime(): Runtime {
  const runtime = useContext(RuntimeContext);
  if (runtime === null) throw new Error('There is no runtime above this component.');
  return runtime;
}

export function useApi(): ApiClient {
  return useRuntime().api;
}

export function useSession(): SessionView {
  const { session } = useRuntime();
  return useSyncExternalStore(session.subscribe, session.view);
}

/** Who is signed in, also while their session has just ended. Inside the shell there always is somebody. */
export function usePerson(): Person {
  const view = useSession();
  if (!('person' in view)) throw new Error('Nobody is signed in.');
  return view.person;
}

export function useConnection(): ConnectionView {
  const { connection } = useRuntime();
  return useSyncExternalStore(connection.subscribe, connection.view);
}

/** Calls the listener for each live event while the component stands; `reconnected` says that some may have been missed. */
export function useLive(listener: LiveListener): void {
  const { onLive } = useRuntime();
  useEffect(() => onLive(listener), [onLive, listener]);
}

/** Follows the live stream while somebody is signed in who may use it. */
export function useLiveStream({ api, connection }: Runtime, emit: LiveListener, wanted: boolean): void {
  // Also across a session that ended: what happened until the next one stood was missed.
  const stood = useRef(false);
  useEffect(() => {
    if (!wanted) return;
    const stopped = new AbortController();
    void followEvents({
      open: (signal) => api.open({ method: 'GET', path: '/v1/reviews/events', signal }),
      onEvent: emit,
      onState(connected) {
        connection.streaming(connected);
        if (connected && stood.current) emit({ event: 'reconnected', data: '' });
        stood.current ||= connected;
      },
    }, stopped.signal);
    return () => {
      stopped.abort();
      connection.streaming(null);
    };
  }, [api, connection, emit, wanted]);
}
