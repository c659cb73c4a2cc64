import type { Browser } from '../harness/browser.ts';
import { until, type Answer, type TestStack } from '../harness/stack.ts';
import { readTopic } from '../harness/topics.ts';

/** Calls with a bearer token. */
export async function withToken(origin: string, token: string, method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${origin}${path}`, { method, headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {} };
}

/** Waits for a governance event that fits, and answers it. */
export async function recorded<T>(stack: TestStack, record: string, fits: (value: T) => boolean): Promise<T> {
  return await until(`${record} on governance.recorded`, async () => {
    const events = (await readTopic(stack, 'governance.recorded')).flatMap(({ event }) => (event.record === record ? [event.value as unknown as T] : []));
    return events.find(fits);
  });
}

/** Everything on the record of one kind. */
export async function allRecorded(stack: TestStack, record: string): Promise<Array<Record<string, unknown>>> {
  return (await readTopic(stack, 'governance.recorded')).flatMap(({ event }) => (event.record === record ? [event.value as unknown as Record<string, unknown>] : []));
}

export async function sessionIdOf(browser: Browser): Promise<string> {
  return String((await browser.whoami())['sessionId']);
}

/** The address a browser came to, without its host. */
export function placeOf({ url }: { url: URL }): string {
  return `${url.pathname}${url.search}${url.hash}`;
}
