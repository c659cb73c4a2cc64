import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { decisionKey, frame, readerType, type DecisionProposed, type EventTypes } from '@countersign/contracts';
import { policyText, proposal } from '../../bench/load.ts';
import { until } from '../../harness/stack.ts';
import type { Deployment } from '../deployment.ts';
import { hostileBodies, json } from './hostile-bodies.ts';

const full = process.env['COUNTERSIGN_TEST_FULL'] === '1';
/** Two of three messages are hostile. */
const messages = full ? 15_000 : 1500;
const requests = full ? 10_000 : 300;
const parallel = 8;
const seed = 20_261_128;

type Change = (value: DecisionProposed) => void;

/** Each change makes a proposal that Avro can carry and intake must refuse, with this code. */
const refusals: ReadonlyArray<readonly [string, Change]> = [
  ['number-out-of-range', (value) => (value.confidence = NaN)],
  ['number-out-of-range', (value) => (value.confidence = Infinity)],
  ['number-out-of-range', (value) => (value.confidence = -0.01)],
  ['number-out-of-range', (value) => (value.reasoning.factors[0] = { name: 'n', value: 'v', weight: NaN })],
  ['number-out-of-range', (value) => (value.attributes['inkShare'] = NaN)],
  ['probability-sum', (value) => (value.alternatives[0] = { label: '9', content: null, probability: 0.9 })],
  ['duplicate-label', (value) => (value.alternatives[0] = { label: '7', content: null, probability: 0.001 })],
  ['clock-ahead', (value) => (value.proposedAt += 3_600_000_000)],
  ['too-old', (value) => (value.proposedAt = 1_000_000)],
  ['text-invalid', (value) => (value.output.label = 'se\u0000ven')],
  ['field-empty', (value) => (value.reasoning.summary = '   ')],
  ['field-empty', (value) => (value.input.parts = [])],
  ['text-too-long', (value) => (value.decisionId = 'd'.repeat(129))],
  ['content-missing', (value) => (value.input.parts[0] = { name: 'a', mediaType: 'text/plain', content: null, uri: null, sha256: null })],
  ['content-missing', (value) => (value.input.parts = [1, 2].map((part) => ({ name: `page ${part}`, mediaType: 'text/plain', content: Buffer.alloc(0), uri: null, sha256: null })))],
  ['uri-not-allowed', (value) => (value.input.parts[0] = { name: 'a', mediaType: 'text/plain', content: null, uri: 'http://169.254.169.254/latest', sha256: 'a'.repeat(64) })],
  ['uri-invalid', (value) => (value.input.parts[0] = { name: 'a', mediaType: 'text/plain', content: null, uri: 'file:///etc/passwd', sha256: 'a'.repeat(64) })],
  ['media-type-invalid', (value) => (value.input.parts[0] = { name: 'a', mediaType: 'nonsense', content: Buffer.from('x'), uri: null, sha256: null })],
  ['too-many', (value) => (value.input.parts = Array.from({ length: 65 }, () => ({ name: 'a', mediaType: 'text/plain', content: Buffer.from('x'), uri: null, sha256: null })))],
];

function hostileBytes(index: number, schemaId: number): Buffer {
  switch (index % 5) {
    case 0: return randomBytes(1 + (index % 400));
    case 1: return frame(4_000_000 + (index % 7), randomBytes(50));
    case 2: return frame(schemaId, randomBytes(200));
    case 3: return readerType('DecisionProposed').toBuffer(proposal(`unframed-${index}`));
    default: return frame(schemaId, readerType('DecisionProposed').toBuffer(proposal(`cut-${index}`)).subarray(0, 40));
  }
}

/** Near to what the topic takes, and far beyond what a decision may have. */
const hugeBytes = 980_000;

/** As `text` would be in UTF-8 if it were any: a lone surrogate, and bytes that begin nothing. Readers see U+FFFD there, and the decision is one like any other. */
const noUtf8 = [Buffer.from([0xed, 0xa0, 0x80]), Buffer.from([0xff, 0xfe, 0x80])];
function mangled(encoded: Buffer, text: string, index: number): Buffer {
  const bytes = Buffer.from(encoded);
  (noUtf8[index % noUtf8.length] ?? Buffer.alloc(0)).copy(bytes, bytes.indexOf(text));
  return bytes;
}

/** What is broken, huge, hostile or sent twice, on Kafka and over HTTP. */
export function hostileScenarios(deployment: () => Deployment): void {
  const encoded = (value: DecisionProposed) => deployment().codec.encode('decisions.proposed', 'DecisionProposed', value);

  async function readRefused(): Promise<Array<EventTypes['DecisionRefused']>> {
    const decoded = await deployment().codec.decode('decisions.refused', (await deployment().readAll('decisions.refused')).map(({ value }) => value));
    return decoded.flatMap((event) => ('undecodable' in event ? [] : [event.value]));
  }

  describe('hostile input', () => {
    beforeAll(async () => {
      await deployment().activatePolicy(policyText);
    }, 150_000);

    test('hostile Kafka messages are each refused with a code, and their valid neighbours all get verdicts', async () => {
      const expected = new Map<string, string>();
      const schemaId = encoded(proposal('probe')).readUInt32BE(1);
      const records = Array.from({ length: messages }, (_, index) => {
        if (index % 3 === 0) return { key: `valid-${index}`, value: encoded(proposal(`valid-${index}`)) };
        if (index % 3 === 1) return { key: `bytes-${index}`, value: hostileBytes(index, schemaId) };
        const [code, change] = refusals[index % refusals.length] ?? ['', () => undefined];
        const value = proposal(`refused-${index}`);
        change(value);
        expected.set(value.decisionId, code);
        return { key: `refused-${index}`, value: encoded(value) };
      });
      for (let index = 0; index < messages / 100; index += 1) {
        const value = proposal(`valid-mangled-${index}`);
        records.push({ key: value.decisionId, value: mangled(encoded(value), value.reasoning.summary, index) });
      }
      const huge = proposal('huge');
      huge.input.parts = [{ name: 'a', mediaType: 'text/plain', content: Buffer.alloc(hugeBytes, 'x'), uri: null, sha256: null }];
      expected.set('huge', 'too-large');
      records.push({ key: 'refused-huge', value: encoded(huge) }, { key: 'bytes-huge', value: frame(schemaId, Buffer.alloc(hugeBytes, 0xff)) });
      await deployment().send('decisions.proposed', records);
      await deployment().settle(full ? 600_000 : 150_000);

      const valid = records.filter(({ key }) => key.startsWith('valid-')).length;
      const resolved = new Set((await deployment().readAll('decisions.resolved')).map(({ key }) => key).filter((key) => key?.startsWith(decisionKey('mailroom', 'valid-')) === true));
      expect(resolved.size).toBe(valid);

      const refused = await readRefused();
      const undecodable = refused.filter(({ code }) => code === 'undecodable').length;
      expect(undecodable).toBe(records.filter(({ key }) => key.startsWith('bytes-')).length);
      const codes = new Map(refused.flatMap(({ decisionId, code }) => (decisionId === null ? [] : [[decisionId, code]])));
      for (const [decisionId, code] of expected) expect([decisionId.slice(0, 40), codes.get(decisionId)]).toEqual([decisionId.slice(0, 40), code]);
      expect(await deployment().audited('DeadLetter')).toBe(undecodable);
    }, full ? 900_000 : 240_000);

    test('hostile HTTP bodies get a problem with a code, never a 5xx', async () => {
      const wrong: string[] = [];
      const bodies = [...hostileBodies(requests, seed).entries()];
      await Promise.all(Array.from({ length: parallel }, async () => {
        for (let next = bodies.shift(); next !== undefined; next = bodies.shift()) {
          const [index, body] = next;
          // Of several pipelines: one alone would be told to wait, and of what it sends nothing would be looked at.
          const { status, json: problem } = await deployment().call(`pipe-${index % 10}`, 'pipeline', 'POST', '/v1/decisions', body);
          if (status < 400 || status === 429 || status >= 500 || typeof problem['code'] !== 'string') wrong.push(`${index} ${status} ${JSON.stringify(body).slice(0, 1000)}`);
        }
      }));
      expect(wrong).toEqual([]);
      expect((await deployment().call('pipe', 'pipeline', 'POST', '/v1/decisions', json('after'))).status).toBe(202);
    }, full ? 900_000 : 120_000);

    test('a duplicate re-emits the pinned event byte for byte; other content is a conflict', async () => {
      const key = decisionKey('mailroom', 'twice');
      const first = proposal('twice');
      const value = encoded(first);
      const later = encoded({ ...first, proposedAt: first.proposedAt + 1000 });
      const other = encoded({ ...first, confidence: 0.5 });
      for (const bytes of [value, later, other]) await deployment().send('decisions.proposed', [{ key, value: bytes }]);
      await deployment().settle(90_000);
      const accepted = (await deployment().readAll('decisions.accepted')).filter((record) => record.key === key).map((record) => record.value?.toString('hex'));
      expect(accepted).toHaveLength(2);
      expect(new Set(accepted).size).toBe(1);
      expect((await readRefused()).filter(({ decisionId }) => decisionId === 'twice').map(({ code }) => code)).toEqual(['conflict']);
      const verdicts = (await deployment().readAll('decisions.resolved')).filter((record) => record.key === key).map((record) => record.value?.toString('hex'));
      expect(new Set(verdicts).size).toBe(1);
      expect(await deployment().audited('VerdictConflict')).toBe(0);
    }, 120_000);

    test('waiting for a verdict ends when it is there', async () => {
      const waiting = deployment().call('pipe', 'pipeline', 'GET', '/v1/decisions/mailroom/awaited?wait=30s');
      await deployment().send('decisions.proposed', [{ key: decisionKey('mailroom', 'awaited'), value: encoded(proposal('awaited')) }]);
      const answer = await waiting;
      expect(answer.json).toMatchObject({ state: 'resolved', verdict: { verdict: 'approved' } });
      await until('the read model', async () => ((await deployment().call('pipe', 'pipeline', 'GET', '/v1/decisions/mailroom/awaited')).json['state'] === 'resolved' ? true : undefined));
    });
  });
}
