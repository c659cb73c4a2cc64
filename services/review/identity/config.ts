/** Settings of signing in, and what they must not be. */

import { defineSettings, SettingsError, tokenAudience } from '@countersign/kit';
import type { CommonSettings, ValuesOf } from '@countersign/kit';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const identitySettings = defineSettings('review', {
  publicUrl: { kind: 'text', env: 'COUNTERSIGN_PUBLIC_URL', default: null, describe: 'Where people reach the console, such as https://countersign.example.com: the origin of its links and cookies' },
  oidcIssuer: { kind: 'text', env: 'COUNTERSIGN_OIDC_ISSUER', default: null, describe: 'Issuer of the OpenID Connect provider where people sign in; without it nobody can sign in to the console' },
  oidcClientId: { kind: 'text', env: 'COUNTERSIGN_OIDC_CLIENT_ID', default: null, describe: `Client id at that provider; not \`${tokenAudience}\` where it signs bearer tokens too, whose audience that is` },
  oidcClientSecret: { kind: 'secret', env: 'COUNTERSIGN_OIDC_CLIENT_SECRET', default: null, describe: 'Client secret at that provider; without it the client is public and relies on PKCE alone' },
  oidcScopes: { kind: 'text', env: 'COUNTERSIGN_OIDC_SCOPES', default: 'openid profile', describe: 'Scopes that are asked for' },
  oidcRolesClaim: { kind: 'text', env: 'COUNTERSIGN_OIDC_ROLES_CLAIM', default: 'roles', describe: 'Claim with the roles that somebody unknown is entered with' },
  oidcProviderName: { kind: 'text', env: 'COUNTERSIGN_OIDC_PROVIDER_NAME', default: null, describe: 'What people call that provider; its host unless set' },
  enterUnknown: { kind: 'boolean', env: 'COUNTERSIGN_OIDC_ENTER_UNKNOWN', default: false, describe: 'Enter somebody unknown on first sign-in, with the roles of the claim and no qualification; otherwise an administrator enters them first' },
  firstAdmins: { kind: 'list', env: 'COUNTERSIGN_FIRST_ADMINS', default: [], describe: 'Subjects that are entered as admin on first sign-in, separated by commas' },
  issuerKeyFile: { kind: 'text', env: 'COUNTERSIGN_ISSUER_KEY_FILE', default: null, describe: 'File with the private Ed25519 JWK, or a JWK set of them, that signs the tokens of people who are signed in; the first signs, all are published' },
  sessionIdleMs: { kind: 'integer', env: 'COUNTERSIGN_SESSION_IDLE_MS', default: hourMs, min: minuteMs, max: 24 * hourMs, describe: 'A session ends when it was not used for so long' },
  sessionLifeMs: { kind: 'integer', env: 'COUNTERSIGN_SESSION_LIFE_MS', default: 12 * hourMs, min: minuteMs, max: 30 * 24 * hourMs, describe: 'A session ends so long after sign-in, used or not' },
  sessionsMax: { kind: 'integer', env: 'COUNTERSIGN_SESSIONS_MAX', default: 3, min: 1, max: 100, describe: 'Sessions a person may have at once; one more ends the oldest' },
  consoleDir: { kind: 'text', env: 'COUNTERSIGN_CONSOLE_DIR', default: null, describe: 'Folder of the built console, which review serves at /' },
});

/** The provider, complete. */
export type ProviderConfig = { issuer: URL; clientId: string; clientSecret: string | null; scopes: string; rolesClaim: string; name: string; insecure: boolean };

export type IdentityConfig = ValuesOf<typeof identitySettings> & {
  /** An origin, without a path. */
  publicOrigin: string | null;
  provider: ProviderConfig | null;
  development: boolean;
};

/** Completes the settings. Throws `SettingsError` naming everything that does not fit together. */
export function checkIdentityConfig(values: ValuesOf<typeof identitySettings>, { environment, tokenIssuer }: Pick<CommonSettings, 'environment' | 'tokenIssuer'>): IdentityConfig {
  const development = environment !== 'production';
  const problems: string[] = [];
  const publicUrl = urlOf('COUNTERSIGN_PUBLIC_URL', values.publicUrl, development, problems);
  const issuer = urlOf('COUNTERSIGN_OIDC_ISSUER', values.oidcIssuer, development, problems);
  if (publicUrl !== null && (publicUrl.pathname !== '/' || publicUrl.search !== '')) problems.push('COUNTERSIGN_PUBLIC_URL must be an origin without a path: the console is served at its root.');
  if (issuer !== null) {
    if (publicUrl === null) problems.push('COUNTERSIGN_PUBLIC_URL is required with COUNTERSIGN_OIDC_ISSUER: the provider sends people back there.');
    if (values.oidcClientId === null) problems.push('COUNTERSIGN_OIDC_CLIENT_ID is required with COUNTERSIGN_OIDC_ISSUER.');
    if (values.issuerKeyFile === null) problems.push('COUNTERSIGN_ISSUER_KEY_FILE is required with COUNTERSIGN_OIDC_ISSUER: it signs the tokens of who is signed in.');
    // An ID token is for the client: for this one it would be a bearer token too, good without a session and without the register.
    if (values.oidcClientId === tokenAudience && withoutSlash(issuer.href) === withoutSlash(tokenIssuer)) problems.push(`COUNTERSIGN_OIDC_CLIENT_ID must not be ${tokenAudience} where COUNTERSIGN_OIDC_ISSUER is COUNTERSIGN_TOKEN_ISSUER: bearer tokens are for that audience, and the ID tokens of people would pass as such. Give the client another id, such as countersign-console.`);
  }
  if (problems.length > 0) throw new SettingsError(problems);
  const provider = issuer === null ? null : {
    issuer, clientId: values.oidcClientId ?? '', clientSecret: values.oidcClientSecret, scopes: values.oidcScopes, rolesClaim: values.oidcRolesClaim,
    name: values.oidcProviderName ?? issuer.host, insecure: development && issuer.protocol === 'http:',
  };
  return { ...values, publicOrigin: publicUrl?.origin ?? null, provider, development };
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, '');
}

/** Passwords and codes travel to these: http is for development on one machine. */
function urlOf(name: string, text: string | null, development: boolean, problems: string[]): URL | null {
  if (text === null) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) problems.push(`${name} must be a URL, not "${text}".`);
  else if (url.protocol === 'http:' && !development) problems.push(`${name} must be https in production.`);
  return url;
}
