/** What a page loaded before a person could read it, and how calmly it came to stand. */
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';

/** Kilobytes of JavaScript that this page has loaded since its address was opened, each file gzipped: whatever the server packed it with. */
export async function scriptKilobytes(page: Page): Promise<number> {
  const sources = await page.evaluate(async () => {
    const loaded = performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => new URL(name).pathname.endsWith('.js'));
    return await Promise.all([...new Set(loaded)].map(async (name) => await (await fetch(name)).text()));
  });
  return sources.reduce((sum, source) => sum + gzipSync(source, { level: 9 }).length, 0) / 1000;
}

/** Largest contentful paint in milliseconds, and the sum of all layout shifts that no key or click brought about. */
export async function paintsOf(page: Page): Promise<{ lcpMs: number; cls: number }> {
  return await page.evaluate(async () => {
    const entriesOf = async (type: string) => await new Promise<PerformanceEntryList>((resolve) => {
      const observer = new PerformanceObserver((list) => {
        observer.disconnect();
        resolve(list.getEntries());
      });
      observer.observe({ type, buffered: true });
      // An observer of what never happened is never called.
      requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(() => resolve([]))));
    });
    const [paints, shifts] = [await entriesOf('largest-contentful-paint'), await entriesOf('layout-shift')];
    const moved = (shifts as unknown as ReadonlyArray<PerformanceEntry & { value: number; hadRecentInput: boolean }>).filter(({ hadRecentInput }) => !hadRecentInput);
    return { lcpMs: paints.at(-1)?.startTime ?? 0, cls: moved.reduce((sum, { value }) => sum + value, 0) };
  });
}
