import './theme/base.css';
import './theme/tokens.css';
import { theme } from './theme/mantine.ts';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { createConsoleRouter } from './router.tsx';
import { createRuntime, RuntimeProvider, useLiveStream } from './runtime.tsx';

const runtime = createRuntime();
const router = createConsoleRouter();
const colorScheme = localStorageColorSchemeManager({ key: 'countersign.theme' });
const streamPermissions = ['reviews.work', 'reviews.supervise'];

/** Variables and classes of Mantine come from files, never from style elements: the content security policy allows none. */
function Console() {
  const view = useSyncExternalStore(runtime.session.subscribe, runtime.session.view);
  useLiveStream(runtime, runtime.emitLive, view.state === 'signed-in' && view.person.permissions.some((permission) => streamPermissions.includes(permission)));
  return (
    <MantineProvider theme={theme} colorSchemeManager={colorScheme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <QueryClientProvider client={runtime.queries}>
        <RuntimeProvider runtime={runtime}>
          <RouterProvider router={router} />
        </RuntimeProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}

const container = document.getElementById('root');
if (container === null) throw new Error('The page has no root.');
createRoot(container).render(<StrictMode><Console /></StrictMode>);
