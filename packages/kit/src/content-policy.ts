/** Content Security Policy (W3C, level 3): what a page of ours may load, run and send. */

type Directives = Readonly<Record<string, readonly string[]>>;

const self = "'self'";
const none = "'none'";

/** Of everything: own files only, no script or style inside a page, in nobody's frame, forms to ourselves. */
const strict: Directives = {
  'default-src': [self], 'base-uri': [none], 'object-src': [none], 'frame-ancestors': [none], 'form-action': [self], 'img-src': [self, 'data:', 'blob:'],
};

/** A policy for the whole server, or for one route as its `helmet` option: the strict one, some directives replaced. */
export function contentPolicy(change: Directives = {}): { contentSecurityPolicy: { useDefaults: false; directives: Record<string, string[]> } } {
  const directives: Record<string, string[]> = {};
  for (const [name, sources] of Object.entries({ ...strict, ...change })) directives[name] = [...sources];
  return { contentSecurityPolicy: { useDefaults: false, directives } };
}

/** The reference page has a script of its own inside, known by the nonce, and draws with inline styles. */
export function referencePolicy(nonce: string): string {
  const directives = contentPolicy({ 'script-src': [self, `'nonce-${nonce}'`], 'style-src': [self, "'unsafe-inline'"], 'font-src': [self, 'data:'] }).contentSecurityPolicy.directives;
  return Object.entries(directives).map(([name, sources]) => `${name} ${sources.join(' ')}`).join(';');
}
