/** `/v1/people`: the register of reviewers. */

import type { FastifyPluginAsync } from 'fastify';
import { roles } from '@countersign/kit';
import type { Role } from '@countersign/kit';
import { foreignCursor, words } from '../http-shapes.ts';
import type { ReviewHttp } from '../http-context.ts';
import { queueWarnings } from './queue-names.ts';
import { changeAvailability, putPerson, requirePerson } from './register.ts';
import type { Person, Place } from './store.ts';
import { readNames, readPeople } from './store.ts';

const tags = ['people'];

const personBody = {
  type: 'object',
  required: ['name', 'roles', 'queues'],
  additionalProperties: false,
  properties: {
    name: words('As colleagues know them', 'Maria Reis', 200),
    roles: { type: 'array', maxItems: 20, uniqueItems: true, items: { type: 'string', enum: roles }, examples: [['reviewer', 'senior']] },
    queues: { type: 'array', maxItems: 500, uniqueItems: true, items: { type: 'string', minLength: 1, maxLength: 300 }, description: '`*` is every queue, a decision type all of its queues', examples: [['digits.routing']] },
    active: { type: 'boolean', default: true, description: 'Works here at all' },
    available: { type: 'boolean', description: 'Takes new work; left out, it stays as it is' },
    claimsMax: { type: ['integer', 'null'], minimum: 1, maximum: 50, description: 'How many tasks they may hold at once, null for the setting; left out, it stays as it is' },
  },
  examples: [{ name: 'Maria Reis', roles: ['reviewer', 'senior'], queues: ['digits.routing'], active: true }],
} as const;

const personShape = {
  type: 'object',
  required: ['personId', 'name', 'roles', 'queues', 'active', 'available', 'claimsMax', 'etag'],
  properties: {
    personId: { type: 'string' },
    name: { type: 'string' },
    roles: { type: 'array', items: { type: 'string' } },
    queues: { type: 'array', items: { type: 'string' } },
    active: { type: 'boolean' },
    available: { type: 'boolean', description: 'Takes new work' },
    claimsMax: { type: ['integer', 'null'], description: 'How many tasks they may hold at once; null is the setting' },
    etag: { type: 'string', description: 'Send it as If-Match to change only what you read' },
  },
} as const;

const personExample = { personId: 'maria', name: 'Maria Reis', roles: ['reviewer', 'senior'], queues: ['digits.routing'], active: true, available: true, claimsMax: null, etag: '"3"' } as const;

const enteredShape = {
  ...personShape,
  required: [...personShape.required, 'warnings'],
  properties: { ...personShape.properties, warnings: { type: 'array', items: { type: 'string' }, description: 'What was taken as it is, and may be a slip: a queue of a decision type that no policy is in force for' } },
} as const;

const personParams = { type: 'object', required: ['personId'], properties: { personId: { type: 'string', minLength: 1, maxLength: 200, description: 'The subject of their token', examples: ['maria'] } } } as const;
const availabilityBody = {
  type: 'object',
  required: ['available', 'reason'],
  additionalProperties: false,
  properties: { available: { type: 'boolean' }, reason: words('Why: on the record', 'On leave until the 14th.', 500) },
  examples: [{ available: false, reason: 'On leave until the 14th.' }],
} as const;
const ownBody = { type: 'object', required: ['available'], additionalProperties: false, properties: { available: { type: 'boolean' } }, examples: [{ available: false }] } as const;

const putHeaders = {
  type: 'object',
  properties: {
    'if-match': { type: 'string', pattern: '^"[0-9]{1,9}"$', description: 'The ETag you read, to change only that' },
    'if-none-match': { type: 'string', const: '*', description: 'Only enter somebody new; without `if-match`' },
  },
  not: { required: ['if-match', 'if-none-match'] },
} as const;
type PutHeaders = { 'if-match'?: string; 'if-none-match'?: '*' };

const partOfName = { type: 'string', maxLength: 200, pattern: '^[^\\u0000]*$', description: 'Only those whose name or id has this in it, whatever its case and accents', examples: ['mari'] } as const;

const peopleQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    q: partOfName,
    after: { type: 'string', maxLength: 3000, description: '`next` of the page before' },
    limit: { type: 'integer', minimum: 1, maximum: 500, default: 100, description: 'People a page' },
  },
} as const;

const namesQuery = {
  type: 'object',
  required: ['id'],
  additionalProperties: false,
  properties: { id: { type: 'array', minItems: 1, maxItems: 100, items: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[^\\u0000]*$' }, description: 'Whose; several times for several people', examples: [['maria', 'ada']] } },
} as const;

const namesShape = {
  type: 'object',
  required: ['names'],
  properties: { names: { type: 'array', items: { type: 'object', required: ['personId', 'name'], properties: { personId: { type: 'string' }, name: { type: 'string' } } } } },
} as const;

const findQuery = { type: 'object', required: ['q'], additionalProperties: false, properties: { q: { ...partOfName, minLength: 1 } } } as const;
/** Whoever is not among them is found by more of the name. */
const foundMax = 10;

type PersonRoute = { Params: { personId: string } };
type PersonBody = { name: string; roles: Role[]; queues: string[]; active: boolean; available?: boolean; claimsMax?: number | null };

/** Reading and changing people. */
export function peopleRoutes({ review }: ReviewHttp): FastifyPluginAsync {
  return async (app) => {
    app.put<PersonRoute & { Body: PersonBody; Headers: PutHeaders }>(
      '/v1/people/:personId',
      {
        config: { permission: 'people.change' },
        schema: {
          tags,
          summary: 'Enter or change a person',
          description: 'Replaces name, roles and qualifications. Every change is on the record, on `access.changed`.',
          params: personParams,
          headers: putHeaders,
          body: personBody,
          response: { 200: { description: 'Entered', ...enteredShape, examples: [{ ...personExample, warnings: [] }] } },
        },
      },
      async (request, reply) => {
        const admin = request.identity.subject;
        const { personId } = request.params;
        const person = shapeOf(await putPerson(review, admin, { personId, ...request.body }, versionOf(request.headers)));
        reply.header('etag', person.etag);
        return { ...person, warnings: queueWarnings(person.queues, review.decisionTypes()) };
      },
    );

    app.get<PersonRoute>(
      '/v1/people/:personId',
      { config: { permission: 'people.change' }, schema: { tags, summary: 'One person', params: personParams, response: { 200: { description: 'As they are', ...personShape, examples: [personExample] } } } },
      async (request, reply) => {
        const person = shapeOf(await requirePerson(review.sql, request.params.personId));
        reply.header('etag', person.etag);
        return person;
      },
    );

    app.get<{ Querystring: { q?: string; after?: string; limit: number } }>(
      '/v1/people',
      {
        config: { permission: 'people.change' },
        schema: {
          tags,
          summary: 'The register',
          querystring: peopleQuery,
          response: { 200: { description: 'By name', type: 'object', required: ['people', 'next'], properties: { people: { type: 'array', items: personShape }, next: { type: ['string', 'null'] } }, examples: [{ people: [personExample], next: null }] } },
        },
      },
      async (request) => {
        const { q = null, after, limit } = request.query;
        const rows = await readPeople(review.sql, q, after === undefined ? null : readPlace(after), limit + 1);
        const page = rows.slice(0, limit);
        const last = page.at(-1);
        return { people: page.map(shapeOf), next: rows.length > page.length && last !== undefined ? writePlace(last) : null };
      },
    );
  };
}

/** What people are called, for whoever reads an id on the record, and whose id a name is, for whoever searches it: an identity provider's ids are no names. */
export function nameRoutes({ review }: ReviewHttp): FastifyPluginAsync {
  return async (app) => {
    app.get<{ Querystring: { q: string } }>(
      '/v1/reviews/names/search',
      {
        config: { permission: 'audit.read' },
        schema: {
          tags,
          summary: 'Find people by name',
          description: `The ids to search the record for: the first ${foundMax} of those who are entered, by name.`,
          querystring: findQuery,
          response: { 200: { description: 'Found', ...namesShape, examples: [{ names: [{ personId: 'maria', name: 'Maria Reis' }] }] } },
        },
      },
      async ({ query }) => ({ names: (await readPeople(review.sql, query.q, null, foundMax)).map(({ personId, name }) => ({ personId, name })) }),
    );

    app.get<{ Querystring: { id: string[] } }>(
      '/v1/reviews/names',
      {
        config: { permission: 'people.names' },
        schema: {
          tags,
          summary: 'What people are called',
          description: 'As the register has it now; whoever is not entered is left out. Nobody is found by it whose id is not known.',
          querystring: namesQuery,
          response: { 200: { description: 'Of those who are entered', ...namesShape, examples: [{ names: [{ personId: 'maria', name: 'Maria Reis' }] }] } },
        },
      },
      async ({ query }) => ({ names: [...(await readNames(review.sql, query.id))].map(([personId, name]) => ({ personId, name })) }),
    );
  };
}

/** Who takes new work: said by a supervisor or an admin of anybody, and by reviewers of themselves. */
export function availabilityRoutes({ review, reviewer }: ReviewHttp): FastifyPluginAsync {
  return async (app) => {
    app.put<PersonRoute & { Body: { available: boolean; reason: string } }>(
      '/v1/people/:personId/availability',
      {
        config: { permission: 'people.availability' },
        schema: {
          tags,
          summary: 'Say whether a person takes new work',
          description: 'What they hold stays theirs; a supervisor can release it. Who said so and why is on the record.',
          params: personParams,
          body: availabilityBody,
          response: { 200: { description: 'Said', ...personShape, examples: [{ ...personExample, available: false }] } },
        },
      },
      async (request, reply) => {
        const { available, reason } = request.body;
        const person = shapeOf(await changeAvailability(review, request.identity.subject, request.params.personId, available, reason));
        reply.header('etag', person.etag);
        return person;
      },
    );

    app.put<{ Body: { available: boolean } }>(
      '/v1/reviews/me/availability',
      {
        config: { permission: 'reviews.work' },
        schema: {
          tags,
          summary: 'Say whether you take new work',
          description: 'What you hold stays yours.',
          body: ownBody,
          response: { 200: { description: 'Said', type: 'object', required: ['available'], properties: { available: { type: 'boolean' } }, examples: [{ available: false }] } },
        },
      },
      async (request) => {
        const { personId } = await reviewer(request);
        const { available } = await changeAvailability(review, personId, personId, request.body.available, null);
        return { available };
      },
    );
  };
}

function versionOf(headers: PutHeaders): number | 'new' | null {
  const match = headers['if-match'];
  if (match !== undefined) return Number(match.slice(1, -1));
  return headers['if-none-match'] === undefined ? null : 'new';
}

function writePlace({ listedAs, personId }: Place): string {
  return Buffer.from(`${listedAs}\u0000${personId}`).toString('base64url');
}

/** No text of the database can hold U+0000. */
function readPlace(text: string): Place {
  const [listedAs, personId, ...rest] = Buffer.from(text, 'base64url').toString('utf8').split('\u0000');
  if (listedAs === undefined || personId === undefined || rest.length > 0) throw foreignCursor();
  return { listedAs, personId };
}

function shapeOf({ personId, name, roles: held, queues, active, available, claimsMax, version }: Person) {
  return { personId, name, roles: held, queues, active, available, claimsMax, etag: `"${version}"` };
}
