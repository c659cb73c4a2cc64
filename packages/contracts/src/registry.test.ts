import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RegistryError, SchemaRegistry } from './registry.ts';

let server: Server;
let host = '';
const asked: Array<string | undefined> = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.headers.authorization);
    response.statusCode = request.headers.authorization === `Basic ${btoa('our user:a@b:%')}` ? 200 : 401;
    response.end(response.statusCode === 200 ? '{"schema": "{}"}' : '{"message": "who are you?"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

test('the user of the URL is told to the registry, and nobody where there is none', async () => {
  expect(await new SchemaRegistry(`http://our%20user:a%40b%3A%25@${host}/api/`).schemaById(1)).toBe('{}');
  await expect(new SchemaRegistry(`http://${host}/api`).schemaById(1)).rejects.toThrow('who are you?');
  expect(asked.at(-1)).toBeUndefined();
});

test('no message holds the password', async () => {
  const said = async (look: () => Promise<unknown>) => await look().then(() => '', (error: Error) => `${error.name}: ${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`);
  const texts = [
    await said(async () => await new SchemaRegistry(`http://us:hunter2@${host}/api`).schemaById(1)),
    await said(async () => await new SchemaRegistry('http://us:hunter2@127.0.0.1:1/api').schemaById(1)),
    await said(async () => await new SchemaRegistry('http//us:hunter2@registry').schemaById(1)),
    await said(async () => await new SchemaRegistry('http://us:hunter2%@registry').schemaById(1)),
  ];
  for (const text of texts) {
    expect(text).toContain(RegistryError.name);
    expect(text).not.toContain('hunter2');
  }
}, 20_000);
