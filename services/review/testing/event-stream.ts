/** Reads server-sent events as a client does, over a real connection. */

export type Received = { event: string; data: Record<string, unknown> };

export type Following = {
  readonly events: readonly Received[];
  /** Resolves with the first event, from now or before, that fits; rejects when the stream ends or the deadline passes without one. */
  until(fits: (event: Received) => boolean): Promise<Received>;
  /** Resolves when the server ended the stream. */
  ended: Promise<void>;
  /** Forgets what came so far. */
  forget(): void;
  stop(): void;
};

const deadlineMs = 20_000;

export async function followEvents(origin: string, authorization: string): Promise<Following> {
  const stopping = new AbortController();
  const answer = await fetch(`${origin}/v1/reviews/events`, { headers: { authorization, accept: 'text/event-stream' }, signal: stopping.signal });
  if (answer.status !== 200 || answer.body === null) throw new Error(`events answered ${answer.status} ${await answer.text()}`);
  let events: Received[] = [];
  const wakers = new Set<() => void>();
  const wake = () => {
    for (const waker of wakers) waker();
  };
  let over = false;
  const ended = (async () => {
    let text = '';
    const decoder = new TextDecoder();
    try {
      for await (const chunk of answer.body ?? []) {
        text += decoder.decode(chunk, { stream: true });
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        events.push(...blocks.filter((block) => block.startsWith('event:')).map(parse));
        wake();
      }
    } catch (error) {
      if (!stopping.signal.aborted && !(error instanceof TypeError)) throw error;
    } finally {
      over = true;
      wake();
    }
  })();
  const until = async (fits: (event: Received) => boolean) => {
    const deadline = AbortSignal.timeout(deadlineMs);
    for (;;) {
      const found = events.find(fits);
      if (found !== undefined) return found;
      if (over || deadline.aborted) throw new Error(`${over ? 'the stream ended' : 'nothing came'}; got ${JSON.stringify(events)}`);
      await new Promise<void>((resolve) => {
        wakers.add(resolve);
        deadline.addEventListener('abort', () => resolve());
      });
    }
  };
  return {
    get events() {
      return events;
    },
    until, ended, forget: () => void (events = []), stop: () => stopping.abort(),
  };
}

function parse(block: string): Received {
  const [, event = ''] = /^event: (.*)$/m.exec(block) ?? [];
  const [, data = '{}'] = /^data: (.*)$/m.exec(block) ?? [];
  return { event, data: JSON.parse(data) as Record<string, unknown> };
}
