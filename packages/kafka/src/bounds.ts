import { setTimeout as wait } from 'node:timers/promises';

/** kafkajs takes leave once every request is answered, or after its last try, which a dead connection never does. */
const closeMsMax = 5000;
const patienceMs = 5000;
const patienceWaitMs = 250;

/** The answer, or an error after `msMax`: a connection that is dead without saying so would be asked for ever. */
export async function answerWithin<T>(msMax: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${msMax / 1000} s`)), msMax);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Disconnects, for as long as that may take. Never rejects. */
export async function disconnectAll(clients: ReadonlyArray<{ disconnect(): Promise<void> }>): Promise<void> {
  const closed = Promise.allSettled(clients.map((client) => client.disconnect()));
  await Promise.race([closed, wait(closeMsMax, undefined, { ref: false })]);
}

export type Patience = { msMax?: number; waitMs?: number; isPassing?(error: unknown): boolean };

/**
 * Reads again, for `msMax` (5 s), where that may help: a coordinator that loads or moves answers with an error, which the client passes on, and a database that
 * starts refuses connections.
 */
export async function patiently<T>(read: () => Promise<T>, { msMax = patienceMs, waitMs = patienceWaitMs, isPassing = () => true }: Patience = {}): Promise<T> {
  const deadline = Date.now() + msMax;
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (Date.now() > deadline || !isPassing(error)) throw error;
    }
    await wait(waitMs);
  }
}
