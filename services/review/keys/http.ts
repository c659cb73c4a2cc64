/** `/v1/api-keys`: how pipelines get in. */

import type { FastifyPluginAsync } from 'fastify';
import { CountersignError } from '@countersign/kit';
import { instant, isoOf, isoOrNull, words } from '../http-shapes.ts';
import type { ReviewHttp } from '../http-context.ts';
import { readNow } from '../timers/store.ts';
import { createKey, revokeKey, rotateKey } from './keys.ts';
import type { KeyWish, MintedKey } from './keys.ts';
import { apiKeyStates, stateOf } from './state.ts';
import { readApiKeys } from './store.ts';
import type { StoredApiKey } from './store.ts';

const tags = ['api-keys'];
const config = { permission: 'keys.manage' } as const;
/** Postgres keeps no text with one. */
const withoutNul = '^[^\\u0000]*$';

const keyParams = {
  type: 'object',
  required: ['keyId'],
  properties: { keyId: { type: 'string', minLength: 1, maxLength: 100, description: 'The part between csk_ and the secret', examples: ['k3v8q1m0z7tp'] } },
} as const;

const keyShape = {
  type: 'object',
  required: ['keyId', 'name', 'systems', 'createdBy', 'createdAt', 'expiresAt', 'lastUsedAt', 'state', 'replacedBy'],
  properties: {
    keyId: { type: 'string' },
    name: { type: 'string' },
    systems: { type: 'array', items: { type: 'string' }, description: 'What it may speak for; `*` is every system' },
    createdBy: { type: 'string' },
    createdAt: instant,
    expiresAt: { ...instant, description: 'From when on it is refused' },
    lastUsedAt: { type: ['string', 'null'], format: 'date-time', description: 'To within five minutes' },
    state: { type: 'string', enum: apiKeyStates, description: '`rotating`: replaced, and good until it expires' },
    replacedBy: { type: ['string', 'null'], description: 'The key that replaces it' },
  },
} as const;

const mintedShape = { ...keyShape, required: [...keyShape.required, 'secret'], properties: { ...keyShape.properties, secret: { type: 'string', description: 'Send it as bearer token. Shown this once: nobody can read it again' } } } as const;

const keyExample = {
  keyId: 'k3v8q1m0z7tp', name: 'mailroom pipeline', systems: ['mailroom'], createdBy: 'root', createdAt: '2026-02-03T09:00:00.000Z', expiresAt: '2026-05-04T09:00:00.000Z', lastUsedAt: null, state: 'active', replacedBy: null,
} as const;
const mintedExample = { ...keyExample, secret: 'csk_k3v8q1m0z7tp_5XkY0hQmZr2uLw8sVbN4cTfJd6GaEp1RyKo9iMtQxBz' } as const;

const createBody = {
  type: 'object',
  required: ['name', 'systems', 'expiresInDays'],
  additionalProperties: false,
  properties: {
    name: { ...words('What it is for; one name has one key that counts', 'mailroom pipeline', 100), pattern: '^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$' },
    systems: { type: 'array', minItems: 1, maxItems: 100, uniqueItems: true, items: { type: 'string', minLength: 1, maxLength: 200, pattern: withoutNul }, description: 'Systems it may speak for; `*` is every one', examples: [['mailroom']] },
    expiresInDays: { type: 'integer', minimum: 1, maximum: 400, description: 'Every key ends' },
  },
  examples: [{ name: 'mailroom pipeline', systems: ['mailroom'], expiresInDays: 90 }],
} as const;

const rotateBody = {
  type: 'object',
  required: ['overlapHours'],
  additionalProperties: false,
  properties: { overlapHours: { type: 'integer', minimum: 0, maximum: 720, description: 'How long the old key stays good; 0 ends it at once' } },
  examples: [{ overlapHours: 24 }],
} as const;

const revokeBody = { type: 'object', required: ['reason'], additionalProperties: false, properties: { reason: { ...words('Why: on the record', 'It was pasted into a public ticket.'), pattern: withoutNul } }, examples: [{ reason: 'It was pasted into a public ticket.' }] } as const;

type KeyRoute = { Params: { keyId: string } };

/** Making, listing, rotating and revoking keys. */
export function keyRoutes({ review }: ReviewHttp): FastifyPluginAsync {
  return async (app) => {
    app.get<{ Querystring: { after?: string; limit: number } }>(
      '/v1/api-keys',
      {
        config,
        schema: {
          tags,
          summary: 'The API keys there are and were',
          querystring: { type: 'object', additionalProperties: false, properties: { after: { type: 'string', maxLength: 100, description: '`next` of the page before' }, limit: { type: 'integer', minimum: 1, maximum: 500, default: 100, description: 'Keys a page' } } },
          response: { 200: { description: 'Newest first', type: 'object', required: ['keys', 'next'], properties: { keys: { type: 'array', items: keyShape }, next: { type: ['string', 'null'] } }, examples: [{ keys: [keyExample], next: null }] } },
        },
      },
      async (request) => {
        const { after, limit } = request.query;
        const rows = await readApiKeys(review.sql, after ?? null, limit + 1);
        if (rows === null) throw new CountersignError('invalid-request', 'The cursor is not one we gave.', { field: 'after', remedy: 'Send `next` of the page before, or leave it out to begin.' });
        const now = await readNow(review.sql);
        const page = rows.slice(0, limit);
        return { keys: page.map((key) => shapeOf(key, now)), next: rows.length > limit ? (page.at(-1)?.keyId ?? null) : null };
      },
    );

    app.post<{ Body: KeyWish }>(
      '/v1/api-keys',
      {
        config,
        schema: { tags, summary: 'Make an API key', description: 'The answer is the only place its secret is ever in. Known to every service within a second or so.', body: createBody, response: { 201: { description: 'Made', ...mintedShape, examples: [mintedExample] } } },
      },
      async (request, reply) => await reply.code(201).header('cache-control', 'no-store').send(mintedOf(await createKey(review, request.identity.subject, request.body))),
    );

    app.post<KeyRoute & { Body: { overlapHours: number } }>(
      '/v1/api-keys/:keyId/rotate',
      {
        config,
        schema: {
          tags,
          summary: 'Replace an API key',
          description: 'Makes a key of the same name, systems and lifetime; the old one ends after the overlap. A key is replaced once: if the answer was lost, rotate the replacement.',
          params: keyParams,
          body: rotateBody,
          response: { 201: { description: 'The replacement', ...mintedShape, examples: [mintedExample] } },
        },
      },
      async (request, reply) => await reply.code(201).header('cache-control', 'no-store').send(mintedOf(await rotateKey(review, request.identity.subject, request.params.keyId, request.body.overlapHours))),
    );

    app.post<KeyRoute & { Body: { reason: string } }>(
      '/v1/api-keys/:keyId/revoke',
      {
        config,
        schema: { tags, summary: 'Revoke an API key', description: 'Every service refuses it within a second or so. Again, it changes nothing: the first reason stands.', params: keyParams, body: revokeBody, response: { 200: { description: 'Revoked', ...keyShape, examples: [{ ...keyExample, state: 'revoked' }] } } },
      },
      async (request) => {
        const { key, now } = await revokeKey(review, request.identity.subject, request.params.keyId, request.body.reason);
        return shapeOf(key, now);
      },
    );
  };
}

/** Field by field: the hash is in the row, and must not leave. */
function shapeOf(key: StoredApiKey, now: number) {
  const { keyId, name, systems, createdBy, createdAt, expiresAt, lastUsedAt, replacedBy } = key;
  return { keyId, name, systems, createdBy, createdAt: isoOf(createdAt), expiresAt: isoOf(expiresAt), lastUsedAt: isoOrNull(lastUsedAt), state: stateOf(key, now), replacedBy };
}

function mintedOf({ key, now, secret }: MintedKey) {
  return { ...shapeOf(key, now), secret };
}
