import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { KafkaConnection, KafkaLogger } from '@countersign/kafka';
import { commonSettings, SettingsError, type ValuesOf } from './settings.ts';

const { brokers, sessionTimeoutMs, registryUrl, topicPrefix, kafkaTls, kafkaTlsCa, kafkaTlsCert, kafkaTlsKey, kafkaSaslMechanism, kafkaSaslUsername, kafkaSaslPassword } = commonSettings;
/** How a client and the brokers know each other. */
export const kafkaSecuritySettings = { kafkaTls, kafkaTlsCa, kafkaTlsCert, kafkaTlsKey, kafkaSaslMechanism, kafkaSaslUsername, kafkaSaslPassword };
/** All that it takes to read and write topics: for whoever is no service. */
export const kafkaSettings = { brokers, sessionTimeoutMs, registryUrl, topicPrefix, ...kafkaSecuritySettings };
export type KafkaSettings = ValuesOf<typeof kafkaSettings>;

/** The one way from settings to Kafka, of services, the set-up and the command line alike. Throws `SettingsError` where a certificate is none. */
export function kafkaConnection(settings: KafkaSettings, clientId: string, logger: KafkaLogger): KafkaConnection {
  const { kafkaSaslMechanism: mechanism, kafkaSaslUsername: username, kafkaSaslPassword: password } = settings;
  return {
    brokers: settings.brokers, sessionTimeoutMs: settings.sessionTimeoutMs, clientId, logger, tls: tlsOf(settings),
    ...(mechanism === null || username === null || password === null ? {} : { sasl: { mechanism: mechanism as NonNullable<KafkaConnection['sasl']>['mechanism'], username, password } }),
  };
}

/** Looked at before anybody connects: the client would fail at each try, and say what OpenSSL says. */
function tlsOf({ kafkaTls: on, kafkaTlsCa: ca, kafkaTlsCert: cert, kafkaTlsKey: key }: KafkaSettings): NonNullable<KafkaConnection['tls']> {
  const pair = cert === null || key === null ? null : { cert, key };
  if (ca !== null) refuseUnless(() => new X509Certificate(ca), `${kafkaTlsCa.env} holds no certificate in PEM`);
  if (pair !== null) refuseUnless(() => createSecureContext(pair), `${kafkaTlsCert.env} and ${kafkaTlsKey.env} are not a certificate and its private key, in PEM and without a passphrase`);
  return ca === null && pair === null ? on : { ...(ca === null ? {} : { ca }), ...pair };
}

/** Without the cause: it comes from whatever was given, a private key perhaps. */
function refuseUnless(look: () => unknown, problem: string): void {
  try {
    look();
  } catch {
    throw new SettingsError([`${problem}: name its file in the variable with _FILE at the end.`]);
  }
}
