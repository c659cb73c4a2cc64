import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { Server as NetServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { PortTakenError, SetupError } from './failure.ts';
import { startInfrastructure } from './infrastructure.ts';
import { distinctPorts, freePort, onFreePorts, requirePort } from './ports.ts';

const cache = resolve(process.env['COUNTERSIGN_CACHE'] ?? '.cache');
let home: string;
const servers: Server[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'countersign-ports-'));
  chmodSync(home, 0o755);
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  rmSync(home, { recursive: true, force: true });
});

/** A port whose owner accepts connections, and answers every request as if it were what is looked for. */
async function takenPort(): Promise<number> {
  const server = createServer((_request, response) => response.end('[]'));
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return (server.address() as AddressInfo).port;
}

describe('ports that are named', () => {
  test('are never the same twice, whatever the system gives out, nor one that is in use', async () => {
    const given = [9092, 4001, 4001, 4002, 4001, 4002, 4003];
    const next = distinctPorts([9092, undefined], () => Promise.resolve(given.shift() ?? 4001));
    expect([await next(), await next(), await next()]).toEqual([4001, 4002, 4003]);
    await expect(next()).rejects.toThrow('the same ports');
  });
});

describe('a port that a person chose', () => {
  const refusal = async (port: number) => {
    const error = await requirePort(port, 'the API', 'COUNTERSIGN_HTTP_PORT', 'npm start -- --port N').then(() => undefined, (reason: unknown) => reason);
    return error instanceof SetupError ? [error.message, error.remedy] : error;
  };

  test('may be free', async () => {
    expect(await refusal(await freePort())).toBeUndefined();
  });

  test('may be taken', async () => {
    const port = await takenPort();
    expect(await refusal(port)).toEqual([`Port ${port}, which the API needs, is taken.`, 'End the program that listens on it, or set COUNTERSIGN_HTTP_PORT to another port (or `npm start -- --port N`).']);
  });

  test.each([70_000, -1, NaN, 80.5])('may be none: %d', async (port) => {
    expect(await refusal(port)).toEqual([`${port}, which the API should listen on, is no port.`, 'A port is a whole number from 1 to 65535: set COUNTERSIGN_HTTP_PORT to another port (or `npm start -- --port N`).']);
  });

  // Root may listen on any, and some systems let everybody.
  test('may belong to the system', async () => {
    const listen = jest.spyOn(NetServer.prototype, 'listen').mockImplementation(function (this: NetServer) {
      process.nextTick(() => this.emit('error', Object.assign(new Error('permission denied'), { code: 'EACCES' })));
      return this;
    });
    try {
      expect(await refusal(80)).toEqual(['You may not listen on port 80, which the API needs.', 'Ports below 1024 mostly belong to the system: set COUNTERSIGN_HTTP_PORT to another port (or `npm start -- --port N`), above 1023.']);
    } finally {
      listen.mockRestore();
    }
  });
});

describe('ports that are taken between the look and the use', () => {
  test('are changed for others, and nobody is taken for our own', async () => {
    const taken = [await takenPort(), await takenPort(), await takenPort(), await takenPort()];
    // And one that is named again and again: each part has one of its own.
    const again = await freePort();
    const offered = [...taken, again, again, again, again];
    await using infrastructure = await startInfrastructure({ home, cache, freePort: async () => offered.shift() ?? (await freePort()) });
    const used = [infrastructure.kafka.split(':')[1], new URL(infrastructure.registry).port, new URL(infrastructure.postgres).port].map(Number);
    for (const port of used) expect(taken).not.toContain(port);
    expect(new Set(used).size).toBe(3);
  }, 180_000);

  test('end the start when a person chose them', async () => {
    const refused = new PortTakenError('Taken.', 'Start again.');
    await expect(onFreePorts(() => Promise.reject(refused), () => Promise.resolve(false))).rejects.toBe(refused);
  });

  test('end the start when others are taken again and again, and no other failure is tried again', async () => {
    let tries = 0;
    const start = (error: Error) => () => ((tries += 1), Promise.reject(error));
    await expect(onFreePorts(start(new PortTakenError('Taken.', '')), () => Promise.resolve(true))).rejects.toThrow('Taken.');
    expect(tries).toBe(4);
    await expect(onFreePorts(start(new Error('No Java.')), () => Promise.resolve(true))).rejects.toThrow('No Java.');
    expect(tries).toBe(5);
  });
});
