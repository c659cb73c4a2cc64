import { createServer } from 'node:net';
import { PortTakenError, SetupError } from './failure.ts';

const triesMax = 4;
const portMax = 65_535;

/** A free port of the loopback interface. */
export async function freePort(): Promise<number> {
  return await listenOnce(0);
}

const repeatsMax = 100;

/**
 * Names ports as `free` does, none of them twice and none of those in use: a port that was looked at and let go may be the next one that the system
 * gives out, and two parts of one start would listen on it.
 */
export function distinctPorts(inUse: ReadonlyArray<number | undefined> = [], free: () => Promise<number> = freePort): () => Promise<number> {
  const named = new Set(inUse);
  return async () => {
    for (let tries = 0; tries < repeatsMax; tries += 1) {
      const port = await free();
      if (named.has(port)) continue;
      named.add(port);
      return port;
    }
    throw new SetupError('The system names the same ports again and again.', 'End programs that hold many connections, and start again.');
  };
}

/** A free port that nobody else gets until it is let go: what must be told before it is listened on. */
export async function holdPort(host: string): Promise<{ port: number; letGo(): Promise<void> }> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
  return { port: address.port, letGo: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Throws `SetupError` when nobody of this user can listen on the port; `command` is what sets another one besides the setting, where something does. */
export async function requirePort(port: number, what: string, setting: string, command?: string): Promise<void> {
  const another = `set ${setting} to another port${command === undefined ? '' : ` (or \`${command}\`)`}`;
  if (!Number.isInteger(port) || port < 1 || port > portMax) throw new SetupError(`${port}, which ${what} should listen on, is no port.`, `A port is a whole number from 1 to ${portMax}: ${another}.`);
  try {
    await listenOnce(port);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new SetupError(`Port ${port}, which ${what} needs, is taken.`, `End the program that listens on it, or ${another}.`, error);
    if (code === 'EACCES') throw new SetupError(`You may not listen on port ${port}, which ${what} needs.`, `Ports below 1024 mostly belong to the system: ${another}, above 1023.`, error);
    throw new SetupError(`${what[0]?.toUpperCase()}${what.slice(1)} cannot listen on port ${port}: ${message}.`, `Mend that, or ${another}.`, error);
  }
}

/**
 * Starts something on ports that were free a moment ago. Between the look and the use anybody may take one, an outgoing
 * connection too: then `takeOthers` chooses again, unless it answers false, since a person chose them.
 */
export async function onFreePorts<T>(start: () => Promise<T>, takeOthers: () => Promise<boolean>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await start();
    } catch (error) {
      if (!(error instanceof PortTakenError) || tries === triesMax || !(await takeOthers())) throw error;
    }
  }
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}
