import { createTwoFilesPatch } from 'diff';
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify';
import { parsePolicy, policySchema } from '@countersign/core';
import { CountersignError } from '@countersign/kit';
import { answers, diffQuery, draftParams, noteBody, textBody, typeParams, versionParams } from './http-schemas.ts';
import { activatePolicy, approvePolicy, proposePolicy, requireVersion, withdrawPolicy, type PolicyDesk } from './policies.ts';
import { deleteDraft, findDraft, findVersionText, insertDraft, listActivations, listActive, listDrafts, listVersions, updateDraft } from './store.ts';

const draftsMax = 200;
const historyMax = 200;
/** Nothing else is answered meanwhile. */
const diffMsMax = 500;
const tags = ['policies'];

type TextRequest = FastifyRequest<{ Body: { text: string; note: string } }>;
type VersionRequest = FastifyRequest<{ Params: { version: string }; Body: { note?: string } | null }>;
type DraftRequest = FastifyRequest<{ Params: { draftId: string }; Body: { text: string } }>;

/** `/v1/policies`: draft, check, propose, approve, activate, withdraw, history, difference. */
export function policyRoutes(desk: PolicyDesk): FastifyPluginAsync {
  return async (app) => {
    registerReading(app, desk);
    registerDrafts(app, desk);
    registerChanges(app, desk);
    await Promise.resolve();
  };
}

function registerReading(app: FastifyInstance, { db }: PolicyDesk): void {
  const config = { permission: 'policies.read' } as const;
  app.get('/v1/policies', { config, schema: { tags, summary: 'The policies in force', response: answers.active } }, async () => ({ policies: await listActive(db) }));
  app.get('/v1/policies/schema', { config: { permission: 'public' }, schema: { tags, summary: 'JSON Schema of a policy file', response: answers.schema } }, () => policySchema);
  app.post('/v1/policies/check', { config, schema: { tags, summary: 'Check a policy without storing it', body: textBody, response: answers.check } }, (request) => {
    const result = parsePolicy((request as TextRequest).body.text);
    return result.ok ? { ok: true, version: result.policy.version, decisionType: result.policy.document.decisionType, warnings: result.warnings } : result;
  });
  app.get('/v1/policies/versions/:version', { config, schema: { tags, summary: 'One version with its text', params: versionParams, response: answers.version } }, async (request) => {
    const { version } = (request as VersionRequest).params;
    return { ...(await requireVersion(db, version)), text: await findVersionText(db, version) };
  });
  app.get('/v1/policies/history/:decisionType', { config, schema: { tags, summary: 'The versions of a decision type, and which of them was in force since when; of both the last 200, newest first', params: typeParams, response: answers.history } }, async (request) => {
    const { decisionType } = request.params as { decisionType: string };
    const [versions, activations] = await Promise.all([listVersions(db, decisionType, historyMax), listActivations(db, decisionType, historyMax)]);
    return { versions, activations };
  });
  app.get('/v1/policies/diff', { config, schema: { tags, summary: 'What differs between two versions', querystring: diffQuery, response: answers.diff } }, async (request) => {
    const { from, to } = request.query as { from: string; to: string };
    const [before, after] = await Promise.all([findVersionText(db, from), findVersionText(db, to)]);
    if (before === undefined || after === undefined) throw new CountersignError('not-found', `There is no policy version ${before === undefined ? from : to}.`);
    const patch = createTwoFilesPatch(from, to, before, after, '', '', { context: 3, timeout: diffMsMax });
    if (patch === undefined) throw new CountersignError('unprocessable', 'The two texts have too little in common to be compared line by line.', { remedy: 'Read each of them: GET /v1/policies/versions/{version}.' });
    return { from, to, patch };
  });
}

function registerDrafts(app: FastifyInstance, { db }: PolicyDesk): void {
  const config = { permission: 'policies.draft' } as const;
  const typeOf = (text: string) => {
    const result = parsePolicy(text);
    return result.ok ? result.policy.document.decisionType : (/^decisionType: *["']?([a-z0-9.-]{1,100})/m.exec(text)?.[1] ?? 'unknown');
  };
  app.get('/v1/policies/drafts', { config, schema: { tags, summary: 'Drafts, newest first', response: answers.drafts } }, async () => ({ drafts: await listDrafts(db, draftsMax) }));
  app.post('/v1/policies/drafts', { config, schema: { tags, summary: 'Keep a draft; it may have problems', body: textBody, response: answers.draftKept } }, async (request, reply) => {
    const { text } = (request as TextRequest).body;
    const draft = await insertDraft(db, { decisionType: typeOf(text), text, writtenBy: request.identity.subject });
    return await reply.code(201).header('etag', `"${draft.revision}"`).send({ ...draft, ...checkOf(text) });
  });
  app.put('/v1/policies/drafts/:draftId', { config, schema: { tags, summary: 'Change a draft; If-Match names the revision you saw', params: draftParams, body: textBody, response: answers.draftChanged } }, async (request, reply) => {
    const { params, body } = request as DraftRequest;
    const etag = request.headers['if-match'];
    if (etag === undefined) throw new CountersignError('precondition-required', 'Changing a draft needs If-Match with its ETag.');
    // What is none of ours, or larger than the database counts, is no draft's.
    const revision = Number(/^"(\d{1,9})"$/.exec(etag)?.[1]);
    const draft = Number.isNaN(revision) ? undefined : await updateDraft(db, { draftId: uuidOf(params.draftId), revision, decisionType: typeOf(body.text), text: body.text, writtenBy: request.identity.subject });
    if (draft === undefined) throw new CountersignError('precondition-failed', 'Somebody changed this draft, or it is gone.');
    return await reply.header('etag', `"${draft.revision}"`).send({ ...draft, ...checkOf(body.text) });
  });
  app.get('/v1/policies/drafts/:draftId', { config, schema: { tags, summary: 'One draft', params: draftParams, response: answers.draft } }, async (request, reply) => {
    const draft = await findDraft(db, uuidOf((request as DraftRequest).params.draftId));
    if (draft === undefined) throw new CountersignError('not-found', 'There is no such draft.');
    return await reply.header('etag', `"${draft.revision}"`).send(draft);
  });
  app.delete('/v1/policies/drafts/:draftId', { config, schema: { tags, summary: 'Throw a draft away', params: draftParams, response: answers.gone } }, async (request, reply) => {
    if (!(await deleteDraft(db, uuidOf((request as DraftRequest).params.draftId)))) throw new CountersignError('not-found', 'There is no such draft.');
    return await reply.code(204).send(null);
  });
}

function registerChanges(app: FastifyInstance, desk: PolicyDesk): void {
  app.post('/v1/policies/versions', { config: { permission: 'policies.draft' }, schema: { tags, summary: 'Propose a version: immutable, named by the hash of its content', body: textBody, response: answers.proposed } }, async (request, reply) => {
    const { text, note } = (request as TextRequest).body;
    return await reply.code(201).send(await proposePolicy(desk, { text, note, by: request.identity.subject }));
  });
  const withNote = (request: FastifyRequest) => {
    const { params, body } = request as VersionRequest;
    return { version: params.version, note: body?.note ?? '', by: request.identity.subject };
  };
  app.post('/v1/policies/versions/:version/approval', { config: { permission: 'policies.approve' }, schema: { tags, summary: 'Approve what somebody else proposed', params: versionParams, body: noteBody, response: answers.approved } }, (request) => approvePolicy(desk, withNote(request)));
  app.post('/v1/policies/versions/:version/activation', { config: { permission: 'policies.activate' }, schema: { tags, summary: 'Put an approved version in force', params: versionParams, body: noteBody, response: answers.activated } }, (request) => activatePolicy(desk, withNote(request)));
  app.post('/v1/policies/versions/:version/withdrawal', { config: { permission: 'policies.approve' }, schema: { tags, summary: 'Take a version out of use', params: versionParams, body: noteBody, response: answers.withdrawn } }, (request) => withdrawPolicy(desk, withNote(request)));
}

function checkOf(text: string) {
  const result = parsePolicy(text);
  return { check: result.ok ? [] : result.problems, warnings: result.warnings };
}

function uuidOf(text: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) throw new CountersignError('not-found', 'There is no such draft.');
  return text;
}
