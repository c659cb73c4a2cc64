import type { FastifyPluginAsync } from 'fastify';
import type { CommonSettings } from '@countersign/kit';
import { seededPeople } from '../development-provider/people.ts';
import { createDevelopmentProvider } from '../development-provider/provider.ts';
import { developmentProviderRoutes } from '../development-provider/routes.ts';
import { holdPort } from '../infrastructure/ports.ts';

/** The development provider beside the services, and what review must be told of it. */
export type SignInPages = { port: number; env: Readonly<Record<string, string>>; routes: FastifyPluginAsync; letPortGo(): Promise<void> };

/** The provider and those who rely on it must agree on the address before anybody listens: a port that is free to choose is held until then. */
export async function developmentSignIn(settings: Pick<CommonSettings, 'httpHost' | 'httpPort' | 'environment'>): Promise<SignInPages> {
  const held = settings.httpPort === 0 ? await holdPort(settings.httpHost) : undefined;
  const port = held?.port ?? settings.httpPort;
  const origin = `http://${settings.httpHost}:${port}`;
  try {
    const provider = createDevelopmentProvider({ origin, environment: settings.environment, people: seededPeople });
    let letGo = held?.letGo;
    return {
      port,
      env: {
        COUNTERSIGN_PUBLIC_URL: origin, COUNTERSIGN_OIDC_ISSUER: provider.issuer, COUNTERSIGN_OIDC_CLIENT_ID: provider.clientId, COUNTERSIGN_OIDC_CLIENT_SECRET: provider.clientSecret,
        COUNTERSIGN_OIDC_PROVIDER_NAME: 'the development sign-in',
      },
      routes: developmentProviderRoutes(provider, seededPeople),
      letPortGo: async () => {
        const close = letGo;
        letGo = undefined;
        await close?.();
      },
    };
  } catch (error) {
    await held?.letGo();
    throw error;
  }
}
