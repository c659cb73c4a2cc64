/** Where a sign-in may lead back to. */

/** Stands for our own origin; nothing is ever fetched from it. */
const base = 'http://local.invalid';

/**
 * The path given, or `/` for whatever a browser could take for another place: another origin in any spelling, a scheme, an
 * address of sign-in itself. Browsers drop tabs and line ends and read `\` as `/`, so neither may occur at all.
 */
export function localPath(text: string | undefined): string {
  if (text === undefined || !/^\/[\x21-\x7e]*$/.test(text) || text.includes('\\')) return '/';
  const url = URL.canParse(text, base) ? new URL(text, base) : null;
  if (url === null || url.origin !== base) return '/';
  const path = `${url.pathname}${url.search}${url.hash}`;
  // Dots may have been resolved into a path that begins with two slashes.
  return path.startsWith('//') || /^\/auth(\/|$)/.test(url.pathname) ? '/' : path;
}
