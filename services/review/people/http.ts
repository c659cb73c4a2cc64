/** `/v1/people`: the register of reviewers. */

import type { FastifyPluginAsync } from 'fastify';
import { words } from '../http-shapes.ts';
import type { ReviewHttp } from '../http-context.ts';
import { putPerson } from './register.ts';
import type { Person } from './store.ts';
import { readPeople } from './store.ts';

const tags = ['people'];

const personBody = {
  type: 'object',
  required: ['name', 'roles', 'queues'],
  additionalProperties: false,
  properties: {
    name: words('As colleagues know them', 'Maria Reis', 200),
    roles: { type: 'array', maxItems: 20, uniqueItems: true, items: { type: 'string', maxLength: 50 }, examples: [['reviewer', 'senior']] },
    queues: { type: 'array', maxItems: 500, uniqueItems: true, items: { type: 'string', minLength: 1, maxLength: 300 }, description: '`*` is every queue, a decision type all of its queues', examples: [['digits.routing']] },
    active: { type: 'boolean', default: true },
  },
  examples: [{ name: 'Maria Reis', roles: ['reviewer', 'senior'], queues: ['digits.routing'], active: true }],
} as const;

const personShape = {
  type: 'object',
  required: ['personId', 'name', 'roles', 'queues', 'active', 'etag'],
  properties: {
    personId: { type: 'string' },
    name: { type: 'string' },
    roles: { type: 'array', items: { type: 'string' } },
    queues: { type: 'array', items: { type: 'string' } },
    active: { type: 'boolean' },
    etag: { type: 'string', description: 'Send it as If-Match to change only what you read' },
  },
} as const;

const personExample = { personId: 'maria', name: 'Maria Reis', roles: ['reviewer', 'senior'], queues: ['digits.routing'], active: true, etag: '"3"' } as const;

type PersonBody = { name: string; roles: string[]; queues: string[]; active: boolean };

/** Reading and changing people. */
export function peopleRoutes({ review }: ReviewHttp): FastifyPluginAsync {
  return async (app) => {
    app.put<{ Params: { personId: string }; Body: PersonBody; Headers: { 'if-match'?: string } }>(
      '/v1/people/:personId',
      {
        config: { permission: 'people.change' },
        schema: {
          tags,
          summary: 'Enter or change a person',
          description: 'Replaces name, roles and qualifications. Every change is on the record, on `access.changed`.',
          params: { type: 'object', required: ['personId'], properties: { personId: { type: 'string', minLength: 1, maxLength: 200, description: 'The subject of their token', examples: ['maria'] } } },
          headers: { type: 'object', properties: { 'if-match': { type: 'string', pattern: '^"[0-9]{1,9}"$', description: 'The ETag you read, to change only that' } } },
          body: personBody,
          response: { 200: { description: 'Entered', ...personShape, examples: [personExample] } },
        },
      },
      async (request, reply) => {
        const admin = request.identity.subject;
        const match = request.headers['if-match'];
        const { personId } = request.params;
        const { version } = await putPerson(review, admin, { personId, ...request.body }, match === undefined ? null : Number(match.slice(1, -1)));
        reply.header('etag', `"${version}"`);
        return { personId, ...request.body, etag: `"${version}"` };
      },
    );

    app.get<{ Querystring: { after: string; limit: number } }>(
      '/v1/people',
      {
        config: { permission: 'people.change' },
        schema: {
          tags,
          summary: 'The register',
          querystring: { type: 'object', additionalProperties: false, properties: { after: { type: 'string', maxLength: 200, default: '', description: '`next` of the page before' }, limit: { type: 'integer', minimum: 1, maximum: 500, default: 100, description: 'People a page' } } },
          response: { 200: { description: 'By id', type: 'object', required: ['people', 'next'], properties: { people: { type: 'array', items: personShape }, next: { type: ['string', 'null'] } }, examples: [{ people: [personExample], next: null }] } },
        },
      },
      async (request) => {
        const rows = await readPeople(review.sql, request.query.after, request.query.limit + 1);
        const page = rows.slice(0, request.query.limit);
        return { people: page.map(shapeOf), next: rows.length > page.length ? (page.at(-1)?.personId ?? null) : null };
      },
    );
  };
}

function shapeOf({ personId, name, roles, queues, active, version }: Person) {
  return { personId, name, roles, queues, active, etag: `"${version}"` };
}
