import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { CountersignError, described, jsonAnswer, listOf } from '@countersign/kit';
import { decisionFilters, eventFilters } from './http-shapes.ts';
import { deleteSearch, readSavedSearches, saveSearch, type SavedFilter, type SavedSearch, type SearchTarget } from './saved-store.ts';

const tags = ['audit'];
/** Searches that one person keeps. */
const ownMax = 100;
const filterBytesMax = 4000;

const { text, flag, instant } = described;
const shape = {
  searchId: text('Names the search'), name: text('What people call it'), of: { type: 'string', enum: ['events', 'decisions'], description: 'What it looks for' },
  filter: { type: 'object', additionalProperties: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] }, description: 'Query parameters of that search' },
  shared: flag('Others see it'), owner: text('Who keeps it'), mine: flag('It is yours'), updatedAt: instant('When it was changed last'),
};
const example = { searchId: '5b1f1f0e-3c1c-4c8e-9d53-0a8f5a1f6c11', name: 'Overrides of March', of: 'events', filter: { record: ['JudgementFinalised'], from: '2026-03-01T00:00:00Z' }, shared: true, owner: 'olga', mine: true, updatedAt: '2026-04-01T09:00:00.000000Z' };
const params = { type: 'object', required: ['searchId'], properties: { searchId: { type: 'string', format: 'uuid', description: 'The search; whoever makes it chooses the id', examples: [example.searchId] } } } as const;
const body = {
  type: 'object', additionalProperties: false, required: ['name', 'of', 'filter', 'shared'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 100, pattern: '\\S', description: 'What people call it', examples: [example.name] }, of: shape.of,
    filter: { type: 'object', maxProperties: 20, additionalProperties: { anyOf: [{ type: 'string', maxLength: 300 }, { type: 'array', maxItems: 50, items: { type: 'string', maxLength: 100 } }] }, description: 'Query parameters of that search, without cursor and limit' },
    shared: flag('Others see it'),
  },
  examples: [{ name: example.name, of: example.of, filter: example.filter, shared: true }],
} as const;
type Body = { name: string; of: SearchTarget; filter: SavedFilter; shared: boolean };

/** `/v1/audit/saved-searches`: what somebody looks for again and again. */
export function savedSearchRoutes(pool: Pool): FastifyPluginAsync {
  return async (app) => {
    app.get('/v1/audit/saved-searches', {
      config: { permission: 'audit.read' },
      schema: { tags, summary: 'Your saved searches, and those that others share', response: { 200: jsonAnswer('By name', { searches: listOf('Searches', shape) }, { searches: [example] }) } },
    }, async (request) => ({ searches: (await readSavedSearches(pool, request.identity.subject)).map((search) => withMine(search, request.identity.subject)) }));
    app.put('/v1/audit/saved-searches/:searchId', {
      config: { permission: 'audit.read' },
      schema: { tags, summary: 'Keep a search, or change one of yours', params, body, response: { 200: jsonAnswer('As it is kept', shape, example) } },
    }, async (request) => {
      const { searchId } = (request as FastifyRequest<{ Params: { searchId: string } }>).params;
      const wanted = request.body as Body;
      requireFilter(wanted);
      const outcome = await saveSearch(pool, request.identity.subject, { searchId, ...wanted }, ownMax);
      if ('saved' in outcome) return withMine(outcome.saved, request.identity.subject);
      throw refusalOf(outcome.refused);
    });
    app.delete('/v1/audit/saved-searches/:searchId', {
      config: { permission: 'audit.read' },
      schema: { tags, summary: 'Forget a search of yours', params, response: { 204: { description: 'Forgotten', type: 'null' } } },
    }, async (request, reply) => {
      const { searchId } = (request as FastifyRequest<{ Params: { searchId: string } }>).params;
      if (!(await deleteSearch(pool, request.identity.subject, searchId))) throw refusalOf('not-visible');
      return await reply.code(204).send();
    });
    await Promise.resolve();
  };
}

function withMine(search: SavedSearch, person: string) {
  return { ...search, mine: search.owner === person };
}

/** A search that could never be run is a slip of whoever saves it, not a puzzle for whoever opens it. */
function requireFilter({ of, filter }: Body): void {
  const known = Object.keys(of === 'events' ? eventFilters : decisionFilters);
  const unknown = Object.keys(filter).find((name) => name !== 'order' && !known.includes(name));
  if (unknown !== undefined) throw new CountersignError('invalid-request', `filter.${unknown} is no parameter of a search for ${of}.`, { field: `filter.${unknown}` });
  if (JSON.stringify(filter).length > filterBytesMax) throw new CountersignError('too-large', `A saved filter has at most ${filterBytesMax} characters.`, { field: 'filter' });
}

function refusalOf(why: 'not-yours' | 'not-visible' | 'too-many'): CountersignError {
  switch (why) {
    case 'not-yours': return new CountersignError('forbidden', 'Only its owner changes a shared search.', { remedy: 'Save it as one of yours, under another id.' });
    case 'not-visible': return new CountersignError('not-found', 'You have no such search.');
    case 'too-many': return new CountersignError('state-conflict', `You keep ${ownMax} searches already.`, { remedy: 'Delete one first.' });
  }
}
