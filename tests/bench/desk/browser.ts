/** What a reviewer sees, in a real Chromium against the whole product: how soon the next task stands, and how soon and calmly a screen comes. */
import globalSetup from '../../harness/global-setup.ts';
import globalTeardown from '../../harness/global-teardown.ts';
import { paintsOf, scriptKilobytes } from '../../browser/loading.ts';
import { Office } from '../../browser/office.ts';
import type { Visitor } from '../../browser/visitor.ts';

const reviews = Number(process.env['BENCH_DESK_REVIEWS'] ?? 50);
const loads = 5;

export type BrowserFigures = { next_painted_p95_ms: number; lcp_ms: number; cls: number; initial_js_kb: number };

/** The infrastructure is that of `COUNTERSIGN_TEST_ENDPOINTS`, or one of its own. */
export async function measureBrowser(): Promise<BrowserFigures> {
  const given = process.env['COUNTERSIGN_TEST_ENDPOINTS'];
  await globalSetup();
  try {
    await using office = await Office.open();
    // One more than are judged: after the last judgement, too, there is a next task.
    const letters = await office.propose(...Array.from({ length: reviews + 2 }, () => ({ type: 'letters.shown' as const })));
    const first = await measureLoads(office, ['/work', `/review/${letters[0]?.taskIds[0] ?? ''}`]);
    const rita = await office.visit('rita');
    const paintedMs = await reviewByKeyboard(rita);
    const { cls } = await paintsOf(rita.page);
    process.stdout.write(`   submit to next task painted over ${paintedMs.length} reviews: p50 ${quantile(paintedMs, 0.5).toFixed(1)} ms, p95 ${quantile(paintedMs, 0.95).toFixed(1)} ms, worst ${Math.max(...paintedMs).toFixed(1)} ms\n`);
    return { next_painted_p95_ms: round(quantile(paintedMs, 0.95)), lcp_ms: round(first.lcpMs), cls: Math.round(Math.max(cls, first.cls) * 10_000) / 10_000, initial_js_kb: round(first.kilobytes) };
  } finally {
    await globalTeardown();
    if (given === undefined) delete process.env['COUNTERSIGN_TEST_ENDPOINTS'];
  }
}

/** From the key that sends a judgement to the frame with the next task, by the marks that the console itself sets. */
async function reviewByKeyboard(visitor: Visitor): Promise<number[]> {
  const { page } = visitor;
  let task = await visitor.start();
  for (let count = 1; count <= reviews; count += 1) {
    await page.keyboard.press('1');
    // As fast as nobody types; the next task is fetched meanwhile, as it is for everybody else.
    await page.keyboard.type(`Letter ${count}: the address names the northern office in print.`, { delay: 15 });
    await page.keyboard.press('Control+Enter');
    task = await visitor.task(task);
  }
  const marks = await page.evaluate(() => performance.getEntriesByType('mark').filter(({ name }) => name.startsWith('countersign.')).map(({ name, startTime }) => ({ name, startTime })));
  const submits = marks.filter(({ name }) => name === 'countersign.submit');
  if (submits.length !== reviews) throw new Error(`${submits.length} judgements were sent, not ${reviews}.`);
  return submits.map(({ startTime }) => (marks.find(({ name, startTime: at }) => name === 'countersign.painted' && at > startTime)?.startTime ?? Infinity) - startTime);
}

/** Each place opened anew several times, with nothing in the browser's cache; of the medians the worst. */
async function measureLoads(office: Office, places: readonly string[]): Promise<{ lcpMs: number; cls: number; kilobytes: number }> {
  const measured = [];
  for (const place of places) {
    const lcpsMs: number[] = [];
    let cls = 0;
    let kilobytes = 0;
    for (let count = 0; count < loads; count += 1) {
      const visitor = await office.visit('rita', place);
      if (place.startsWith('/review')) await visitor.task();
      const paints = await paintsOf(visitor.page);
      lcpsMs.push(paints.lcpMs);
      cls = Math.max(cls, paints.cls);
      kilobytes = await scriptKilobytes(visitor.page);
      await visitor.context.close();
    }
    process.stdout.write(`   ${place.split('/').slice(0, 2).join('/')}: largest contentful paint, median of ${loads}: ${quantile(lcpsMs, 0.5).toFixed(0)} ms, ${kilobytes.toFixed(0)} kB of JavaScript\n`);
    measured.push({ lcpMs: quantile(lcpsMs, 0.5), cls, kilobytes });
  }
  return { lcpMs: Math.max(...measured.map(({ lcpMs }) => lcpMs)), cls: Math.max(...measured.map(({ cls }) => cls)), kilobytes: Math.max(...measured.map(({ kilobytes }) => kilobytes)) };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Infinity;
}

const round = (value: number) => Math.round(value * 10) / 10;
