import { generateKeyPairSync } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { describe, expect, test } from '@jest/globals';
import { kafkaConnection, kafkaSettings } from './kafka.ts';
import { createLog } from './log.ts';
import { readSettings, SettingsError } from './settings.ts';

const certificate = rootCertificates[0] ?? '';
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

function connectionOf(change: NodeJS.ProcessEnv) {
  const { logger: _logger, ...connection } = kafkaConnection(readSettings(kafkaSettings, { COUNTERSIGN_KAFKA_BROKERS: 'a:1,b:2', COUNTERSIGN_REGISTRY_URL: 'http://registry', ...change }), 'somebody', createLog('test', 'silent'));
  return connection;
}

describe('the connection to Kafka', () => {
  const plain = { brokers: ['a:1', 'b:2'], clientId: 'somebody', sessionTimeoutMs: 10_000, tls: false };

  test('is neither secured nor signed in to unless the settings say so', () => {
    expect(connectionOf({})).toEqual(plain);
  });

  test('trusts the authorities of the system, or those that are given', () => {
    expect(connectionOf({ COUNTERSIGN_KAFKA_TLS: 'true' })).toEqual({ ...plain, tls: true });
    expect(connectionOf({ COUNTERSIGN_KAFKA_TLS_CA: certificate })).toEqual({ ...plain, tls: { ca: certificate } });
  });

  test.each(['plain', 'scram-sha-256', 'scram-sha-512'])('signs in by %s', (mechanism) => {
    expect(connectionOf({ COUNTERSIGN_KAFKA_SASL_MECHANISM: mechanism, COUNTERSIGN_KAFKA_SASL_USERNAME: 'u', COUNTERSIGN_KAFKA_SASL_PASSWORD: 'p' })).toEqual({ ...plain, sasl: { mechanism, username: 'u', password: 'p' } });
  });
});

describe('settings that cannot work are refused with their names and no secret', () => {
  test.each<[string, NodeJS.ProcessEnv, RegExp]>([
    ['a mechanism without a user', { COUNTERSIGN_KAFKA_SASL_MECHANISM: 'plain' }, /COUNTERSIGN_KAFKA_SASL_MECHANISM is set without COUNTERSIGN_KAFKA_SASL_USERNAME and COUNTERSIGN_KAFKA_SASL_PASSWORD/],
    ['a password without a mechanism', { COUNTERSIGN_KAFKA_SASL_PASSWORD: 'hunter2' }, /COUNTERSIGN_KAFKA_SASL_PASSWORD is set without COUNTERSIGN_KAFKA_SASL_MECHANISM/],
    ['an unknown mechanism', { COUNTERSIGN_KAFKA_SASL_MECHANISM: 'gssapi', COUNTERSIGN_KAFKA_SASL_USERNAME: 'u', COUNTERSIGN_KAFKA_SASL_PASSWORD: 'hunter2' }, /COUNTERSIGN_KAFKA_SASL_MECHANISM must be one of plain, scram-sha-256, scram-sha-512/],
    ['a file that is not there', { COUNTERSIGN_KAFKA_TLS_CA_FILE: '/nowhere/ca.pem' }, /COUNTERSIGN_KAFKA_TLS_CA_FILE names \/nowhere\/ca.pem, which cannot be read/],
    ['an authority that is no certificate', { COUNTERSIGN_KAFKA_TLS_CA: 'hunter2' }, /COUNTERSIGN_KAFKA_TLS_CA holds no certificate/],
    ['a certificate without its key', { COUNTERSIGN_KAFKA_TLS_CERT: certificate }, /COUNTERSIGN_KAFKA_TLS_CERT is set without COUNTERSIGN_KAFKA_TLS_KEY/],
    ['the key of another', { COUNTERSIGN_KAFKA_TLS_CERT: certificate, COUNTERSIGN_KAFKA_TLS_KEY: key }, /COUNTERSIGN_KAFKA_TLS_CERT and COUNTERSIGN_KAFKA_TLS_KEY are not/],
    ['a key that is none', { COUNTERSIGN_KAFKA_TLS_CERT: certificate, COUNTERSIGN_KAFKA_TLS_KEY: 'hunter2' }, /COUNTERSIGN_KAFKA_TLS_CERT and COUNTERSIGN_KAFKA_TLS_KEY are not/],
  ])('%s', (_what, change, problem) => {
    expect(() => connectionOf(change)).toThrow(SettingsError);
    expect(() => connectionOf(change)).toThrow(problem);
    expect(() => connectionOf(change)).not.toThrow(/hunter2|PRIVATE KEY/);
  });
});
