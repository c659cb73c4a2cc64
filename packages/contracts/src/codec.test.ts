import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { EventCodec, frame, readerType, SchemaRegistry, schemas } from './index.ts';

type Answer = { status: number; body: string };
const healthy: Answer = { status: 200, body: JSON.stringify({ schema: JSON.stringify(schemas.DecisionProposed) }) };
const notThere: Answer = { status: 404, body: '{"error_code":40403,"message":"No content with that id was found."}' };

/** What a look-up of an id is answered with, in order; the last one stays. */
let answers: Answer[] = [];
let asked = 0;
const server = createServer((request, response) => {
  request.resume();
  if (request.method === 'POST') return response.end('{"id":1}');
  asked += 1;
  const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? notThere;
  response.statusCode = answer.status;
  return response.end(answer.body);
});

let codec: EventCodec;
const type = readerType('DecisionProposed');
const value = (id: number) => frame(id, type.toBuffer(type.random()));
const decode = async (id: number) => (await codec.decode('decisions.proposed', [value(id)]))[0];

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterAll(() => void server.close());
beforeEach(async () => {
  codec = await EventCodec.connect(new SchemaRegistry(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), 'p.', ['decisions.accepted']);
  asked = 0;
});
afterEach(() => void jest.restoreAllMocks());

describe('an id that the registry', () => {
  test.each<[string, Answer]>([
    ['may not be asked about', { status: 401, body: '{"error_code":401,"message":"Who are you?"}' }],
    ['is closed for', { status: 403, body: '' }],
    ['does not serve, as behind a wrong path of a proxy', { status: 404, body: '<html>404 Not Found</html>' }],
    ['answers with no schema', { status: 200, body: '{}' }],
  ])('%s is no verdict on the bytes: they are read once it answers', async (_what, answer) => {
    answers = [answer];
    await expect(decode(77)).rejects.toMatchObject({ name: 'RegistryError' });
    answers = [healthy];
    expect(await decode(77)).toMatchObject({ record: 'DecisionProposed' });
  });

  test.each([408, 429, 503])('is too busy for (%i) is asked for again', async (status) => {
    answers = [{ status, body: '' }, healthy];
    expect(await decode(77)).toMatchObject({ record: 'DecisionProposed' });
    expect(asked).toBe(2);
  });

  test('does not have is refused, and asked for again after a minute only', async () => {
    answers = [notThere];
    const refused = { undecodable: true, reason: 'Schema id 77 is not in the registry.' };
    const startedMs = Date.now();
    const now = jest.spyOn(Date, 'now').mockReturnValue(startedMs);
    expect([await decode(77), await decode(77)]).toEqual([refused, refused]);
    answers = [healthy];
    now.mockReturnValue(startedMs + 59_000);
    expect(await decode(77)).toEqual(refused);
    expect(asked).toBe(1);
    now.mockReturnValue(startedMs + 61_000);
    expect(await decode(77)).toMatchObject({ record: 'DecisionProposed' });
    expect(asked).toBe(2);
  });

  test('has for something that is no Avro is refused for good', async () => {
    answers = [{ status: 200, body: JSON.stringify({ schemaType: 'PROTOBUF', schema: 'syntax = "proto3";' }) }];
    expect(await decode(77)).toMatchObject({ undecodable: true, reason: expect.stringContaining('Schema id 77 cannot be read with ours') });
    await decode(77);
    expect(asked).toBe(1);
  });

  test('cannot have, beyond what registries count with, is refused unasked: some answer to it as to a wrong path', async () => {
    answers = [{ status: 404, body: '{"error_code":404,"message":"HTTP 404 Not Found"}' }];
    expect(await decode(0x8000_0000)).toMatchObject({ undecodable: true, reason: 'Schema id 2147483648 is not in the registry.' });
    expect(asked).toBe(0);
  });
});
