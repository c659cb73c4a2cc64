/**
 * Whether content of a media type is text: then JSON carries it as it stands, and base64 otherwise; no media type means plain text. Whoever proposes,
 * takes in or shows content asks here, since two answers would make two contents of one.
 */
export function isTextual(mediaType: string | null): boolean {
  if (mediaType === null) return true;
  const essence = (mediaType.split(';')[0] ?? '').trim().toLowerCase();
  return essence.startsWith('text/') || /^application\/(json|xml|yaml)$/.test(essence) || essence.endsWith('+json') || essence.endsWith('+xml');
}
