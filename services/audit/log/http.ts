import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import type { Pool } from 'pg';
import { CountersignError } from '@countersign/kit';
import { encodeBundle, parseBundlePath, parseTilePath, type Outcome, type VerifierKey } from '@countersign/merkle';
import type { AuditLog } from './audit-log.ts';
import { withCosignatures } from './checkpoint.ts';
import type { AuditLogConfig } from './config.ts';
import { keepCosignatures, signaturesOf } from './cosignatures.ts';
import { answers, cosignedBody, cosignedQuery, indexParam, levelParam, tilePathParam } from './http-schemas.ts';
import { readVerifierKeys } from './keys.ts';
import { proofOf } from './proof.ts';
import { statusOf } from './status.ts';
import { newestCheckpoint, newestCosignedCheckpoint, readKeys, type StoredCheckpoint } from './store.ts';
import type { TileFolder } from './tile-folder.ts';

const tags = ['audit'];
const textType = 'text/plain; charset=utf-8';
const binaryType = 'application/octet-stream';
const immutable = 'max-age=31536000, immutable';

export type LogHttpDeps = { pool: Pool; log: AuditLog; folder: TileFolder; config: AuditLogConfig };

/** `/v1/audit/log`: the Merkle log as C2SP tlog-tiles serves one, for witnesses, monitors and auditors; `/v1/audit/proofs`. */
export function logRoutes(deps: LogHttpDeps): FastifyPluginAsync {
  return async (app) => {
    await app.register(publicRoutes(deps));
    await app.register(auditorRoutes(deps));
  };
}

/** Hashes and signatures reveal nothing: anyone may watch this log. */
function publicRoutes({ pool, folder, config }: LogHttpDeps): FastifyPluginAsync {
  const access = { permission: 'public' } as const;
  return async (app) => {
    app.get('/v1/audit/log/checkpoint', { config: access, schema: { tags, summary: 'The newest signed checkpoint', querystring: cosignedQuery, response: answers.checkpoint } }, async (request, reply) => {
      const checkpoint = await chosenCheckpoint(pool, request.query as Chosen);
      if (checkpoint === null) throw new CountersignError('not-found', 'There is no such checkpoint yet.');
      const { size, note } = checkpoint;
      return await reply.type(textType).header('cache-control', 'no-cache').send(withCosignatures(note, await signaturesOf(pool, size)));
    });
    app.get('/v1/audit/log/tile/:level/*', { config: access, schema: { tags, summary: 'A tile of hashes', response: answers.tile, params: { type: 'object', properties: { ...levelParam, ...tilePathParam } } } }, async (request, reply) => {
      const { level, '*': place } = request.params as { level: string; '*': string };
      return await sendImmutable(reply, 'public', await folder.tile(placeOf(parseTilePath(`tile/${level}/${place}`))));
    });
    app.get('/v1/audit/log/keys', { config: access, schema: { tags, summary: 'The keys that sign checkpoints', response: answers.keys } }, async (_request, reply) => {
      const keys = await readKeys(pool);
      return await reply.type(textType).send(keys.map(({ verifierKey }) => `${verifierKey}\n`).join(''));
    });
    app.post('/v1/audit/log/cosignatures', { config: access, schema: { tags, summary: 'Bring the cosignature of a witness', consumes: ['text/plain'], body: cosignedBody, response: answers.cosigned } }, async (request) =>
      await keepCosignatures(pool, request.body as string, await witnessKeys(config)));
    await Promise.resolve();
  };
}

function auditorRoutes({ pool, log, folder, config }: LogHttpDeps): FastifyPluginAsync {
  const access = { permission: 'audit.read' } as const;
  return async (app) => {
    app.get('/v1/audit/log/tile/entries/*', { config: access, schema: { tags, summary: 'A bundle of canonical records', response: answers.bundle, params: { type: 'object', properties: tilePathParam } } }, async (request, reply) => {
      const entries = await folder.entries(placeOf(parseBundlePath(`tile/entries/${(request.params as { '*': string })['*']}`)));
      return await sendImmutable(reply, 'private', entries === null ? null : Buffer.from(encodeBundle(entries)));
    });
    app.get('/v1/audit/proofs/:index', { config: access, schema: { tags, summary: 'Proof that one record is in the log', querystring: cosignedQuery, response: answers.proof, params: { type: 'object', required: ['index'], properties: indexParam } } }, async (request, reply) => {
      const { index } = request.params as { index: number };
      const checkpoint = await chosenCheckpoint(pool, request.query as Chosen);
      if (checkpoint === null || index >= checkpoint.size) throw new CountersignError('not-found', `No checkpoint covers the index ${index} yet: the last one is of ${checkpoint?.size ?? 0} records.`);
      return await reply.type(textType).header('cache-control', 'no-cache').send(await proofOf(folder, index, checkpoint.note, await signaturesOf(pool, checkpoint.size)));
    });
    app.get('/v1/audit/log/status', { config: access, schema: { tags, summary: 'How far the log is, and what protects it', response: answers.status } }, async () => await statusOf(pool, log, await witnessKeys(config)));
    await Promise.resolve();
  };
}

type Chosen = { cosigned: boolean };

async function chosenCheckpoint(pool: Pool, { cosigned }: Chosen): Promise<StoredCheckpoint | null> {
  return await (cosigned ? newestCosignedCheckpoint(pool) : newestCheckpoint(pool));
}

async function witnessKeys({ witnessKeysFile }: AuditLogConfig): Promise<VerifierKey[]> {
  return witnessKeysFile === null ? [] : await readVerifierKeys(witnessKeysFile);
}

function placeOf<Place>(parsed: Outcome<Place>): Place {
  if (!parsed.ok) throw new CountersignError('not-found', parsed.reason);
  return parsed.value;
}

async function sendImmutable(reply: FastifyReply, visibility: 'public' | 'private', bytes: Buffer | null): Promise<FastifyReply> {
  if (bytes === null) throw new CountersignError('not-found', 'The log is not that far, or not any more so narrow: ask for the full one.');
  return await reply.type(binaryType).header('cache-control', `${visibility}, ${immutable}`).send(bytes);
}
