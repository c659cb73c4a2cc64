/** Who asks, for counting, and how often one of them may be refused. */

import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import { Counter } from 'prom-client';
import type { Identity } from './identity.ts';

/** Refusals of one caller a minute that are recorded. Each is kept for ever, and whoever has no token can cause them. */
export const denialsMax = 120;
/** Callers that are told apart in a minute; whoever comes then is counted with all others who do. */
const callersMax = 5000;
const windowMs = 60_000;

const denials = new Counter({ name: 'countersign_denials_total', help: 'Requests that somebody was refused, by whether it is on record: of one caller, those beyond so many a minute are not', labelNames: ['recorded'] as const });
for (const recorded of ['true', 'false']) denials.inc({ recorded }, 0);

/** The subject that was verified, or else the address: a header that anybody can make up tells nobody from another. */
export function callerOf(request: FastifyRequest): string {
  const identity = request.identity as Identity | undefined;
  return identity === undefined ? `address ${normalizeIP(request.ip)}` : `subject ${identity.subject}`;
}

/** How a refusal is recorded, and for how many seconds its caller is asked to stay away. */
export type CountedDenial = { record: 'itself' | 'with-those-after' | 'no'; waitS: number };

/** Counts refusals, and nothing else: others at the same address, whose tokens are good, go on. */
export class DenialCounter {
  readonly #counts = new Map<string, number>();
  #endsMs = 0;

  /** `nowMs` never goes back. The first that is too many is recorded for all that follow it. */
  count(caller: string, nowMs: number): CountedDenial {
    if (nowMs >= this.#endsMs) {
      this.#counts.clear();
      this.#endsMs = nowMs + windowMs;
    }
    const counted = this.#counts.has(caller) || this.#counts.size < callersMax ? caller : 'others';
    const count = (this.#counts.get(counted) ?? 0) + 1;
    this.#counts.set(counted, count);
    const record = count <= denialsMax ? 'itself' : count === denialsMax + 1 ? 'with-those-after' : 'no';
    denials.inc({ recorded: String(record !== 'no') });
    return { record, waitS: record === 'itself' ? 0 : Math.ceil((this.#endsMs - nowMs) / 1000) };
  }
}
