/** Everything a decision brings is hostile until shown otherwise: nothing of it runs, loads anything, or leads away. */
import { describe, expect, test } from '@jest/globals';
import type { DecisionProposed } from '@countersign/contracts';
import { until } from '../../harness/stack.ts';
import type { Office } from '../office.ts';
import { payload, shortPayload } from '../policies.ts';
import type { Visitor } from '../visitor.ts';
import { onRecord } from './record.ts';

const part = (name: string, mediaType: string, content: string | Buffer) => ({ name, mediaType, content: Buffer.from(content), uri: null, sha256: null });
const page = `<!doctype html><html><head><base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/refresh"><link rel="stylesheet" href="https://evil.example/a.css"><style>@import "https://evil.example/b.css"; body { background: url(https://evil.example/c.png) }</style></head>
<body onload="top.ran='html'">drawn inertly ${payload('html')}<form action="https://evil.example/form"><input autofocus onfocus="top.ran='focus'"></form><iframe src="https://evil.example/frame"></iframe><object data="https://evil.example/object"></object><video src="https://evil.example/video"></video><script>top.ran='script'; top.location='https://evil.example/top'</script></body></html>`;
const drawing = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="90" height="90" onload="top.ran='svg'"><script>top.ran='svg script'; fetch('https://evil.example/svg')</script><image xlink:href="https://evil.example/svg.png" width="9" height="9"/><foreignObject width="90" height="90"><iframe xmlns="http://www.w3.org/1999/xhtml" src="https://evil.example/frame"/></foreignObject><style>@import url(https://evil.example/svg.css);</style><circle r="40" cx="45" cy="45"/></svg>`;

const parts = [
  part(shortPayload('part name'), 'text/plain', payload('text')),
  part('page.html', 'text/html; charset=utf-8', page),
  part('page.xhtml', 'application/xhtml+xml', `<html xmlns="http://www.w3.org/1999/xhtml"><body><script>top.ran='xhtml'</script>xhtml</body></html>`),
  part('drawing.svg', 'image/svg+xml', drawing),
  part('no picture', 'image/png', page),
  part('notes.md', 'text/markdown', `# ${payload('markdown')}\n[go](javascript:window.ran='markdown')\n![p](https://evil.example/markdown.png)`),
  part('data.json', 'application/json', JSON.stringify({ [payload('json key')]: payload('json value'), rows: [{ [payload('json column')]: payload('json cell') }], __proto__: { ran: 'prototype' }, constructor: { prototype: { ran: 'constructor' } } })),
  part('rows.json', 'application/json', JSON.stringify([{ a: payload('row'), b: 1 }, { a: '=cmd()', b: 2 }])),
  part('data.csv', 'text/csv', `"${payload('csv head').replaceAll('"', '""')}",b\n"${payload('csv cell').replaceAll('"', '""')}",2\n`),
  part('run.js', 'text/javascript', `window.ran='js'`),
  part('../../evil.html', 'application/pdf', page),
  part('odd type', 'text/vnd.odd+html', page),
];

const hostile: Partial<DecisionProposed> = {
  input: { parts },
  output: { label: 'north', content: Buffer.from(page), mediaType: 'text/html' },
  reasoning: { summary: payload('summary'), factors: [{ name: shortPayload('factor'), value: payload('factor value'), weight: 0.4 }, { name: 'b', value: payload('other value'), weight: -0.4 }] },
  uncertainty: { lower: 0.5, upper: 0.9, statement: payload('statement') },
  alternatives: [{ label: 'south', content: Buffer.from(payload('alternative')), probability: 0.1 }, { label: shortPayload('alternative label'), content: null, probability: 0.05 }],
  provenance: {
    model: { name: shortPayload('model'), version: shortPayload('version') }, trainingDomain: payload('domain'),
    sources: [
      { title: payload('source'), uri: `javascript:window.ran='source uri'`, excerpt: payload('excerpt'), score: 0.5 },
      { title: 'a page elsewhere', uri: 'https://evil.example/source', excerpt: null, score: null },
      { title: 'data', uri: `data:text/html,<script>opener.ran='data'</script>`, excerpt: null, score: null },
      { title: 'with a name', uri: 'https://offices.example@evil.example/', excerpt: null, score: null },
    ],
  },
  attributes: { pages: 30, [shortPayload('attribute')]: payload('attribute value') },
  subject: { kind: shortPayload('subject kind'), id: shortPayload('subject') },
  action: { description: payload('action'), reversalDeadline: null, expectedDurationMs: null },
};

/** Opens whatever can be opened on the screen: folded texts, trees, tables, differences. */
async function openAll({ page }: Visitor): Promise<void> {
  await page.evaluate(() => {
    document.querySelectorAll('details').forEach((details) => (details.open = true));
    document.querySelectorAll<HTMLElement>('main button[aria-expanded="false"]').forEach((button) => button.click());
  });
}

async function expectNothingHappened(office: Office, visitor: Visitor, path: string): Promise<void> {
  const { page } = visitor;
  // Whatever was to run or to load has had its turn once the page is idle.
  await page.evaluate(async () => await new Promise<void>((resolve) => requestIdleCallback(() => requestAnimationFrame(() => requestAnimationFrame(() => resolve())))));
  const ran = await Promise.all(visitor.context.pages().map(async (each) => await each.evaluate(() => [(window as unknown as { ran?: unknown }).ran, ({} as { ran?: unknown }).ran])));
  expect(ran).toEqual([[undefined, undefined]]);
  expect(new URL(page.url()).pathname).toBe(path);
  expect(visitor.dialogs).toEqual([]);
  expect(visitor.foreign).toEqual([]);
  expect(office.reached).toBe(0);
  // The policy of the page had nothing to stop: it is the second wall, not the first. Frames of content have walls of their own.
  expect(visitor.trouble.filter((text) => text.startsWith('The policy stopped'))).toEqual([]);
  expect(await page.locator('main script, main object, main embed, main base, main link, main [onload], main [onerror], main a[href^="javascript:"], main iframe:not([sandbox=""])').count()).toBe(0);
}

export function describeHostileContent(office: () => Office): void {
  test('what runs or loads something is noticed', async () => {
    const rita = await office().visit('rita');
    const before = office().reached;
    await rita.page.evaluate(() => {
      Object.assign(window, { ran: 'planted' });
      open('https://evil.example/planted');
    });
    await until('the world outside was reached', () => (office().reached > before ? true : undefined));
    await expect(expectNothingHappened(office(), rita, '/work')).rejects.toThrow();
    expect(rita.foreign).toEqual(['https://evil.example/planted']);
    office().reached = 0;
    rita.requests.length = 0;
  });

  describe('content that means harm', () => {
    test('is text, whatever field it stands in, shown or hidden', async () => {
      const names = await office().stack.call('root', 'admin', 'PUT', '/v1/people/rosa', { name: shortPayload('person'), roles: ['reviewer'], queues: ['*'] });
      expect(names.status).toBe(200);
      await office().propose({ type: 'letters.hostile', change: hostile });
      const rita = await office().visit('rita');
      rita.expected.push(/about:srcdoc/, /sandboxed/, /Content Security Policy/);
      const task = await rita.start();
      await rita.page.getByText('drawn inertly').first().waitFor({ state: 'attached' }).catch(() => undefined);
      await openAll(rita);
      await expectNothingHappened(office(), rita, `/review/${task}`);
      // The payloads are there, as text: nothing was left out to pass.
      for (const field of ['summary', 'factor', 'statement', 'model', 'domain', 'source', 'excerpt', 'attribute', 'action', 'alternative label', 'text', 'markdown', 'json key', 'csv cell', 'part name']) expect([field, await rita.page.getByText(`window.ran='${field}'`).count()]).not.toEqual([field, 0]);
      await rita.page.frameLocator('iframe').first().getByText('drawn inertly').waitFor();

      // Addresses: only http and https, only after a question, never where a name is to deceive.
      for (const title of ['data', 'with a name']) expect(await rita.page.getByRole('button', { name: title, exact: true }).count()).toBe(0);
      await rita.page.getByRole('button', { name: 'a page elsewhere' }).click();
      const link = rita.page.getByRole('dialog').getByRole('link');
      expect([await link.getAttribute('href'), await link.getAttribute('rel')]).toEqual(['https://evil.example/source', 'noreferrer noopener']);
      await rita.page.keyboard.press('Escape');

      await rita.page.keyboard.press('o');
      await rita.page.getByRole('dialog').getByText(`window.ran='person'`).waitFor();
      await rita.page.keyboard.press('Escape');
      await rita.page.keyboard.press('3');
      await rita.page.keyboard.type('south');
      await rita.page.keyboard.press('Enter');
      await rita.page.keyboard.type(payload('reasoning'));
      await expectNothingHappened(office(), rita, `/review/${task}`);
      await rita.page.keyboard.press('Control+Enter');
      await rita.announced(/Nothing waits for you/);
      await expectNothingHappened(office(), rita, '/work');
      await rita.goTo('/history');
      await openAll(rita);
      await rita.page.getByText(`window.ran='reasoning'`).last().waitFor();
      await expectNothingHappened(office(), rita, '/history');
    });

    test('is text in the hidden form, too', async () => {
      await office().propose({ type: 'letters.hostile', hidden: true, change: hostile });
      const rita = await office().visit('rita');
      rita.expected.push(/about:srcdoc/, /sandboxed/, /Content Security Policy/);
      const task = await rita.start();
      await openAll(rita);
      await rita.page.frameLocator('iframe').first().getByText('drawn inertly').waitFor();
      await expectNothingHappened(office(), rita, `/review/${task}`);
    });

    test('is text in the note of whoever asked for a senior', async () => {
      await office().propose({ type: 'letters.hostile', change: hostile });
      const rita = await office().visit('rita');
      rita.expected.push(/about:srcdoc/, /sandboxed/, /Content Security Policy/);
      await rita.start();
      await rita.page.keyboard.press('e');
      await rita.page.getByLabel('What should the senior know?').fill(payload('note'));
      await rita.page.getByRole('button', { name: 'Hand to a senior' }).click();
      await rita.announced(/Nothing waits for you/);
      const sami = await office().visit('sami');
      sami.expected.push(/about:srcdoc/, /sandboxed/, /Content Security Policy/);
      const task = await sami.start();
      await sami.page.getByText(`window.ran='note'`).first().waitFor();
      await expectNothingHappened(office(), sami, `/review/${task}`);
    });

    test('is text to those who look after the work', async () => {
      const [letter] = await office().propose({ type: 'letters.hostile', change: hostile });
      await office().stack.call('root', 'admin', 'POST', '/v1/api-keys', { name: shortPayload('key'), systems: ['mailroom'], expiresInDays: 30 });
      const reason = { available: false, reason: payload('reason').slice(0, 500) };
      await office().stack.call('root', 'admin', 'PUT', '/v1/people/rosa/availability', reason);
      for (const [person, places] of [
        ['alma', ['/people', '/keys']],
        ['sue', ['/queues?queue=letters.hostile%2Fstandard', '/queues?view=people', `/queues?view=decision&system=mailroom&id=${letter!.decisionId}`]],
        ['olga', [`/record/decision?system=mailroom&id=${letter!.decisionId}`, `/record?of=events&id=${letter!.decisionId}`]],
        ['ada', ['/policies?type=letters.hostile']],
      ] as const) {
        const visitor = await office().visit(person, places[0]);
        // The record draws the case.
        if (person === 'olga') visitor.expected.push(/about:srcdoc/, /sandboxed/, /Content Security Policy/);
        for (const place of places) {
          await visitor.goTo(place);
          await openAll(visitor);
          await expectNothingHappened(office(), visitor, place.split('?')[0] ?? '');
        }
      }
    });

    test('is text on record, proposed and as it was seen, and what was said to it', async () => {
      const [letter] = await office().propose({ type: 'letters.hostile', change: hostile });
      const rita = await office().visit('rita');
      rita.expected.push(/about:srcdoc/, /sandboxed/, /Content Security Policy/);
      const task = await rita.start();
      await rita.page.keyboard.press('2');
      await rita.reasoning.fill(payload('said'));
      await rita.page.keyboard.press('Control+Enter');
      await rita.announced(/Nothing waits for you/);
      await office().hasten('finalise', task);
      await onRecord(office(), letter!.decisionId);
      const olga = await office().visit('olga', `/record/decision?system=mailroom&id=${letter!.decisionId}`);
      olga.expected.push(/about:srcdoc/, /sandboxed/, /Content Security Policy/);
      await openAll(olga);
      await olga.page.locator('[data-shown]').frameLocator('iframe').first().getByText('drawn inertly').waitFor();
      for (const field of ['said', 'summary', 'text', 'json key', 'csv cell', 'part name', 'alternative label']) expect([field, await olga.page.getByText(`window.ran='${field}'`).count()]).not.toEqual([field, 0]);
      await expectNothingHappened(office(), olga, '/record/decision');
    });

    test('in an address of the console itself is text', async () => {
      const rita = await office().visit('rita');
      for (const address of [`/history?type=${encodeURIComponent(payload('query'))}`, `/review/${encodeURIComponent(payload('path'))}`, `/${encodeURIComponent('javascript:window.ran=1')}`]) {
        await rita.goTo(address);
        await expectNothingHappened(office(), rita, new URL(address, office().origin).pathname);
      }
      const stranger = await office().visit('rita', '/work', { fresh: true });
      for (const to of ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:window.ran=1', '/work\n//evil.example']) {
        await stranger.page.goto(`/sign-in?to=${encodeURIComponent(to)}`);
        await stranger.page.getByRole('navigation', { name: 'Places' }).waitFor();
        expect([to, new URL(stranger.page.url()).origin]).toEqual([to, office().origin]);
      }
      expect(stranger.foreign).toEqual([]);
    });
  });
}
