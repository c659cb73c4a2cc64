import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { CountersignError, type ServiceContext } from '@countersign/kit';
import { cursorFrom, cursorText, requireRange } from '../searches/filter.ts';
import { exportAnswers, exportBody, exportParams, exportsQuery, fileQuery } from './http-shapes.ts';
import { fileNameOf, requestProblem, type ExportFile, type ExportFormat, type ExportJob, type ExportRequest } from './job.ts';
import { addJob, isOnRecord, readJob, readJobs, removeJob } from './jobs-store.ts';
import { requireOnRecord } from './on-record.ts';
import type { ExportRunner } from './runner.ts';

const tags = ['audit'];
/** Made one after another: whoever comes later waits for them. */
const unfinishedMax = 20;
type Named = FastifyRequest<{ Params: { exportId: string } }>;

/** `runner` is `null` where no export folder is configured. */
export type ExportHttpDeps = { context: Pick<ServiceContext<'audit'>, 'producer' | 'publisher' | 'log'>; pool: Pool; runner: ExportRunner | null };

/** `/v1/audit/exports`: what leaves as files. */
export function exportRoutes({ context, pool, runner }: ExportHttpDeps): FastifyPluginAsync {
  const config = { permission: 'audit.export' } as const;
  return async (app) => {
    app.post('/v1/audit/exports', { config, schema: { tags, summary: 'Ask for an export', body: exportBody, response: exportAnswers.asked } }, async (request, reply) => {
      const wanted = request.body as ExportRequest;
      if (runner === null) throw new CountersignError('unavailable', 'No exports are made here: no folder is configured for them.', { remedy: 'Have an operator set COUNTERSIGN_AUDIT_EXPORT_FOLDER.' });
      await requireSense(pool, wanted);
      const job = await addJob(pool, randomUUID(), request.identity.subject, wanted, unfinishedMax);
      if (job === null) throw new CountersignError('state-conflict', `${unfinishedMax} exports are waiting already.`, { remedy: 'Wait until some are ready, or delete one.' });
      runner.poke();
      return await reply.code(202).header('location', `/v1/audit/exports/${job.exportId}`).send(toldOf(job, request.identity.subject));
    });
    app.get('/v1/audit/exports', { config, schema: { tags, summary: 'Exports, the newest first', querystring: exportsQuery, response: exportAnswers.page } }, async (request) => {
      const { mine, cursor, limit } = request.query as { mine: boolean; cursor?: string; limit: number };
      const jobs = await readJobs(pool, mine ? request.identity.subject : null, cursor === undefined ? null : requireUuid(cursorFrom(cursor)), limit);
      const last = jobs.at(-1);
      return { exports: jobs.map((job) => toldOf(job, request.identity.subject)), next: last === undefined || jobs.length < limit ? null : cursorText({ recordedAt: last.requestedAt, eventId: last.exportId }) };
    });
    app.get('/v1/audit/exports/:exportId', { config, schema: { tags, summary: 'How an export stands', params: exportParams, response: exportAnswers.one } }, async (request) =>
      toldOf(await requireJob(pool, request as Named), request.identity.subject));
    app.get('/v1/audit/exports/:exportId/file', { config, schema: { tags, summary: 'A file of an export; that it was taken goes on the record', params: exportParams, querystring: fileQuery, response: exportAnswers.file } }, async (request, reply) => {
      const job = await requireJob(pool, request as Named);
      const file = requireFile(job, (request.query as { format?: ExportFormat }).format);
      const path = runner?.folder.file(job, file.name);
      const handle = path === undefined ? undefined : await open(path).catch(() => undefined);
      if (handle === undefined) throw new CountersignError('not-found', 'Its file is not here: instances of audit must share the export folder.');
      const stream = createReadStream('', { fd: handle });
      try {
        // First the record, then the file: nobody takes anything that is not told of.
        await requireOnRecord(context, context.publisher.record('governance.recorded', 'ExportFetched', {
          eventId: randomUUID(), occurredAt: Date.now() * 1000, system: null, decisionId: null, actor: request.identity.subject, policyVersion: null, exportId: job.exportId, format: file.format, sha256: file.sha256, disclosed: job.disclose,
        }, null), () => undefined);
      } catch (error) {
        stream.destroy();
        throw error;
      }
      return await reply.type(file.mediaType).headers({
        'content-length': file.bytes, 'repr-digest': `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`, 'cache-control': 'no-store', 'content-disposition': `attachment; filename="${fileNameOf(job, file.name)}"`,
      }).send(stream);
    });
    app.delete('/v1/audit/exports/:exportId', { config, schema: { tags, summary: 'Give up an export of yours, or delete its files', params: exportParams, response: exportAnswers.removed } }, async (request, reply) => {
      const job = await requireJob(pool, request as Named);
      if (job.requestedBy !== request.identity.subject) throw new CountersignError('forbidden', 'Only who asked for an export deletes it.');
      await removeJob(pool, job.exportId);
      await runner?.folder.remove(job);
      return await reply.code(204).send();
    });
    await Promise.resolve();
  };
}

async function requireSense(pool: Pool, wanted: ExportRequest): Promise<void> {
  const problem = requestProblem(wanted);
  if (problem !== null) throw new CountersignError('invalid-request', problem.detail, { field: problem.field });
  requireRange(wanted.filter);
  const { system, decisionId } = wanted.filter;
  if (wanted.kind === 'case' && system !== undefined && decisionId !== undefined && !(await isOnRecord(pool, system, decisionId))) throw new CountersignError('not-found', `Nothing is on record of decision ${decisionId} of ${system}.`);
}

async function requireJob(pool: Pool, request: Named): Promise<ExportJob> {
  const job = await readJob(pool, request.params.exportId);
  if (job === null) throw new CountersignError('not-found', 'There is no such export.');
  return job;
}

function requireFile(job: ExportJob, format: ExportFormat | undefined): ExportFile {
  if (job.state === 'expired' || job.state === 'removed') throw new CountersignError('not-found', `The export is ${job.state}: its files are deleted.`, { remedy: 'Ask for it again.' });
  if (job.state !== 'ready') throw new CountersignError('state-conflict', `The export is ${stateOf(job)}: it has no files.`, { remedy: 'Look at it again once it is ready.' });
  const chosen = job.files.filter((file) => format === undefined || file.format === format);
  const [file] = chosen;
  if (file === undefined) throw new CountersignError('not-found', `The export has no ${format ?? 'file'}.`);
  if (chosen.length > 1) throw new CountersignError('invalid-request', `The export has several files: say which by format, one of ${job.files.map((each) => each.format).join(', ')}.`, { field: 'format' });
  return file;
}

/** Until it is on the log it is not there for anybody. */
function stateOf({ state }: ExportJob) {
  return state === 'made' ? 'running' : state;
}

function toldOf(job: ExportJob, person: string) {
  const { attempt, records, bytes, files, ...told } = job;
  return { ...told, state: stateOf(job), attempts: attempt, progress: { records, bytes }, files: job.state === 'ready' ? files : [], mine: job.requestedBy === person };
}

/** The cursor of this list names an export. */
function requireUuid(cursor: { recordedAt: string; eventId: string }) {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(cursor.eventId)) throw new CountersignError('invalid-request', 'The cursor is not one we gave.', { field: 'cursor' });
  return cursor;
}
