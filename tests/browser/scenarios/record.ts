/** Whoever reads the record: finding a decision, seeing what was seen, and taking it along. */
import { exec } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { DecisionProposed } from '@countersign/contracts';
import { until } from '../../harness/stack.ts';
import type { Office } from '../office.ts';
import type { Visitor } from '../visitor.ts';

const words = 'The address on the envelope is plain to read.';

/** What stands in the two columns of the desk while somebody judges. */
async function seenBy({ page }: Visitor): Promise<string[]> {
  return await Promise.all(['The case', 'The AI’s proposal'].map(async (name) => await page.getByRole('region', { name }).innerText()));
}

/** A decision that rita judged, with what she saw, once all of it is on record. */
export async function judgedLetter(office: Office, subject = 'reis', change: Partial<DecisionProposed> = {}): Promise<{ decisionId: string; seen: string[] }> {
  const [letter] = await office.propose({ type: 'letters.shown', change: { ...change, subject: { kind: 'person', id: subject } } });
  const { decisionId } = letter!;
  const rita = await office.visit('rita');
  await rita.start();
  const seen = await seenBy(rita);
  await rita.judge('1', words);
  await rita.announced(/Nothing waits for you/);
  await office.verdictOn(decisionId);
  await onRecord(office, decisionId);
  return { decisionId, seen };
}

/** All that was done is on record: the verdict is the last of it. */
export async function onRecord(office: Office, decisionId: string): Promise<void> {
  await until(`${decisionId} is on record`, async () => {
    const { json } = await office.stack.call('olga', 'auditor', 'GET', `/v1/audit/decisions/mailroom/${decisionId}`);
    const records = ((json['events'] ?? []) as Array<{ record: string }>).map(({ record }) => record);
    return records.includes('DecisionResolved') && records.includes('TaskClosed') ? true : undefined;
  });
}

/** What a command says, whatever it exits with. */
async function run(command: string, cwd: string): Promise<string> {
  return await new Promise((resolve) => exec(command, { cwd, env: { PATH: process.env['PATH'] } }, (_error, stdout, stderr) => resolve(stdout + stderr)));
}

export function describeRecord(office: () => Office): void {
  describe('an auditor', () => {
    test('finds a decision with the keyboard alone, and the address holds the search', async () => {
      const { decisionId } = await judgedLetter(office());
      const olga = await office().visit('olga', '/record');
      await olga.page.getByRole('combobox', { name: 'Judged by' }).focus();
      await olga.page.keyboard.type('rita');
      // Nobody of those who are offered is chosen: the id stands as it is.
      await olga.page.getByRole('option', { name: 'Rita Moreno rita' }).waitFor();
      await olga.page.keyboard.press('Enter');
      await olga.announced(/decisions shown/);
      expect(new URL(olga.page.url()).search).toBe('?reviewer=rita');
      const wanted = `mailroom / ${decisionId}`;
      for (let pressed = 0; pressed < 30 && (await olga.focused()) !== wanted; pressed += 1) await olga.page.keyboard.press('Tab');
      expect(await olga.focused()).toBe(wanted);
      await olga.page.keyboard.press('Enter');
      await olga.page.getByRole('heading', { level: 1, name: wanted }).waitFor();
      // Back is the search as it was, and so is the same address again.
      await olga.page.goBack();
      await olga.page.getByRole('link', { name: wanted }).waitFor();
      await olga.page.reload();
      await olga.page.getByRole('link', { name: wanted }).waitFor();
      expect(await olga.page.getByRole('combobox', { name: 'Judged by' }).inputValue()).toBe('Rita Moreno');
      // A system and an id are one decision: its page opens at once.
      await olga.page.getByRole('button', { name: 'Clear' }).click();
      await olga.page.getByLabel('System', { exact: true }).fill('mailroom');
      await olga.page.getByLabel('Decision id').fill(decisionId);
      await olga.page.keyboard.press('Enter');
      await olga.page.getByRole('heading', { level: 1, name: wanted }).waitFor();
    });

    test('finds what somebody judged by their name, and an id that nobody is entered under by itself', async () => {
      const { decisionId } = await judgedLetter(office());
      const olga = await office().visit('olga', '/record');
      const field = olga.page.getByRole('combobox', { name: 'Judged by' });
      await field.focus();
      await olga.page.keyboard.type('moreno');
      await olga.page.getByRole('option', { name: 'Rita Moreno rita' }).waitFor();
      await olga.page.keyboard.press('ArrowDown');
      // The list is at its field: nothing had to be scrolled to.
      expect(await olga.page.evaluate(() => window.scrollY)).toBe(0);
      await olga.page.keyboard.press('Enter');
      expect(await field.inputValue()).toBe('Rita Moreno');
      await olga.page.keyboard.press('Enter');
      await olga.page.getByRole('row').filter({ has: olga.page.getByRole('link', { name: `mailroom / ${decisionId}` }) }).getByText('Rita Moreno').waitFor();
      expect(new URL(olga.page.url()).search).toBe('?reviewer=rita');
      expect(await field.inputValue()).toBe('Rita Moreno');
      // Typed over it, it is no longer she.
      await field.fill('robot-7');
      await olga.page.keyboard.press('Enter');
      await olga.page.waitForURL(/[?]reviewer=robot-7$/);
      expect(await field.inputValue()).toBe('robot-7');
    });

    test('reads it from the proposal to the verdict, and sees what was seen as it was seen', async () => {
      const { decisionId, seen } = await judgedLetter(office());
      const olga = await office().visit('olga', `/record/decision?system=mailroom&id=${decisionId}`);
      const chapters = await olga.page.locator('[data-chapter]').evaluateAll((found) => found.map((chapter) => chapter.getAttribute('data-chapter')));
      expect(chapters).toEqual(['proposed', 'accepted', 'routed', 'task', 'verdict']);
      const shown = olga.page.locator('[data-shown]');
      await shown.getByText('the bytes match their digest').waitFor();
      // Each column says, word for word, what it said to whoever judged.
      const drawn = await shown.locator('[data-blind] > div').evaluateAll((columns) => columns.map((column) => (column as HTMLElement).innerText));
      expect(drawn.map((text) => text.trim())).toEqual(seen.map((text) => text.trim()));
      expect(await shown.locator('button, input, a[href]').evaluateAll((found) => found.map((each) => each.textContent))).toEqual(['List of offices']);
      const task = olga.page.locator('[data-chapter="task"]');
      await task.getByText(words).waitFor();
      await task.getByText('The address says it').last().waitFor();
      // What it is told from is there to be looked at, in bytes.
      await task.locator('[data-evidence] > summary').click();
      await task.getByText('As recorded').last().click();
      await task.getByText('"outcome": "judged"').waitFor();
    });

    test('keeps a search under a name, finds it again, and removes it', async () => {
      const olga = await office().visit('olga', '/record?type=letters.shown&verdict=approved');
      const name = `Approved letters ${Date.now()}`;
      await olga.page.getByRole('button', { name: 'Save this search…' }).click();
      await olga.page.getByRole('dialog').getByLabel('Name').fill(name);
      await olga.page.keyboard.press('Enter');
      await olga.announced(/Saved as/);
      await olga.goTo('/record');
      await olga.page.getByRole('navigation', { name: 'Saved searches' }).getByRole('link', { name }).click();
      await olga.page.waitForURL(/type=letters\.shown/);
      expect(Object.fromEntries(new URL(olga.page.url()).searchParams)).toEqual({ type: 'letters.shown', verdict: 'approved' });
      // It is hers alone until she shares it.
      const priya = await office().visit('priya', '/record');
      expect(await priya.page.getByRole('link', { name }).count()).toBe(0);
      await olga.page.getByRole('button', { name: `Remove the saved search ${name}` }).click();
      await olga.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
      await olga.page.getByRole('link', { name }).waitFor({ state: 'detached' });
    });

    test('takes a case along as a bundle, checks it without us, and that it was taken is on record', async () => {
      const { decisionId } = await judgedLetter(office());
      const olga = await office().visit('olga', `/record/decision?system=mailroom&id=${decisionId}`);
      await olga.page.getByRole('button', { name: 'Export…' }).click();
      const dialog = olga.page.getByRole('dialog');
      const make = dialog.getByRole('button', { name: 'Make the export' });
      // Whether content goes along is nobody's default, and why is said in more than a word.
      expect(await make.getAttribute('aria-disabled')).toBe('true');
      await dialog.getByText('Say whether content goes along.').waitFor();
      await dialog.getByLabel('With content').check();
      await dialog.getByLabel('Why').fill('Audit');
      expect(await make.getAttribute('aria-disabled')).toBe('true');
      await dialog.getByText('Say why, in 10 characters or more.').waitFor();
      await dialog.getByLabel('Why').fill('Asked for by the supervisory authority, case 7.');
      await make.click();
      await olga.page.waitForURL(/made=/);
      // Made in the background: a machine with much else to do takes its time.
      const exportId = new URL(olga.page.url()).searchParams.get('made') ?? '';
      let made: Record<string, unknown> = {};
      await until('the export is made', async () => {
        made = JSON.parse((await office().stack.call('olga', 'auditor', 'GET', `/v1/audit/exports/${exportId}`)).text) as Record<string, unknown>;
        return ['waiting', 'running'].includes(String(made['state'])) ? undefined : true;
      }, 90_000);
      expect([made['state'], made['failure']]).toEqual(['ready', null]);
      const row = olga.page.getByRole('row', { name: new RegExp(`mailroom / ${decisionId}\\b`) });
      const button = row.getByRole('button', { name: /^Download Bundle/ });
      await button.waitFor();
      const [download] = await Promise.all([olga.page.waitForEvent('download'), button.click()]);
      const bytes = await readFile(await download.path());
      expect((await button.getAttribute('title')) ?? '').toBe(`SHA-256 ${createHash('sha256').update(bytes).digest('hex')}`);
      // A tar file whose first member says in words how to check it.
      expect([bytes.subarray(0, 10).toString(), bytes.subarray(257, 262).toString()]).toEqual(['README.txt', 'ustar']);
      // On a machine of one's own, with the program and a key that came from elsewhere than the bundle.
      await olga.goTo('/record/log');
      const command = await olga.page.getByLabel('Check a bundle with the verifier', { exact: true }).innerText();
      const [program] = await Promise.all([olga.page.waitForEvent('download'), olga.page.getByRole('button', { name: 'Download the verifier' }).click()]);
      const folder = await mkdtemp(join(tmpdir(), 'countersign-auditor-'));
      await Promise.all([download.saveAs(join(folder, 'BUNDLE.tar')), program.saveAs(join(folder, program.suggestedFilename()))]);
      const report = await run(command.replace(/^node /, `"${process.execPath}" `), folder);
      await rm(folder, { recursive: true });
      // Draws are recomputed only by whoever has the sampling keys, and an auditor has not: that is said, and nothing is found.
      expect(report).toMatch(/nothing was found/i);
      await until('the export is on record', async () => ((await office().stack.call('olga', 'auditor', 'GET', '/v1/audit/events?record=ExportMade&order=newest&limit=5')).text.includes('supervisory authority') ? true : undefined));
    });
  });

  describe('the record is closed to', () => {
    test.each(['/record', '/record/exports', '/record/log', '/record/privacy', '/record/decision?system=a&id=1'])('a reviewer, at %s', async (path) => {
      const rita = await office().visit('rita', '/work');
      await rita.page.evaluate((to) => history.pushState(null, '', to), path);
      await rita.page.getByText('This place is not open to you').waitFor();
    });

    test('a privacy officer who would export', async () => {
      const priya = await office().visit('priya', '/record/exports');
      await priya.page.getByText('It takes the role of auditor.').waitFor();
      expect(await priya.page.getByRole('link', { name: 'Exports' }).count()).toBe(0);
      expect((await office().stack.call('priya', 'privacy-officer', 'POST', '/v1/audit/exports', { kind: 'range', filter: {}, formats: ['csv'], disclose: false, reason: 'Only to see whether it goes.' })).status).toBe(403);
    });
  });
}
