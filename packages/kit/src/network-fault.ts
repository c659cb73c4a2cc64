import { ProduceError } from '@countersign/kafka';

const codes: ReadonlySet<string | undefined> = new Set(['EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT']);

/** Whoever is at the other end cannot be found or reached, does not answer, or went away: by the code that Node gives such an error. Says nothing of what was asked. */
export function isNetworkFault(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && codes.has((error as NodeJS.ErrnoException).code);
}

/** What the client of Postgres says of a connection that is gone or silent; such errors have no code. */
const pgSilences = /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect)/;

/** Kafka or Postgres is away, restarting, or out of connections: what was asked is sound. SQLSTATE classes 08 and 53, and 57P (PostgreSQL, appendix A). */
export function isOutage(error: unknown): boolean {
  if (error instanceof ProduceError || isNetworkFault(error)) return true;
  return error instanceof Error && (/^(08\w{3}|53\w{3}|57P0\d)$/.test((error as { code?: string }).code ?? '') || pgSilences.test(error.message));
}
