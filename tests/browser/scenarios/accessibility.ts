/** Every screen in the states it can be in, through axe-core, in both themes. */
import { expect, test, describe } from '@jest/globals';
import { check, dialogBy, escape, failing, go, key, visitStill as visit } from '../axe-states.ts';
import { violationsOf } from '../axe.ts';
import type { Office } from '../office.ts';

export function describeAccessibility(office: () => Office): void {
  test('axe finds what is wrong', async () => {
    const visitor = await visit(office(), 'rita', '/settings');
    await visitor.page.evaluate(() => {
      document.querySelector('main')?.insertAdjacentHTML('beforeend', '<img src="/favicon.svg"><p>hardly to be read</p>');
      // As markup the console's content policy stops it.
      Object.assign(document.querySelector<HTMLElement>('main > p:last-child')?.style ?? {}, { color: '#888', background: '#999' });
    });
    const found = (await violationsOf(visitor.page, 'settings')).map((line) => line.split(': ').slice(0, 2).join(': '));
    expect(found).toEqual(expect.arrayContaining(['settings, light: color-contrast', 'settings, light: image-alt', 'settings, dark: color-contrast']));
  });

  describe('axe finds nothing', () => {
    test('where somebody signs in', async () => {
      const visitor = await visit(office(), 'ravi', '/work', { fresh: true, keepNotice: true });
      await check(visitor, [
        ['the notice', async ({ page }) => await page.getByRole('dialog', { name: 'Before you begin' }).waitFor(), async (ravi) => await ravi.readNotice()],
        ['no such place', go('/nowhere')],
        ['the sign-in', async ({ page, context }) => {
          await context.clearCookies();
          await page.goto('/sign-in');
          await page.getByRole('link', { name: /^Sign in/ }).waitFor();
        }],
        ['a sign-in that failed', async ({ page }) => {
          await page.goto('/sign-in?problem=expired');
          await page.getByRole('alert').waitFor();
        }],
      ]);
    });

    test('where a reviewer works', async () => {
      const rita = await visit(office(), 'rita', '/work');
      await office().stack.query(`update review.people set last_seen_at = 1 where person_id = 'rita'`);
      await check(rita, [
        ['work, empty', async ({ page }) => await page.getByText('Nothing waits at the moment').waitFor()],
        ['work, asked for in vain', async (visitor) => {
          await visitor.page.keyboard.press('s');
          await visitor.announced(/Nothing waits for you/);
        }],
        ['history, empty', go('/history')],
        ['history that cannot be read', async (visitor) => {
          await visitor.page.route('**/v1/reviews/history*', failing);
          await visitor.page.goto('/history');
          await visitor.page.getByText('The database cannot be reached.').waitFor();
        }, async ({ page }) => await page.unroute('**/v1/reviews/history*')],
        ['settings', go('/settings')],
        ['the menu of the person', async ({ page }) => await page.getByTitle('Rita Moreno').click(), async ({ page }) => await page.keyboard.press('Escape')],
        ['a place that is not theirs', async ({ page }) => {
          await page.goto('/people');
          await page.getByText('This place is not open to you').waitFor();
        }],
      ]);
    });

    test('where a reviewer judges', async () => {
      await office().propose({ type: 'letters.shown', change: furnished }, { type: 'letters.shown', change: furnished });
      const rita = await visit(office(), 'rita', '/work');
      let task = '';
      await check(rita, [
        ['work', async ({ page }) => await page.getByRole('rowheader', { name: 'letters.shown/standard' }).waitFor()],
        ['review', async (visitor) => (task = await visitor.start())],
        ['the shortcuts', key('?'), escape],
        ['to a senior', key('e'), escape],
        ['put aside', key('h'), escape],
        ['hand over', key('o'), escape],
        ['give back', key('l'), escape],
        ['an address out of the decision', dialogBy('List of offices'), escape],
        ['changing the output', async ({ page }) => {
          await page.keyboard.press('m');
          await page.keyboard.type('south');
        }],
        ['a refused judgement', async ({ page }) => {
          await page.keyboard.press('Control+Enter');
          await page.getByRole('alert').first().waitFor();
        }],
        ['a judgement that can be undone', async (visitor) => {
          await visitor.page.reload();
          await visitor.task();
          await visitor.judge('1', 'The address on the envelope is plain to read.');
          task = await visitor.task(task);
        }],
        ['the network is gone', async ({ context, page }) => {
          await context.setOffline(true);
          await page.locator('[data-state="offline"]').waitFor();
        }, async ({ context, page }) => {
          await context.setOffline(false);
          await page.locator('[data-state="online"]').waitFor();
        }],
        ['the claim is gone', async ({ page }) => {
          await office().hasten('claim-expiry', task);
          await page.getByText('Your claim on this task is gone.', { exact: true }).waitFor();
        }],
        ['not to be had', async ({ page }) => {
          await page.goto('/review/00000000-0000-4000-8000-000000000000');
          await page.getByRole('button', { name: 'Next task' }).waitFor();
        }],
        ['history', go('/history')],
      ]);
    });

    test('where a reviewer does not see the AI', async () => {
      await office().propose({ type: 'letters.shown', hidden: true, change: furnished });
      await check(await visit(office(), 'rita', '/work'), [
        ['the hidden form', async (visitor) => await visitor.start()],
        ['the hidden form, answered', async ({ page }) => await page.keyboard.press('1')],
      ]);
    });

    test('where a case is written from right to left', async () => {
      const [letter] = await office().propose({ type: 'letters.shown', change: rightToLeft });
      await check(await visit(office(), 'rita', '/work'), [['review, from right to left', async (visitor) => await visitor.start()]]);
      await check(await visit(office(), 'olga', `/record/decision?system=mailroom&id=${letter!.decisionId}`), [['on record, from right to left', async ({ page }) => await page.locator('[data-chapter="task"]').waitFor()]]);
    });

    test('where a supervisor looks after the queues', async () => {
      const [letter] = await office().propose({ type: 'letters.shown' }, { type: 'letters.dual' });
      const rita = await office().visit('rita');
      await rita.start();
      const decision = `/queues?view=decision&system=mailroom&id=${letter!.decisionId}`;
      await check(await visit(office(), 'sue', '/queues'), [
        ['queues', async ({ page }) => await page.getByText('letters.shown/standard').first().waitFor()],
        ['one queue', go('/queues?queue=letters.shown%2Fstandard')],
        ['giving a task', dialogBy(/^Give to…/), escape],
        ['putting a task back', dialogBy(/^Put back…/), escape],
        ['people at work', go('/queues?view=people')],
        ['confirmed errors', go('/queues?view=findings')],
        ['settling an error whose window is open', async (visitor) => {
          await confirmError(office(), letter!.decisionId);
          await visitor.goTo('/queues?view=findings');
          await dialogBy(/^Settle mailroom/)(visitor);
        }, escape],
        ['opening an incident', async (visitor) => {
          await dialogBy(/^Settle mailroom/)(visitor);
          await visitor.page.getByRole('radio', { name: /^Open an incident/ }).check();
          await visitor.page.getByLabel('Owner').waitFor();
        }, escape],
        ['calibration', go('/queues?view=calibration')],
        ['one decision, to be looked up', go('/queues?view=decision')],
        ['one decision', go(decision)],
        ['oversight', go('/oversight')],
        ['settings', go('/settings')],
      ]);
    });

    test('where an administrator enters people and keys', async () => {
      await office().stack.call('root', 'admin', 'POST', '/v1/api-keys', { name: `pipeline ${Date.now()}`, systems: ['mailroom'], expiresInDays: 30 });
      await check(await visit(office(), 'alma', '/people'), [
        ['people', async ({ page }) => await page.getByRole('button', { name: /^Change…/ }).first().waitFor()],
        ['entering somebody', dialogBy('Enter somebody'), escape],
        ['changing somebody', dialogBy(/^Change…/), escape],
        ['signing somebody out', dialogBy(/^Sign out… /), escape],
        ['nobody found', async ({ page }) => {
          await page.getByRole('searchbox').fill('nobody of that name');
          await page.getByText('Nobody found').waitFor();
        }],
        ['keys', go('/keys')],
        ['making a key', dialogBy('Make a key'), escape],
        ['rotating a key', dialogBy(/^Rotate /), escape],
        ['revoking a key', dialogBy(/^Revoke /), escape],
        ['the secret, once', async (visitor) => {
          await dialogBy('Make a key')(visitor);
          await visitor.page.getByRole('textbox', { name: 'Name' }).fill(`another ${Date.now()}`);
          await visitor.page.getByRole('textbox', { name: 'Systems' }).fill('mailroom');
          await visitor.page.getByRole('button', { name: 'Make the key' }).click();
          await visitor.page.getByText(/^csk_/).first().waitFor();
        }],
        ['keys that cannot be read', async ({ page }) => {
          await page.route('**/v1/api-keys*', failing);
          await page.goto('/keys');
          await page.getByText('The database cannot be reached.').waitFor();
        }],
      ]);
    });

    test('where an author writes policies', async () => {
      await check(await visit(office(), 'ada', '/policies'), [
        ['policies', async ({ page }) => await page.getByRole('link', { name: 'letters.shown' }).waitFor()],
        ['versions', go('/policies?type=letters.shown')],
      ]);
    });
  });
}

/** As if two hidden judges had contradicted the verdict. */
async function confirmError(office: Office, decisionId: string): Promise<void> {
  await office.stack.query(`insert into review.findings (finding_id, system, decision_id, lane, task_ids, opened_at, window_ends_at, state) values (gen_random_uuid(), 'mailroom', $1, 'spot-check', '{}', 1, 9000000000000000, 'open')`, [decisionId]);
}

/** Right to left, with names and figures that run the other way in it. */
const rightToLeft = {
  input: { parts: [
    { name: 'رسالة', mediaType: 'text/plain', content: Buffer.from('إلى المكتب في الشمال: نرجو إرسال النموذج (Form 7b) مرة أخرى قبل 2026-03-01.\nDear office: the same once more.'), uri: null, sha256: null },
    { name: 'سجل', mediaType: 'application/json', content: Buffer.from(JSON.stringify({ المرسل: { الاسم: 'ليلى', since: 2019 } })), uri: null, sha256: null },
  ] },
  reasoning: { summary: 'العنوان يذكر المكتب الشمالي.', factors: [{ name: 'العنوان', value: 'north', weight: 0.8 }] },
  subject: { kind: 'شخص', id: 'ليلى' },
};

/** A case with parts of every kind that is drawn. */
export const furnished = {
  input: { parts: [
    { name: 'letter', mediaType: 'text/plain', content: Buffer.from('To the office in the north.\n'.repeat(40)), uri: null, sha256: null },
    { name: 'register', mediaType: 'application/json', content: Buffer.from(JSON.stringify({ sender: { name: 'M. Reis', since: 2019 }, letters: [{ on: '2026-01-02', pages: 2 }] })), uri: null, sha256: null },
    { name: 'weights', mediaType: 'text/csv', content: Buffer.from('day,grams\nMon,12\nTue,14\n'), uri: null, sha256: null },
    { name: 'stamp', mediaType: 'image/svg+xml', content: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle cx="20" cy="20" r="18"/></svg>'), uri: null, sha256: null },
    { name: 'page', mediaType: 'text/html', content: Buffer.from('<p>A page that came with it.</p>'), uri: null, sha256: null },
    { name: 'seal', mediaType: 'application/octet-stream', content: Buffer.from([0, 1, 2, 255]), uri: null, sha256: null },
  ] },
  subject: { kind: 'person', id: 'reis' },
};
