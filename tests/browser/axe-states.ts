/** Screens in the states they can be in, each through axe, in both themes. */
import { expect } from '@jest/globals';
import type { Route } from 'playwright-core';
import { violationsOf } from './axe.ts';
import type { Office } from './office.ts';
import type { Visitor, VisitOptions } from './visitor.ts';

export type State = readonly [name: string, reach: (visitor: Visitor) => Promise<unknown>, leave?: (visitor: Visitor) => Promise<unknown>];

/** What a server answers whose database is away. */
export const failing = async (route: Route) => await route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', title: 'Unavailable', status: 503, code: 'unavailable', detail: 'The database cannot be reached.', remedy: 'Try again in a moment.' }) });

export const escape = async ({ page }: Visitor) => {
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
};

export const go = (to: string) => async (visitor: Visitor) => await visitor.goTo(to);

export const dialogBy = (name: string | RegExp) => async ({ page }: Visitor) => {
  await page.getByRole('button', { name }).first().click();
  await page.getByRole('dialog').waitFor();
  await page.waitForFunction(() => document.querySelector('dialog [class*="bone"]') === null);
};

export const key = (pressed: string) => async ({ page }: Visitor) => {
  await page.keyboard.press(pressed);
  await page.getByRole('dialog').waitFor();
};

/** A place whose data cannot be had: `addresses` is what it asks for. */
export const broken = (name: string, to: string, addresses: string): State => [name, async ({ page }) => {
  await page.route(addresses, failing);
  await page.goto(to);
  await page.getByText('The database cannot be reached.').first().waitFor();
}, async ({ page }) => await page.unroute(addresses)];

/** A place while its data is on the way. */
export const loading = (name: string, to: string, addresses: string): State => [name, async ({ page }) => {
  // Neither answered nor refused until the state was looked at.
  await page.route(addresses, () => undefined);
  await page.goto(to);
  await page.locator('main [class*="bone"]').first().waitFor();
}, async ({ page }) => await page.unroute(addresses)];

export async function check(visitor: Visitor, states: readonly State[]): Promise<void> {
  const found: string[] = [];
  for (const [name, reach, leave] of states) {
    await reach(visitor);
    found.push(...(await violationsOf(visitor.page, name)));
    await leave?.(visitor);
  }
  expect(found).toEqual([]);
}

/** With nothing that moves: axe looks at what has come to rest. */
export async function visitStill(office: Office, person: string, to: string, options: VisitOptions = {}): Promise<Visitor> {
  return await office.visit(person, to, { reducedMotion: true, ...options });
}
