/** The OpenID Connect provider where people sign in: code flow with PKCE, state and nonce (OpenID Connect Core 1.0, RFC 7636, RFC 9207). */

import * as client from 'openid-client';
import type { ProviderConfig } from './config.ts';
import type { PendingSignIn } from './session-store.ts';

/** Who the provider says somebody is, and the ID token in which it says so. */
export type Vouched = { subject: string; name: string; roles: readonly string[]; idToken: string };

export type IdentityProvider = {
  /** What people call it. */
  name: string;
  issuer: string;
  /** The address to send a browser to, and what to remember until it comes back. */
  begin(to: string): Promise<{ url: string; state: string; pending: Omit<PendingSignIn, 'begunAt'> }>;
  /** Who came back with `query`. Throws whatever does not hold: the provider's refusal, another nonce, a signature. */
  complete(query: string, state: string, pending: PendingSignIn): Promise<Vouched>;
  /**
   * Where signing out of the provider goes on, or `null` where it has no such page. Never throws. With the ID token of the session it need not ask
   * whether the person means it (OpenID Connect RP-Initiated Logout 1.0, 2).
   */
  endSessionUrl(idToken: string | null): Promise<string | null>;
};

const timeoutS = 10;
/** Keys and addresses of a provider change seldom; a failed look is never remembered. */
const rediscoverMs = 3_600_000;

/** Looks the provider up when it is first needed, and again when that fails or is old: review starts without it. */
export function openProvider(config: ProviderConfig, publicOrigin: string): IdentityProvider {
  const redirectUri = `${publicOrigin}/auth/callback`;
  const discover = discovery(config);
  return {
    name: config.name,
    issuer: config.issuer.href,
    begin: async (to) => {
      const verifier = client.randomPKCECodeVerifier();
      const state = client.randomState();
      const nonce = client.randomNonce();
      const url = client.buildAuthorizationUrl(await discover(), {
        redirect_uri: redirectUri, scope: config.scopes, state, nonce, code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
      });
      return { url: url.href, state, pending: { verifier, nonce, to } };
    },
    complete: async (query, state, { verifier, nonce }) => {
      const found = await discover();
      const tokens = await client.authorizationCodeGrant(found, new URL(`${redirectUri}${query}`), { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true });
      const claims = tokens.claims();
      if (claims === undefined || tokens.id_token === undefined) throw new Error('The provider sent no ID token.');
      const complete = claims['name'] !== undefined && claims[config.rolesClaim] !== undefined;
      const more = complete || found.serverMetadata().userinfo_endpoint === undefined ? {} : await client.fetchUserInfo(found, tokens.access_token, claims.sub);
      return { ...vouchedBy({ ...more, ...claims }, config.rolesClaim), idToken: tokens.id_token };
    },
    endSessionUrl: async (idToken) => {
      try {
        const found = await discover();
        if (found.serverMetadata().end_session_endpoint === undefined) return null;
        return client.buildEndSessionUrl(found, { post_logout_redirect_uri: `${publicOrigin}/sign-in`, ...(idToken === null ? {} : { id_token_hint: idToken }) }).href;
      } catch {
        // Our session has ended all the same; theirs is theirs.
        return null;
      }
    },
  };
}

function discovery(config: ProviderConfig): () => Promise<client.Configuration> {
  let found: { configuration: Promise<client.Configuration>; atMs: number } | undefined;
  return async () => {
    if (found === undefined || Date.now() - found.atMs > rediscoverMs) {
      // The ID token's signature is checked too, not only the channel that it came by.
      const execute = [client.enableNonRepudiationChecks, ...(config.insecure ? [client.allowInsecureRequests] : [])];
      const authentication = config.clientSecret === null ? client.None() : client.ClientSecretBasic(config.clientSecret);
      const configuration = client.discovery(config.issuer, config.clientId, undefined, authentication, { execute, timeout: timeoutS });
      const mine = { configuration, atMs: Date.now() };
      found = mine;
      configuration.catch(() => {
        if (found === mine) found = undefined;
      });
    }
    return await found.configuration;
  };
}

const subjectCharsMax = 200;
/** On record, such a subject is an API key's: no person may be taken for one. */
const reservedSubject = /^api-key[:/]/;
const nameCharsMax = 200;

function vouchedBy(claims: Readonly<Record<string, unknown>>, rolesClaim: string): Omit<Vouched, 'idToken'> {
  const subject = textOf(claims['sub']).trim();
  if (subject === '' || subject.length > subjectCharsMax || reservedSubject.test(subject)) throw new Error('The provider names nobody that could be entered.');
  const name = [claims['name'], claims['preferred_username']].map(textOf).find((text) => text.trim() !== '') ?? subject;
  const roles = claims[rolesClaim];
  return { subject, name: name.trim().slice(0, nameCharsMax), roles: (Array.isArray(roles) ? roles : [roles]).filter((role) => typeof role === 'string') };
}

function textOf(claim: unknown): string {
  return typeof claim === 'string' ? claim : '';
}
