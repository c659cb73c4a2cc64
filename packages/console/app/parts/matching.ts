/** Finding people in a list. Pure. */

/** By any part of the name or the id, whatever the case and the accents. */
export function matching<P extends { personId: string; name: string }>(people: readonly P[], wanted: string): P[] {
  const needle = plain(wanted);
  return needle === '' ? [...people] : people.filter(({ name, personId }) => plain(name).includes(needle) || plain(personId).includes(needle));
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').trim().toLowerCase();
}
