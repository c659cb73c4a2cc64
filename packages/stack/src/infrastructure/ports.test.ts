import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { PortTakenError } from './failure.ts';
import { startInfrastructure } from './infrastructure.ts';
import { distinctPorts, freePort, onFreePorts } from './ports.ts';

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
