/** A browser as far as HTTP goes: it keeps cookies, follows redirects, and never sends them to another host. */

export type Page = { status: number; url: URL; headers: Headers; text: string; json: Record<string, unknown> };

const redirectsMax = 10;

export class Browser {
  readonly origin: string;
  /** By name; values as the server set them. */
  readonly cookies = new Map<string, string>();
  readonly #headers: Readonly<Record<string, string>>;
  /** Set-Cookie headers as they came, newest last. */
  readonly setCookies: string[] = [];

  constructor(origin: string, headers: Readonly<Record<string, string>> = {}) {
    this.origin = origin;
    this.#headers = headers;
  }

  /** One request; a redirect is answered, not followed. */
  async send(method: string, address: string, options: { body?: string; headers?: Readonly<Record<string, string>> } = {}): Promise<Page> {
    const url = new URL(address, this.origin);
    const response = await fetch(url, {
      method, redirect: 'manual', headers: { accept: 'text/html,application/json', ...this.#headers, ...(this.cookies.size === 0 ? {} : { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }), ...options.headers },
      ...(options.body === undefined ? {} : { body: options.body }),
    });
    for (const set of response.headers.getSetCookie()) this.#keep(set);
    const text = await response.text();
    return { status: response.status, url, headers: response.headers, text, json: /json/.test(response.headers.get('content-type') ?? '') ? (JSON.parse(text) as Record<string, unknown>) : {} };
  }

  /** Opens an address as a person does: with every redirect, until a page or another origin comes. */
  async open(address: string): Promise<Page> {
    let page = await this.send('GET', address);
    for (let count = 0; count < redirectsMax && page.status >= 300 && page.status < 400; count += 1) {
      const next = new URL(page.headers.get('location') ?? '', page.url);
      if (next.origin !== this.origin) return page;
      page = await this.send('GET', next.href);
    }
    return page;
  }

  /** Submits the form of the development provider's page: a person's id, or nothing to cancel. Follows where it leads. */
  async pick(page: Page, personId: string | null): Promise<Page> {
    const action = /<form method="post" action="([^"]+)"/.exec(page.text)?.[1];
    if (action === undefined) throw new Error(`This is no page to pick somebody from: ${page.status} ${page.url.href} ${page.text.slice(0, 300)}`);
    const sent = await this.send('POST', action, { body: personId === null ? 'cancel=yes' : `person=${encodeURIComponent(personId)}`, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    return await this.open(new URL(sent.headers.get('location') ?? '/', sent.url).href);
  }

  /** The cookie of the session, and its name. */
  get session(): { name: string; value: string } | undefined {
    const found = [...this.cookies].find(([name]) => name.endsWith('countersign-session'));
    return found === undefined ? undefined : { name: found[0], value: found[1] };
  }

  /** What `GET /v1/session` says. */
  async whoami(): Promise<Record<string, unknown>> {
    return (await this.send('GET', '/v1/session')).json;
  }

  /** A call that the cookie opens, with the token that belongs to it. */
  async call(method: string, path: string, body?: object): Promise<Page> {
    const { csrfToken } = await this.whoami();
    return await this.send(method, path, { headers: { 'x-csrf-token': String(csrfToken), ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  }

  /** A short token for every other call; throws where nobody is signed in. */
  async token(): Promise<string> {
    const answer = await this.call('POST', '/v1/session/token');
    if (answer.status !== 200) throw new Error(`No token: ${answer.status} ${answer.text}`);
    return String(answer.json['token']);
  }

  #keep(set: string): void {
    this.setCookies.push(set);
    const [pair = '', ...attributes] = set.split(';');
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    const expires = attributes.map((text) => text.trim()).find((text) => /^expires=/i.test(text))?.slice(8);
    const gone = attributes.some((text) => /^\s*max-age=0/i.test(text)) || (expires !== undefined && Date.parse(expires) <= Date.now());
    if (gone) this.cookies.delete(name);
    else this.cookies.set(name, pair.slice(at + 1));
  }
}

/** Signs in over HTTP as somebody seeded, the way a person would: provider, page of people, and back. */
export async function signIn(origin: string, personId: string, to = '/', headers: Readonly<Record<string, string>> = {}): Promise<Browser> {
  const browser = new Browser(origin, headers);
  await browser.pick(await browser.open(`/auth/sign-in?to=${encodeURIComponent(to)}`), personId);
  const session = await browser.whoami();
  if (session['signedIn'] !== true) throw new Error(`${personId} could not sign in: ${JSON.stringify(session)}`);
  return browser;
}
