import { randomUUID } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { contentDigest, decisionKey } from '@countersign/contracts';
import { decisionLimits, parseDuration, validateProposal } from '@countersign/core';
import { CountersignError, requestTrace, requireSystem, sha256, type ServiceContext } from '@countersign/kit';
import type { IntakeSettings } from './config.ts';
import { erasedRefusal } from './handlers.ts';
import { decisionAnswer, decisionParams, outcomeAnswer, outcomeSchema, proposalSchema, proposedAnswer } from './http-schemas.ts';
import { instantOf, proposalFromJson, type ProposalJson } from './proposal-json.ts';
import { claimIdempotencyKey, databaseNow, findPin, findVerdict } from './store.ts';
import type { VerdictWaiters } from './waiters.ts';

export type IntakeHttpDeps = { context: ServiceContext<'intake'>; pool: Pool; settings: IntakeSettings; waiters: VerdictWaiters };
type DecisionRequest = FastifyRequest<{ Params: { system: string; decisionId: string }; Querystring: { wait?: string } }>;

/** `/v1/decisions` and `/v1/outcomes`. */
export function intakeRoutes(deps: IntakeHttpDeps): FastifyPluginAsync {
  return async (app) => {
    app.addHook('preClose', (done) => {
      deps.waiters.close();
      done();
    });
    app.post('/v1/decisions', {
      config: { permission: 'decisions.propose' },
      schema: { tags: ['decisions'], summary: 'Propose a decision', description: 'The decision id is the idempotency key: the same content again is accepted again, other content is a conflict.', body: proposalSchema, response: { 202: proposedAnswer } },
    }, (request, reply) => propose(deps, request as FastifyRequest<{ Body: ProposalJson }>, reply));
    app.get('/v1/decisions/:system/:decisionId', {
      config: { permission: 'decisions.read' },
      schema: {
        tags: ['decisions'], summary: 'Read a decision, waiting for its verdict if asked', params: decisionParams, response: { 200: decisionAnswer },
        querystring: { type: 'object', properties: { wait: { type: 'string', description: 'How long to wait for the verdict: 30s.' } } },
      },
    }, (request, reply) => readDecision(deps, request as DecisionRequest, reply));
    app.post('/v1/outcomes', {
      config: { permission: 'outcomes.record' },
      schema: { tags: ['outcomes'], summary: 'Report what turned out to be true', body: outcomeSchema, response: { 202: outcomeAnswer }, headers: { type: 'object', properties: { 'idempotency-key': { type: 'string', minLength: 1, maxLength: 200, description: 'Yours; the same again is the same report' } } } },
    }, (request, reply) => recordOutcome(deps, request as FastifyRequest<{ Body: OutcomeJson }>, reply));
    await Promise.resolve();
  };
}

async function propose({ context, pool, settings }: IntakeHttpDeps, request: FastifyRequest<{ Body: ProposalJson }>, reply: FastifyReply) {
  const now = await databaseNow(pool);
  const proposal = proposalFromJson(request.body, now);
  const refusal = validateProposal(proposal, { now, uriPrefixes: settings.uriAllowList });
  if (refusal !== null) throw new CountersignError(refusal.code === 'too-large' ? 'too-large' : 'decision-refused', refusal.message, { refusal: refusal.code, field: refusal.field });
  requireSystem(request.identity, proposal.system);
  const pin = await findPin(pool, proposal.system, proposal.decisionId);
  if (pin?.erased === true) throw erased();
  if (pin !== undefined && pin.digest.toString('hex') !== contentDigest(proposal)) {
    throw new CountersignError('conflict', 'This decision id was accepted before with other content.', { refusal: 'conflict', field: 'decisionId' });
  }
  const record = context.publisher.record('decisions.proposed', 'DecisionProposed', proposal, decisionKey(proposal.system, proposal.decisionId), requestTrace(request));
  if ((record.value?.length ?? 0) > 256 * 1024) throw new CountersignError('too-large', 'The decision has more than 256 KiB encoded. Put large parts behind a uri.', { refusal: 'too-large', field: '' });
  await context.producer.send([record]);
  const { system, decisionId } = proposal;
  return await reply.code(202).header('location', `/v1/decisions/${encodeURIComponent(system)}/${encodeURIComponent(decisionId)}`).send({ system, decisionId, state: pin === undefined ? 'proposed' : 'accepted' });
}

async function readDecision({ pool, settings, waiters }: IntakeHttpDeps, request: DecisionRequest, reply: FastifyReply) {
  const { system, decisionId } = request.params;
  if (request.identity.roles.every((role) => role === 'pipeline')) requireSystem(request.identity, system);
  const waitMs = request.query.wait === undefined ? 0 : parseDuration(request.query.wait);
  if (waitMs === undefined) throw new CountersignError('invalid-request', 'wait must be a duration such as 30s.', { field: 'wait' });
  let verdict = await findVerdict(pool, system, decisionId);
  if (verdict === undefined && waitMs > 0) {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const deadlineMs = Date.now() + Math.min(waitMs, settings.waitMsMax);
    // A caller may be woken just before the transaction of its verdict is visible: then it waits on.
    while (verdict === undefined && Date.now() < deadlineMs && !gone.signal.aborted && !waiters.closed) {
      await waiters.wait(system, decisionId, deadlineMs - Date.now(), gone.signal);
      verdict = await findVerdict(pool, system, decisionId);
    }
  }
  const pin = await findPin(pool, system, decisionId);
  if (pin?.erased === true && verdict === undefined && pin.policyVersion === '') throw new CountersignError('not-found', `Decision ${decisionId} of ${system} was erased before it was accepted.`, { remedy: 'Use another id for a new decision.' });
  if (pin === undefined && verdict === undefined) throw new CountersignError('not-found', `No decision ${decisionId} of ${system} is accepted yet. It may be on its way, or refused: see decisions.refused.`, { remedy: 'If you proposed it, ask again with wait=30s; otherwise check system and id.' });
  return {
    system, decisionId, state: verdict === undefined ? 'accepted' : 'resolved',
    ...(pin?.erased === true ? { erased: true } : {}),
    ...(pin === undefined || pin.erased ? {} : { acceptedAt: isoOf(pin.acceptedAt), policyVersion: pin.policyVersion, contentDigest: pin.digest.toString('hex') }),
    ...(verdict === undefined ? {} : { verdict: { ...verdict, resolvedAt: isoOf(verdict.resolvedAt) } }),
  };
}

function erased(): CountersignError {
  return new CountersignError('conflict', erasedRefusal.message, { refusal: erasedRefusal.code, field: erasedRefusal.field, remedy: 'Use another id.' });
}

type OutcomeJson = { system: string; decisionId: string; outcome: string; observedAt?: string; decisionType?: string | null; source?: string | null };

async function recordOutcome({ context, pool }: IntakeHttpDeps, request: FastifyRequest<{ Body: OutcomeJson }>, reply: FastifyReply) {
  const { system, decisionId, outcome, observedAt, decisionType } = request.body;
  const source = request.body.source ?? request.identity.subject;
  requireSystem(request.identity, system);
  for (const [field, value] of Object.entries({ system, decisionId, outcome, source })) {
    if (!value.isWellFormed() || value.includes('\u0000')) throw new CountersignError('invalid-request', `${field} holds a NUL or a lone surrogate.`, { field });
  }
  const observedUs = instantOf('observedAt', observedAt);
  if (observedUs !== null && observedUs > (Date.now() + decisionLimits.clockAheadMsMax) * 1000) throw new CountersignError('invalid-request', 'observedAt is in the future: an outcome is what is known.', { field: 'observedAt' });
  if ((await findPin(pool, system, decisionId))?.erased === true) throw erased();
  let instantUs = observedUs ?? Date.now() * 1000;
  const bodySha256 = sha256(canonicalize(request.body) ?? '');
  // Nothing that follows from the report: the id stays on the log when its content is erased, and the few answers there are would soon be tried.
  let eventId: string = randomUUID();
  // Without a key the dated report is its own key: the same one twice is one event, in the same bytes. No header begins with a space.
  const key = request.headers['idempotency-key'] ?? (observedUs === null ? undefined : ` ${bodySha256.toString('hex')}`);
  if (typeof key === 'string') {
    const claim = { subject: request.identity.subject, key, bodySha256, eventId, system, decisionId };
    const claimed = (await claimIdempotencyKey(pool, claim)) ?? (await claimIdempotencyKey(pool, claim));
    if (claimed === undefined) throw new CountersignError('conflict', 'This Idempotency-Key is in use at this moment. Repeat the request.', { field: 'idempotency-key' });
    if (!claimed.bodySha256.equals(bodySha256)) throw new CountersignError('conflict', 'This Idempotency-Key was used with another body.', { field: 'idempotency-key' });
    eventId = claimed.eventId;
    // A repeat is the same event, byte for byte: it must not be observed at a later instant.
    if (observedUs === null) instantUs = claimed.usedAtMs * 1000;
  }
  await context.producer.send([context.publisher.record('outcomes.recorded', 'OutcomeRecorded', {
    eventId, occurredAt: instantUs, system, decisionId, actor: request.identity.subject, policyVersion: null, outcome, observedAt: instantUs, source, decisionType: decisionType ?? null,
  }, decisionKey(system, decisionId), requestTrace(request))]);
  return await reply.code(202).send({ eventId });
}

function isoOf(microseconds: number): string {
  return new Date(microseconds / 1000).toISOString();
}
