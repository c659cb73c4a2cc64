/** A person in a browser window of their own. Whatever happens in it, nothing may be loaded from elsewhere, and no script may fail. */
import type { Browser, BrowserContext, Locator, Page, Request } from 'playwright-core';
import { seededPeople } from '../../packages/stack/src/development-provider/people.ts';

/** Where somebody goes, and with which browser. */
export type Premises = { browser: Browser; origin: string };

export type VisitOptions = {
  theme?: 'light' | 'dark';
  reducedMotion?: boolean;
  size?: { width: number; height: number };
  /** Another session, and no notice read: what it does to its session concerns no other test. */
  fresh?: boolean;
  cookies?: Awaited<ReturnType<BrowserContext['cookies']>>;
  /** Leaves the notice of a fresh session open. */
  keepNotice?: boolean;
};

/** Generous: it bounds a failure, not a success. */
const waitMs = 20_000;

export class Visitor implements AsyncDisposable {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly origin: string;
  readonly personId: string;
  readonly name: string;
  /** Failures of scripts, and what the content security policy stopped. */
  readonly trouble: string[] = [];
  readonly requests: Request[] = [];
  readonly dialogs: string[] = [];
  /** Failures that a test brings about, such as a lost network. */
  readonly expected: RegExp[] = [];
  readonly #keepNotice: boolean;

  private constructor(origin: string, personId: string, context: BrowserContext, page: Page, keepNotice: boolean) {
    this.origin = origin;
    this.personId = personId;
    this.name = seededPeople.find((person) => person.personId === personId)?.name ?? personId;
    this.context = context;
    this.page = page;
    this.#keepNotice = keepNotice;
    context.on('request', (request) => this.requests.push(request));
    page.on('pageerror', (error) => this.trouble.push(error.message));
    page.on('dialog', (dialog) => {
      this.dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) this.trouble.push(message.text());
    });
  }

  static async open({ browser, origin }: Premises, personId: string, { theme = 'light', size = { width: 1440, height: 900 }, cookies, keepNotice = false, reducedMotion = false }: VisitOptions): Promise<Visitor> {
    const context = await browser.newContext({ baseURL: origin, colorScheme: theme, reducedMotion: reducedMotion ? 'reduce' : 'no-preference', viewport: size, locale: 'en-GB', timezoneId: 'UTC', serviceWorkers: 'block' });
    context.setDefaultTimeout(waitMs);
    await context.addInitScript(() => document.addEventListener('securitypolicyviolation', (event) => console.error(`The policy stopped ${event.violatedDirective} ${event.blockedURI}`)));
    if (cookies !== undefined) await context.addCookies(cookies);
    return new Visitor(origin, personId, context, await context.newPage(), keepNotice);
  }

  /** Through the sign-in screen and the provider's page, as a person does. */
  async signIn(to: string): Promise<void> {
    await this.page.goto(to);
    await this.page.getByRole('link', { name: /^Sign in/ }).click();
    await this.pick();
    await this.settled();
  }

  /** On the page of the provider. */
  async pick(): Promise<void> {
    await this.page.getByRole('button', { name: this.name }).click();
    await this.page.getByRole('navigation', { name: 'Places' }).waitFor();
    if (!this.#keepNotice && (await this.isToldSomething())) await this.readNotice();
  }

  /** By the server, which tells those who review. */
  async isToldSomething(): Promise<boolean> {
    return await this.page.evaluate(async () => ((await (await fetch('/v1/session')).json()) as { noticeDue: boolean }).noticeDue);
  }

  async readNotice(): Promise<void> {
    await this.page.getByRole('button', { name: 'I have read this' }).click();
    await this.page.getByRole('dialog').waitFor({ state: 'detached' });
  }

  async goTo(to: string): Promise<void> {
    await this.page.goto(to);
    await this.settled();
  }

  /** A heading stands, and nothing is being fetched for the first time: a skeleton is no screen. */
  async settled(): Promise<void> {
    await this.page.locator('main').getByRole('heading').first().waitFor();
    await this.page.waitForFunction(() => document.querySelector('main [class*="bone"]') === null);
  }

  /** The review screen stands, with the task really drawn; of a task other than `not`. Gives its id. */
  async task(not?: string): Promise<string> {
    const desk = this.page.locator(`[data-task][data-armed="true"]${not === undefined ? '' : `:not([data-task="${not}"])`}`);
    await desk.waitFor();
    return (await desk.getAttribute('data-task')) ?? '';
  }

  /** From the work screen to the first task, by its key. */
  async start(): Promise<string> {
    await this.page.getByRole('button', { name: /working/ }).waitFor();
    await this.page.keyboard.press('s');
    return await this.task();
  }

  get reasoning(): Locator {
    return this.page.getByRole('textbox', { name: /Reasoning/ });
  }

  /** What a screen reader was told last. */
  async announced(words: RegExp): Promise<void> {
    await this.page.locator('[data-announcer]', { hasText: words }).waitFor({ state: 'attached' });
  }

  /** Judges what is on the screen with the keyboard alone: a digit, words, and Ctrl+Enter. */
  async judge(digit: string, words: string): Promise<void> {
    await this.page.keyboard.press(digit);
    await this.page.keyboard.type(words);
    await this.page.keyboard.press('Control+Enter');
  }

  /** What has the focus, as a person would name it. */
  async focused(): Promise<string> {
    return await this.page.evaluate(() => {
      const { activeElement: element } = document;
      if (element === null || element === document.body) return 'nothing';
      return element.getAttribute('aria-label') ?? (element instanceof HTMLElement ? element.innerText.trim().split('\n')[0] : '') ?? element.tagName;
    });
  }

  /** Addresses of requests to anywhere but the product, of those that left the page: what a content security policy stops is told of, too. */
  get foreign(): string[] {
    return this.requests.flatMap((request) => {
      const url = new URL(request.url());
      return url.origin === this.origin || ['blob:', 'data:', 'about:'].includes(url.protocol) || request.failure()?.errorText === 'csp' ? [] : [url.href];
    });
  }

  /** Fails where something was loaded from elsewhere or a script failed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
    const trouble = this.trouble.filter((text) => !this.expected.some((pattern) => pattern.test(text)));
    if (this.foreign.length > 0 || trouble.length > 0) throw new Error(`In the window of ${this.personId}: ${JSON.stringify({ foreign: this.foreign, trouble })}`);
  }
}
