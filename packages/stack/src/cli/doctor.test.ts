import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { SetupError } from '../infrastructure/failure.ts';
import { freePort } from '../infrastructure/ports.ts';
import { checks } from './doctor.ts';

const names = ['COUNTERSIGN_HOME', 'PATH', 'JAVA_HOME'] as const;
const before = names.map((name) => [name, process.env[name]] as const);
let folder: string;
let home: string;
let server: Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-doctor-'));
  home = join(folder, 'home');
  process.env['COUNTERSIGN_HOME'] = home;
});
afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** What one check says: the answer, or the message and the remedy of what is wrong. */
async function said(name: string): Promise<string | [message: string, remedy: string]> {
  const found = checks.find((check) => check.name === name);
  if (found === undefined) throw new Error(`There is no check ${name}.`);
  return await found.check().catch((error: unknown) => (error instanceof SetupError ? [error.message, error.remedy] : Promise.reject(error as Error)));
}

/** Our parent holds the home, since it lives as long as this test does. */
function holdHome(): void {
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'running.pid'), String(process.ppid));
}

function tellEndpoints(http: string): void {
  writeFileSync(join(home, 'endpoints.json'), JSON.stringify({ http }));
}

async function answering(answer: (response: ServerResponse) => void): Promise<string> {
  server = createServer((_request, response) => answer(response));
  await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A program of the name that prints this where Java and Maven print their version. */
function program(name: string, script: string): void {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  process.env['PATH'] = bin;
  Reflect.deleteProperty(process.env, 'JAVA_HOME');
}

describe('what the machine has', () => {
  test('Node', async () => {
    expect(await said('Node')).toBe(process.version);
  });

  test('Java', async () => {
    program('java', 'echo \'openjdk version "21.0.1" 2023-10-17\' >&2');
    expect(await said('Java')).toBe('version 21');
    program('java', 'echo \'openjdk version "11.0.2" 2019-01-15\' >&2');
    expect(await said('Java')).toEqual(['Java 11 is too old.', expect.stringContaining('Install Java 17')]);
    process.env['PATH'] = folder;
    expect(await said('Java')).toEqual(['Java is not installed.', expect.stringContaining('Install Java 17')]);
  });

  test('Maven', async () => {
    program('mvn', 'printf \'\\033[1mApache Maven 3.9.9\\033[m\\nMaven home\\n\'');
    expect(await said('Maven')).toBe('Apache Maven 3.9.9');
    process.env['PATH'] = folder;
    expect(await said('Maven')).toEqual(['Maven is not installed.', expect.stringContaining('Install Maven 3')]);
  });

  // Too little of it is provoked in tests/start/refusals.test.ts, which asks the same function.
  test('room, where the home will be', async () => {
    expect(await said('Disk')).toMatch(/^\d+ MB free$/);
  });
});

describe('what runs', () => {
  test('nothing', async () => {
    expect([await said('Running'), await said('Services')]).toEqual([`nothing runs from ${home}`, 'not started (npm start)']);
  });

  test('something that is still starting, also after one that was killed', async () => {
    holdHome();
    const starting = [`process ${process.ppid} from ${home}`, expect.stringMatching(/^starting for \d+ s; ask again when `npm start` prints the addresses$/)];
    expect([await said('Running'), await said('Services')]).toEqual(starting);
    tellEndpoints('http://127.0.0.1:1');
    utimesSync(join(home, 'endpoints.json'), 1, 1);
    expect([await said('Running'), await said('Services')]).toEqual(starting);
  });

  test('services, each ready', async () => {
    holdHome();
    const http = await answering((response) => response.end(JSON.stringify({ services: [{ service: 'intake', ready: true, reasons: [] }, { service: 'risk', ready: true, reasons: [] }] })));
    tellEndpoints(http);
    expect(await said('Services')).toBe(`2 ready at ${http}`);
  });

  test('services that are not', async () => {
    holdHome();
    tellEndpoints(await answering((response) => response.writeHead(503).end(JSON.stringify({ services: [{ service: 'intake', ready: false, reasons: ['behind', 'no partitions assigned'] }, { service: 'risk', ready: true, reasons: [] }] }))));
    expect(await said('Services')).toEqual(['intake: behind; no partitions assigned', `Read ${home}/logs.`]);
  });

  test.each([
    ['nobody listens there', undefined, /ECONNREFUSED/],
    ['somebody else listens there', (response: ServerResponse) => response.end('<html>'), /JSON/],
    ['whoever listens has nothing to say', (response: ServerResponse) => response.end('{}'), /names no services/],
  ])('a process whose address is of no use: %s', async (_why, answer, fault) => {
    holdHome();
    tellEndpoints(answer === undefined ? `http://127.0.0.1:${await freePort()}` : await answering(answer));
    expect(await said('Services')).toEqual([expect.stringMatching(fault), expect.stringContaining('start again')]);
  });

  test('a process that does not answer: it is not waited for without end', async () => {
    holdHome();
    tellEndpoints(await answering(() => undefined));
    const over = jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => AbortSignal.abort(new DOMException('out of time', 'TimeoutError')));
    try {
      expect(await said('Services')).toEqual([expect.stringContaining('out of time'), expect.stringContaining('start again')]);
    } finally {
      over.mockRestore();
    }
  });
});
