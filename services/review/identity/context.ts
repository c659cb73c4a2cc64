import type { Log } from '@countersign/kit';
import type { ReviewContext } from '../context.ts';
import type { IdentityConfig } from './config.ts';
import type { SessionIssuer } from './issuer.ts';
import type { IdentityProvider } from './provider.ts';

/** What signing in and sessions are given. */
export type IdentityContext = {
  review: Pick<ReviewContext, 'sql' | 'transact' | 'settings'>;
  config: IdentityConfig;
  log: Log;
  /** `null` where none is configured: nobody can sign in then, and everything else works. */
  provider: IdentityProvider | null;
  /** `null` where no key is configured. */
  issuer: SessionIssuer | null;
};
