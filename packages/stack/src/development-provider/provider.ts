/** A real OpenID Connect provider for one machine: everything of the protocol, and people who are made up. */

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import Provider, { interactionPolicy } from 'oidc-provider';
import type { Configuration, JWK, KoaContextWithOIDC } from 'oidc-provider';
import { memoryStorage } from './memory.ts';
import type { SeededPerson } from './people.ts';

/** Where it stands on the origin that it serves. */
export const providerPath = '/dev-oidc';
export const clientId = 'countersign';
export const sessionCookie = 'dev_oidc_session';

export type ProviderOptions = { origin: string; environment: string; people: readonly SeededPerson[] };
export type DevelopmentProvider = { provider: Provider; issuer: string; clientId: string; clientSecret: string };

/**
 * Throws in production. What it keeps is in memory: a restart loses sign-ins that are under way and no session, since those
 * are review's.
 */
export function createDevelopmentProvider({ origin, environment, people }: ProviderOptions): DevelopmentProvider {
  if (environment === 'production') throw new Error('The development provider signs anybody in without a password, and does not start in production.');
  const clientSecret = randomBytes(32).toString('base64url');
  const issuer = `${origin}${providerPath}`;
  const provider = new Provider(issuer, configurationOf(origin, clientSecret, people));
  return { provider, issuer, clientId, clientSecret };
}

function configurationOf(origin: string, clientSecret: string, people: readonly SeededPerson[]): Configuration {
  return {
    adapter: memoryStorage(),
    clients: [{
      client_id: clientId, client_secret: clientSecret, redirect_uris: [`${origin}/auth/callback`], response_types: ['code'], grant_types: ['authorization_code'], token_endpoint_auth_method: 'client_secret_basic',
      id_token_signed_response_alg: 'ES256',
    }],
    jwks: { keys: [signingKey()] },
    cookies: { keys: [randomBytes(32).toString('base64url')], names: { session: sessionCookie, interaction: 'dev_oidc_interaction', resume: 'dev_oidc_resume' } },
    claims: { openid: ['sub'], profile: ['name', 'roles'] },
    // Roles in the ID token, as most providers are set up.
    conformIdTokenClaims: false,
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    interactions: { policy: alwaysAsk(), url: (_context, { uid }) => `${providerPath}/sign-in/${uid}` },
    loadExistingGrant: grantAll,
    findAccount: (_context, subject) => {
      const person = people.find(({ personId }) => personId === subject);
      return person === undefined ? undefined : { accountId: subject, claims: () => ({ sub: subject, name: person.name, roles: [...person.roles] }) };
    },
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 3600, Session: 3600, Grant: 3600 },
    renderError: (context, { error, error_description: description }) => {
      context.type = 'text/plain';
      context.body = `${error}: ${description ?? ''}\nBegin again at ${origin}\n`;
    },
  };
}

function signingKey(): JWK {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' };
}

/** Asks at every sign-in, so that one browser can be somebody else a minute later; and never for consent. */
function alwaysAsk(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  policy.remove('consent');
  const { Check } = interactionPolicy;
  policy.get('login')?.checks.add(new Check('always', 'somebody must be picked', (context) => (context.oidc.result?.login === undefined ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT)));
  return policy;
}

async function grantAll({ oidc }: KoaContextWithOIDC) {
  const grant = new oidc.provider.Grant({ clientId: oidc.client?.clientId ?? '', accountId: oidc.session?.accountId ?? '' });
  grant.addOIDCScope('openid profile');
  await grant.save();
  return grant;
}
