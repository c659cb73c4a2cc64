/** The record in the states it can be in, through axe-core, in both themes. */
import { describe, test } from '@jest/globals';
import { broken, check, dialogBy, escape, go, loading, visitStill } from '../axe-states.ts';
import type { Office } from '../office.ts';
import { furnished } from './accessibility.ts';
import { judgedLetter } from './record.ts';

/** As the server tells of them. */
const exportsInEveryState = (['waiting', 'running', 'ready', 'failed', 'expired', 'removed'] as const).map((state, index) => ({
  exportId: `5b1f1f0e-3c1c-4c8e-9d53-0a8f5a1f6c1${index}`, kind: 'case', filter: { system: 'mailroom', decisionId: `letter-${index}` }, formats: ['bundle', 'pdf'], disclose: index % 2 === 0, reason: 'Complaint 2026-118', state, requestedBy: 'olga', requestedAt: '2026-02-03T09:00:00.000000Z',
  startedAt: null, finishedAt: null, expiresAt: state === 'ready' ? '2126-02-06T09:00:00.000000Z' : null, attempts: 1, progress: { records: 1200, bytes: 600_000 },
  files: state === 'ready' ? [{ format: 'pdf', name: 'case-file.pdf', mediaType: 'application/pdf', records: 12, bytes: 60_000, sha256: '0'.repeat(64) }] : [],
  failure: state === 'failed' ? { code: 'disk-full', detail: 'The disk of the export folder is full.', remedy: 'Free some space on the disk of the export folder, and ask again.' } : null, mine: true,
}));

export function describeRecordAccessibility(office: () => Office): void {
  describe('axe finds nothing', () => {
    test('where an auditor searches and reads', async () => {
      const { decisionId } = await judgedLetter(office(), 'reis', furnished);
      const decision = `/record/decision?system=mailroom&id=${decisionId}`;
      await office().stack.call('olga', 'auditor', 'PUT', '/v1/audit/saved-searches/3f1c6a52-6f3e-4f55-9a3e-0d5b8a6f2c11', { name: 'Letters', of: 'decisions', filter: { decisionType: 'letters.shown' }, shared: true });
      await check(await visitStill(office(), 'olga', '/record'), [
        ['the search', async ({ page }) => await page.getByRole('link', { name: decisionId }).waitFor()],
        ['people to choose from', async ({ page }) => {
          await page.getByRole('combobox', { name: 'Judged by' }).pressSequentially('rita');
          await page.getByRole('option', { name: /rita/ }).waitFor();
          await page.keyboard.press('ArrowDown');
        }],
        ['events', go('/record?of=events')],
        ['an event, opened', async ({ page }) => {
          await page.locator('main details > summary').first().click();
          await page.getByText('As recorded').first().click();
        }],
        ['nothing found', go('/record?reviewer=nobody')],
        ['saving a search', async (visitor) => {
          await visitor.goTo('/record?type=letters.shown');
          await dialogBy('Save this search…')(visitor);
        }, escape],
        ['removing a saved search', dialogBy(/^Remove the saved search/), escape],
        ['one decision', async (visitor) => {
          await visitor.goTo(decision);
          await visitor.page.getByText('the bytes match their digest').waitFor();
        }],
        ['one decision, all of it opened', async ({ page }) => {
          await page.evaluate(() => document.querySelectorAll('main details').forEach((details) => ((details as HTMLDetailsElement).open = true)));
          await page.getByText('"outcome": "judged"').waitFor();
        }],
        ['a decision with more events than are told', async ({ page }) => {
          await page.route('**/v1/audit/decisions/mailroom/*', async (route) => {
            const answer = await route.fetch();
            await route.fulfill({ response: answer, json: { ...((await answer.json()) as object), omitted: 2345 } });
          });
          await page.goto(decision);
          await page.getByRole('link', { name: 'All its events' }).waitFor();
        }, async ({ page }) => await page.unroute('**/v1/audit/decisions/mailroom/*')],
        ['exporting a case', dialogBy('Export…'), escape],
        ['a decision that is not there', go('/record/decision?system=mailroom&id=none')],
        loading('a search on its way', '/record?of=events', '**/v1/audit/events*'),
        broken('a search that fails', '/record', '**/v1/audit/decisions*'),
        loading('a decision on its way', decision, '**/v1/audit/decisions/**'),
        broken('a decision that cannot be read', decision, '**/v1/audit/decisions/**'),
        broken('what was shown, and cannot be read', decision, '**/presentations/*'),
      ]);
    });

    test('where an auditor looks at exports and the log', async () => {
      await check(await visitStill(office(), 'olga', '/record/exports'), [
        ['exports', async () => undefined],
        ['exports in every state', async ({ page }) => {
          await page.route('**/v1/audit/exports?*', async (route) => await route.fulfill({ json: { exports: exportsInEveryState, next: null } }));
          await page.goto('/record/exports');
          await page.getByText('Free some space').waitFor();
          await page.getByText('1,200 records').waitFor();
        }, async ({ page }) => await page.unroute('**/v1/audit/exports?*')],
        ['exports of one’s own', go('/record/exports?whose=mine')],
        ['exporting a range', dialogBy('Export a range…'), escape],
        ['the log', go('/record/log')],
        loading('exports on their way', '/record/exports', '**/v1/audit/exports*'),
        broken('exports that cannot be read', '/record/exports', '**/v1/audit/exports*'),
        loading('the log on its way', '/record/log', '**/v1/audit/log/status'),
        broken('the log that cannot be read', '/record/log', '**/v1/audit/log/status'),
      ]);
    });

    test('where a privacy officer works', async () => {
      await check(await visitStill(office(), 'pavel', '/record/privacy'), [
        ['erasures', async () => undefined],
        ['asking for an erasure', dialogBy('Ask for an erasure…'), escape],
        ['asking for the erasure of dead letters', async (visitor) => {
          await dialogBy('Ask for an erasure…')(visitor);
          await visitor.page.getByLabel('What', { exact: true }).selectOption('events');
        }, escape],
        ['legal holds', go('/record/privacy?view=holds')],
        ['placing a hold', dialogBy('Place a hold…'), escape],
        ['placing a hold on a type', async (visitor) => {
          await dialogBy('Place a hold…')(visitor);
          await visitor.page.getByLabel('What', { exact: true }).selectOption('type');
        }, escape],
        ['retention', go('/record/privacy?view=retention')],
        ['setting a time', dialogBy('Set a time…'), escape],
        ['exports, which are not theirs', go('/record/exports')],
        loading('erasures on their way', '/record/privacy', '**/v1/erasures*'),
        broken('erasures that cannot be read', '/record/privacy', '**/v1/erasures*'),
        broken('holds that cannot be read', '/record/privacy?view=holds', '**/v1/legal-holds*'),
        broken('retention that cannot be read', '/record/privacy?view=retention', '**/v1/retention'),
      ]);
    });
  });
}
