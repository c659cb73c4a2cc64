/** Every seeded role at every place: what is theirs opens, everything else is refused calmly on the screen and firmly by the API. */
import { describe, expect, test } from '@jest/globals';
import { permissions, type Permission, type Role } from '@countersign/kit';
import { seededPeople } from '../../../packages/stack/src/development-provider/people.ts';
import type { Office } from '../office.ts';
import type { Visitor } from '../visitor.ts';

type Place = { path: string; label: string; needs: readonly Permission[]; call: [method: string, path: string] };

/** Written down here once more, so that a place that opens by mistake is noticed. */
const places: readonly Place[] = [
  { path: '/work', label: 'Work', needs: ['reviews.work'], call: ['GET', '/v1/reviews/me'] },
  { path: '/review/00000000-0000-4000-8000-000000000000', label: 'Review', needs: ['reviews.work'], call: ['POST', '/v1/reviews/claims'] },
  { path: '/history', label: 'History', needs: ['reviews.work'], call: ['GET', '/v1/reviews/history'] },
  { path: '/queues', label: 'Queues', needs: ['reviews.supervise'], call: ['GET', '/v1/reviews/queues'] },
  { path: '/oversight', label: 'Oversight', needs: ['metrics.read'], call: ['GET', '/v1/metrics/oversight'] },
  { path: '/policies', label: 'Policies', needs: ['policies.draft', 'policies.approve', 'policies.activate'], call: ['GET', '/v1/policies'] },
  { path: '/record', label: 'Record', needs: ['audit.read'], call: ['GET', '/v1/audit/events'] },
  { path: '/people', label: 'People', needs: ['people.change'], call: ['GET', '/v1/people'] },
  { path: '/keys', label: 'API keys', needs: ['keys.manage'], call: ['GET', '/v1/api-keys'] },
  { path: '/settings', label: 'Settings', needs: [], call: ['GET', '/v1/session/sessions'] },
];
/** The list of policies is open to more people than the place where they are written. */
const readers: Readonly<Record<string, Permission>> = { '/v1/policies': 'policies.read' };

const may = (roles: readonly Role[], permission: Permission) => roles.some((role) => (permissions[permission] as readonly Role[]).includes(role));
const oneOfEach = [...new Map(seededPeople.map((person) => [person.roles.join(' '), person])).values()];

/** As that person's console would, with their own token. */
async function statusOf(visitor: Visitor, [method, path]: Place['call']): Promise<number> {
  return await visitor.page.evaluate(async ({ method, path }) => {
    const { csrfToken } = (await (await fetch('/v1/session')).json()) as { csrfToken: string };
    if (path.startsWith('/v1/session')) return (await fetch(path, { method })).status;
    const { token } = (await (await fetch('/v1/session/token', { method: 'POST', headers: { 'x-csrf-token': csrfToken } })).json()) as { token: string };
    const body = method === 'GET' ? {} : { body: '{}' };
    return (await fetch(path, { method, headers: { authorization: `Bearer ${token}`, ...(method === 'GET' ? {} : { 'content-type': 'application/json' }) }, ...body })).status;
  }, { method, path });
}

export function describeRoles(office: () => Office): void {
  describe('as', () => {
    test.each(oneOfEach.map((person) => [person.roles.join(', '), person] as const))('%s', async (_, { personId, roles }) => {
      const visitor = await office().visit(personId, '/');
      const { page } = visitor;
      const shown = await page.getByRole('navigation', { name: 'Places' }).getByRole('listitem').allInnerTexts();
      const open = places.filter(({ needs }) => needs.length === 0 || needs.some((permission) => may(roles, permission)));
      expect(shown.map((text) => text.trim())).toEqual(open.filter(({ label }) => label !== 'Review').map(({ label }) => label));
      for (const place of places) {
        // The router hears of it as of a link: loading the page anew for each would prove nothing more.
        await page.evaluate((path) => history.pushState(null, '', path), place.path);
        const isOpen = open.includes(place);
        const denial = page.getByText('This place is not open to you');
        if (isOpen) {
          await page.locator('main').getByRole('heading', { level: 1, name: place.label, exact: true }).waitFor();
          await visitor.settled();
          expect([place.path, await denial.count()]).toEqual([place.path, 0]);
        } else {
          await denial.waitFor();
          // The denial of the place before must not be taken for this one's.
          await page.locator('main').getByRole('heading', { level: 1, name: place.label === 'Review' ? 'Work' : place.label, exact: true }).waitFor();
        }
        const reader = readers[place.call[1]];
        const status = await statusOf(visitor, place.call);
        if (reader === undefined ? isOpen : may(roles, reader)) expect([place.call, [200, 204, 409]]).toEqual([place.call, expect.arrayContaining([status])]);
        else expect([place.call, status]).toEqual([place.call, 403]);
      }
    });

    test('an auditor, a privacy officer or whoever else judges nothing: told nothing of how reviews are checked', async () => {
      for (const personId of ['olga', 'priya', 'sue', 'otto']) {
        const { page } = await office().visit(personId, '/settings', { fresh: true, keepNotice: true });
        await page.getByRole('heading', { level: 2, name: 'Where you are signed in' }).waitFor();
        expect([personId, await page.getByRole('dialog').count(), await page.getByText('What you were told').count()]).toEqual([personId, 0, 0]);
      }
    });

    test('nobody: every place leads to the sign-in, and back to where one wanted to go', async () => {
      const visitor = await office().visit('ravi', '/history?type=letters.shown', { fresh: true });
      expect(new URL(visitor.page.url())).toMatchObject({ pathname: '/history', search: '?type=letters.shown' });
      const stranger = await office().browser.newContext({ baseURL: office().origin });
      const page = await stranger.newPage();
      for (const { path } of places) {
        await page.goto(path);
        await page.getByRole('link', { name: /^Sign in/ }).waitFor();
        expect(new URL(page.url()).pathname).toBe('/sign-in');
      }
      await page.getByRole('link', { name: /^Sign in/ }).click();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('alert').filter({ hasText: /did not confirm who you are/ }).waitFor();
      await stranger.close();
    });
  });
}
