const codes: ReadonlySet<string | undefined> = new Set(['EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT']);

/** Whoever is at the other end cannot be found or reached, does not answer, or went away: by the code that Node gives such an error. Says nothing of what was asked. */
export function isNetworkFault(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && codes.has((error as NodeJS.ErrnoException).code);
}
