import { describe, expect, test } from '@jest/globals';
import { LiveStream } from './stream.ts';
import type { LiveMessage, Reader } from './stream.ts';

const reader: Reader = { personId: 'ann', senior: false, queues: ['*'], works: true, supervises: false, sessionId: null };

/** A client that takes one message each time it is told to. */
function client(options: { slowReaderMs?: number } = {}) {
  const sent: LiveMessage[] = [];
  const taking: Array<() => void> = [];
  const ends: string[] = [];
  let fails = false;
  const stream = new LiveStream({
    reader,
    sink: {
      send: async (message) => {
        sent.push(message);
        if (fails) throw new Error('gone');
        await new Promise<void>((resolve) => taking.push(resolve));
      },
      end: () => void ends.push('end'),
      destroy: () => void ends.push('destroy'),
    },
    onClose: () => void ends.push('closed'),
    ...options,
  });
  const take = async () => {
    taking.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { stream, sent, ends, take, break: () => void (fails = true) };
}

const waiting = (open: number) => ({ open, overdue: 0, nextDueAt: null });

describe('a stream', () => {
  test('sends one at a time, the newest count only, and no count twice', async () => {
    const { stream, sent, take } = client();
    stream.tellWaiting(waiting(1));
    for (let open = 2; open <= 50; open += 1) stream.tellWaiting(waiting(open));
    stream.tellQueues();
    stream.tellQueues();
    stream.tellTask('t', 'expired');
    expect(sent).toHaveLength(1);
    for (let index = 0; index < 5; index += 1) await take();
    expect(sent.map(({ event }) => event)).toEqual(['work', 'task', 'work', 'queues']);
    expect(sent[2]).toEqual({ event: 'work', data: { waiting: { open: 50, overdue: 0, nextDueAt: null } } });
    stream.tellWaiting(waiting(50));
    expect(sent).toHaveLength(4);
    stream.end();
  });

  test('drops a client that is behind by more than it keeps, and one that takes nothing', async () => {
    const behind = client();
    for (let index = 0; index < 500; index += 1) behind.stream.tellTask(`t${index}`, 'closed');
    expect(behind.ends).toEqual(['closed', 'destroy']);
    expect(behind.sent).toHaveLength(1);
    const stalled = client({ slowReaderMs: 1 });
    stalled.stream.tellQueues();
    while (!stalled.stream.closed) await new Promise((resolve) => setImmediate(resolve));
    expect(stalled.ends).toEqual(['closed', 'destroy']);
    const gone = client();
    gone.break();
    gone.stream.tellQueues();
    await gone.take();
    expect(gone.ends).toEqual(['closed', 'destroy']);
  });

  test('ends once, and sends nothing afterwards', async () => {
    const { stream, sent, ends, take } = client();
    stream.end();
    stream.drop();
    stream.tellQueues();
    stream.tellTask('t', 'closed');
    await take();
    expect(ends).toEqual(['closed', 'end']);
    expect(sent).toEqual([]);
  });
});
