/** Privacy officers: two of them erase, and what must stay is kept. */
import { describe, expect, test } from '@jest/globals';
import type { Office } from '../office.ts';
import type { Visitor } from '../visitor.ts';
import { judgedLetter } from './record.ts';

const words = 'The address on the envelope is plain to read.';
const letterCase = 'Letter of 3 February, case 12/2026';

/** From the screen of whoever asks, without naming anybody in the reason. */
async function askForErasure({ page }: Visitor, subjectId: string): Promise<void> {
  await page.getByRole('button', { name: 'Ask for an erasure…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('System').fill('mailroom');
  await dialog.getByLabel('Kind of subject').fill('person');
  await dialog.getByLabel('Id of the subject').fill(subjectId);
  await dialog.getByLabel('Why').fill(letterCase);
  await dialog.getByRole('button', { name: 'Ask for it' }).click();
  await dialog.waitFor({ state: 'detached' });
}

const rowOf = ({ page }: Visitor, what: string) => page.getByRole('row').filter({ hasText: what });

export function describePrivacy(office: () => Office): void {
  describe('two privacy officers', () => {
    test('erase a person, and the record says so wherever that person was in it', async () => {
      const subject = `reis-${Date.now()}`;
      const { decisionId } = await judgedLetter(office(), subject);
      const decision = `/record/decision?system=mailroom&id=${decisionId}`;
      const olga = await office().visit('olga', decision);
      await olga.page.getByText(words).waitFor();

      const priya = await office().visit('priya', '/record/privacy');
      await askForErasure(priya, subject);
      await priya.announced(/Another privacy officer decides/);
      const asked = rowOf(priya, `Person ${subject} of mailroom`);
      await asked.getByText('another officer decides').waitFor();
      expect(await asked.getByRole('button').count()).toBe(0);

      const pavel = await office().visit('pavel', '/record/privacy');
      await pavel.page.getByRole('button', { name: new RegExp(`^Approve the erasure of Person ${subject}`) }).click();
      const dialog = pavel.page.getByRole('dialog');
      await dialog.getByText(letterCase).waitFor();
      await dialog.getByRole('button', { name: 'Erase for good' }).click();
      await pavel.announced(/being erased/);
      // Its name goes with the rest: afterwards the row knows nobody any more.
      const done = rowOf(pavel, letterCase).filter({ hasText: 'Erased' }).first();
      await done.waitFor();
      expect(await pavel.page.getByText(subject).count()).toBe(0);

      await olga.goTo(decision);
      await olga.page.getByText('content erased', { exact: true }).waitFor();
      await olga.page.locator('[data-chapter="erased"]').getByText(/covered by checkpoint/).first().waitFor();
      const page = await olga.page.locator('main').innerText();
      for (const gone of [words, 'The address names the northern office', `Concerning ${decisionId}`]) expect([gone, page.includes(gone)]).toEqual([gone, false]);
      // That it was proposed, judged and decided stays, and so does how far that is proven.
      const chapters = await olga.page.locator('[data-chapter]').evaluateAll((found) => found.map((chapter) => chapter.getAttribute('data-chapter')));
      expect(chapters).toEqual(expect.arrayContaining(['proposed', 'accepted', 'routed', 'task', 'verdict', 'erased']));
      expect(page).toMatch(/What Rita Moreno saw/);
      await olga.goTo('/record?reviewer=rita');
      await olga.page.getByRole('row').filter({ has: olga.page.getByRole('link', { name: `mailroom / ${decisionId}`, exact: true }) }).getByText('erased').waitFor();
    });

    test('keep what a legal hold is on, until both of them lift it', async () => {
      const subject = `held-${Date.now()}`;
      const { decisionId } = await judgedLetter(office(), subject);
      const pavel = await office().visit('pavel', '/record/privacy?view=holds');
      await pavel.page.getByRole('button', { name: 'Place a hold…' }).click();
      const placing = pavel.page.getByRole('dialog');
      await placing.getByLabel('What', { exact: true }).selectOption('decisions');
      await placing.getByLabel('System').fill('mailroom');
      await placing.getByLabel('Decision ids').fill(decisionId);
      await placing.getByLabel('Why').fill('Proceedings 7 O 12/26');
      await placing.getByRole('button', { name: 'Place it' }).click();
      await pavel.announced(/is placed/);

      const priya = await office().visit('priya', '/record/privacy');
      await askForErasure(priya, subject);
      await pavel.goTo('/record/privacy');
      await pavel.page.getByRole('button', { name: new RegExp(`^Approve the erasure of Person ${subject}`) }).click();
      await pavel.page.getByRole('button', { name: 'Erase for good' }).click();
      await pavel.page.getByRole('dialog').getByText(/legal hold keeps/).waitFor();
      await pavel.page.keyboard.press('Escape');
      await pavel.page.getByRole('button', { name: new RegExp(`^Refuse the erasure of Person ${subject}`) }).click();
      await pavel.page.getByRole('dialog').getByLabel('Why not').fill('Needed in proceedings 7 O 12/26');
      await pavel.page.getByRole('dialog').getByRole('button', { name: 'Refuse' }).click();
      await pavel.announced(/Refused/);

      for (const [officer, button, told] of [[pavel, 'Ask for it', /Another privacy officer agrees/], [priya, 'Lift it', /is lifted/]] as const) {
        await officer.goTo('/record/privacy?view=holds');
        await officer.page.getByRole('button', { name: `Lift the hold on Decision ${decisionId} of mailroom` }).click();
        await officer.page.getByRole('dialog').getByLabel('Why').fill('The proceedings are over.');
        await officer.page.getByRole('dialog').getByRole('button', { name: button }).click();
        await officer.announced(told);
      }
      await rowOf(priya, `Decision ${decisionId} of mailroom`).getByText('Lifted').waitFor();
      // What was said is still there: nothing was erased.
      await priya.goTo(`/record/decision?system=mailroom&id=${decisionId}`);
      await priya.page.getByText(words).waitFor();
    });

    test('change for how long records are kept', async () => {
      const decisionType = `letters.kept-${Date.now()}`;
      const priya = await office().visit('priya', '/record/privacy?view=retention');
      await priya.page.getByRole('button', { name: 'Set a time…' }).click();
      const dialog = priya.page.getByRole('dialog');
      await dialog.getByLabel('Decision type').fill(decisionType);
      await dialog.getByLabel(/^Keep them for(?! ever)/).fill('365');
      await dialog.getByLabel('Why').fill('By the retention schedule');
      await dialog.getByRole('button', { name: 'Ask for it' }).click();
      await priya.announced(/Another privacy officer decides/);
      await rowOf(priya, decisionType).getByText('another officer decides').waitFor();
      const pavel = await office().visit('pavel', '/record/privacy?view=retention');
      await pavel.page.getByRole('button', { name: `Decide on the time for ${decisionType}` }).click();
      await pavel.page.getByRole('dialog').getByText('priya asks for 365 days (1 year)').waitFor();
      await pavel.page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
      await pavel.announced(/time is changed/);
      await rowOf(pavel, decisionType).getByText('In force').waitFor();
    });

    test('agree to what they saw, and to nothing that was asked for since', async () => {
      const decisionType = `letters.seen-${Date.now()}`;
      const ask = async (keepDays: number) => expect((await office().stack.call('priya', 'privacy-officer', 'PUT', `/v1/retention/rules/${decisionType}`, { keepDays, reason: letterCase })).status).toBe(200);
      await ask(3650);
      const pavel = await office().visit('pavel', '/record/privacy?view=retention');
      await pavel.page.getByRole('button', { name: `Decide on the time for ${decisionType}` }).click();
      const dialog = pavel.page.getByRole('dialog');
      await dialog.getByText('3,650 days').waitFor();
      await ask(1);
      await dialog.getByRole('button', { name: 'Approve' }).click();
      await dialog.getByText('What you saw is not what is asked for now.').waitFor();
      await rowOf(pavel, decisionType).getByText('asks for 1 day').waitFor();
    });

    test('cannot erase what they were not shown', async () => {
      const asked = await office().stack.call('priya', 'privacy-officer', 'POST', '/v1/erasures', { system: 'mailroom', decisionIds: ['unseen-1', 'unseen-2'], reason: letterCase });
      const pavel = await office().visit('pavel', '/record/privacy');
      const whole = `**/v1/erasures/${String(asked.json['erasureId'])}`;
      await pavel.page.route(whole, (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{}' }));
      await pavel.page.getByRole('button', { name: 'Approve the erasure of 2 decisions of mailroom' }).click();
      const dialog = pavel.page.getByRole('dialog');
      await dialog.getByRole('alert').waitFor();
      await dialog.getByText('What it names is not here yet.').waitFor();
      expect(await dialog.getByRole('button', { name: 'Erase for good' }).getAttribute('aria-disabled')).toBe('true');
      await pavel.page.unroute(whole);
      await dialog.getByRole('button', { name: 'Try again' }).click();
      await dialog.getByText('unseen-2', { exact: true }).waitFor();
      expect(await dialog.getByRole('button', { name: 'Erase for good' }).getAttribute('aria-disabled')).toBe('false');
    });

    test('are what it takes: an auditor sees, and decides nothing', async () => {
      const olga = await office().visit('olga', '/record/privacy');
      for (const view of ['', '?view=holds', '?view=retention']) {
        await olga.goTo(`/record/privacy${view}`);
        expect(await olga.page.locator('main').getByRole('button').count()).toBe(0);
      }
      for (const [method, path, body] of [
        ['POST', '/v1/erasures', { system: 'mailroom', decisionIds: ['1'], reason: letterCase }], ['POST', '/v1/legal-holds', { system: 'mailroom', decisionIds: ['1'], reason: letterCase }],
        ['PUT', '/v1/retention/rules/*', { keepDays: 365, reason: letterCase }],
      ] as const) expect([path, (await office().stack.call('olga', 'auditor', method, path, body)).status]).toEqual([path, 403]);
    });
  });
}
