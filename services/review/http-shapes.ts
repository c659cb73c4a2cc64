/** JSON schemas that several routes share; from them comes the OpenAPI document. */

import { CountersignError } from '@countersign/kit';

export const taskParams = {
  type: 'object',
  required: ['taskId'],
  properties: { taskId: { type: 'string', format: 'uuid', description: 'The task', examples: ['6f0c1a52-6f3e-4f55-9a3e-0d5b8a6f2c11'] } },
} as const;

/** The fence of the claim travels as an entity tag: whoever holds an older one is told so. */
export const fenceHeaders = {
  type: 'object',
  properties: { 'if-match': { type: 'string', pattern: '^"[0-9]{1,9}"$', description: 'The ETag of your claim', examples: ['"1"'] } },
} as const;

export const instant = { type: 'string', format: 'date-time', examples: ['2026-02-03T09:00:00.000Z'] } as const;

export function words(description: string, example: string, maxLength = 2000) {
  return { type: 'string', minLength: 1, maxLength, description, examples: [example] } as const;
}

export const claimShape = {
  type: 'object',
  required: ['taskId', 'etag', 'expiresAt', 'dueAt', 'decisionType', 'prefetched'],
  properties: {
    taskId: { type: 'string', format: 'uuid' },
    etag: { type: 'string', description: 'Send it as If-Match with everything you do to the task', examples: ['"1"'] },
    expiresAt: { ...instant, description: 'When the claim ends without a heartbeat' },
    dueAt: { ...instant, description: 'When the judgement is due' },
    decisionType: { type: 'string', examples: ['digits.routing'] },
    prefetched: { type: 'boolean', description: 'A pre-claim: short, and yours for good once you report it painted' },
  },
} as const;

export const waitingShape = {
  type: 'object',
  required: ['open', 'overdue', 'nextDueAt'],
  description: 'What you could claim now. Of each queue the 200 that are due first are counted.',
  properties: { open: { type: 'integer' }, overdue: { type: 'integer' }, nextDueAt: { type: ['string', 'null'] } },
} as const;

export const done = { 204: { description: 'Done', type: 'null' } } as const;

export type TaskRoute = { Params: { taskId: string }; Headers: { 'if-match'?: string } };

export function readFence(headers: { 'if-match'?: string }): number {
  const etag = headers['if-match'];
  if (etag === undefined) throw new CountersignError('precondition-required', 'Send the ETag of your claim as If-Match.');
  return Number(etag.slice(1, -1));
}

export function etagOf(fence: number): string {
  return `"${fence}"`;
}

export function isoOf(micros: number): string {
  return new Date(Math.floor(micros / 1000)).toISOString();
}

export function isoOrNull(micros: number | null): string | null {
  return micros === null ? null : isoOf(micros);
}

/** An instant and an id. What is no cursor of ours is refused: to begin anew would have the caller page in a circle. */
export function cursorParts(text: string, separator: string): [instant: number, id: string] {
  const [instant = '', id = '', ...rest] = text.split(separator);
  if (rest.length > 0 || !/^\d{1,16}$/.test(instant) || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) {
    throw foreignCursor();
  }
  return [Number(instant), id];
}

export function foreignCursor(): CountersignError {
  return new CountersignError('invalid-request', 'The cursor is not one we gave.', { field: 'after', remedy: 'Send `next` of the page before, or leave it out to begin.' });
}
