/** Microseconds since 1970 as people and HTTP read them. */
export function isoOf(micros: number): string {
  return new Date(micros / 1000).toISOString();
}

export function isoOrNull(micros: number | null | undefined): string | null {
  return micros === null || micros === undefined ? null : isoOf(micros);
}
