import { describe, expect, test } from '@jest/globals';
import { EventStreamParser, followEvents } from './live.ts';

describe('an event stream', () => {
  test('is read whatever the pieces it comes in', () => {
    const text = ': heartbeat\n\nevent: work\ndata: {"a":1}\n\ndata: one\r\ndata: two\r\n\r\nevent: none\n\n';
    const whole = [{ event: 'work', data: '{"a":1}' }, { event: 'message', data: 'one\ntwo' }];
    expect(new EventStreamParser().push(text.replaceAll('\r', ''))).toEqual(whole);
    const parser = new EventStreamParser();
    expect([...text.replaceAll('\r', '')].flatMap((character) => parser.push(character))).toEqual(whole);
  });

  test('that ends is opened again, and says in between that it is gone', async () => {
    const stopped = new AbortController();
    const seen: unknown[] = [];
    let opened = 0;
    Object.assign(globalThis, { window: new EventTarget() });
    await followEvents({
      open: async () => new Response(`event: work\ndata: ${(opened += 1)}\n\n`),
      onEvent({ data }) {
        seen.push(data);
        if (data === '2') stopped.abort();
      },
      onState: (connected) => {
        seen.push(connected);
        // Back online: no pause is waited out.
        if (!connected) queueMicrotask(() => window.dispatchEvent(new Event('online')));
      },
    }, stopped.signal);
    expect(seen).toEqual([true, '1', false, true, '2']);
  });
});
