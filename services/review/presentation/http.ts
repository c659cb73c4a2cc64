/** What a task shows, and the report that it was painted. */

import type { FastifyPluginAsync } from 'fastify';
import { fenceHeaders, readFence, taskParams } from '../http-shapes.ts';
import type { TaskRoute } from '../http-shapes.ts';
import type { ReviewHttp } from '../http-context.ts';
import { presentationMediaType, reportPainted, showTask } from './showing.ts';

const tags = ['reviews'];

const presentationShape = {
  description:
    'Exactly what to show. `case` is what to judge; `earlier` are decisions about the same subject. In the hidden form, and before the first answer of `first-judge-then-see` (`stage`: `first`), that is all. ' +
    'Otherwise there are `proposal`, `policy` and `trackRecord` (how often people who were not shown it agreed with the AI in this tier, or null), ' +
    'for seniors `similar` decisions and `escalation` with the `note` of whoever handed the task over, and in the `second` stage `firstAnswer`, null where none could be given.',
  type: 'object',
  additionalProperties: true,
  examples: [
    {
      taskId: '6f0c1a52-6f3e-4f55-9a3e-0d5b8a6f2c11',
      form: 'hidden',
      dueAt: '2026-02-03T13:00:00.000Z',
      decisionType: 'digits.routing',
      question: 'Which digit did the writer put into the sorting box?',
      answers: ['0', '1', '2'],
      case: { parts: [{ name: 'scan', mediaType: 'image/png', content: 'iVBORw0KGgo=', encoding: 'base64' }] },
      reasonCodes: [{ code: 'clear', label: 'The digit is plain to see', for: 'approve' }],
      earlier: [{ decisionType: 'digits.routing', proposedAt: '2026-01-30T00:00:00.000Z' }],
    },
    {
      taskId: '6f0c1a52-6f3e-4f55-9a3e-0d5b8a6f2c11',
      form: 'first-judge-then-see',
      stage: 'second',
      dueAt: '2026-02-03T13:00:00.000Z',
      decisionType: 'digits.routing',
      question: 'Which digit did the writer put into the sorting box?',
      answers: ['0', '1', '2'],
      case: { parts: [{ name: 'scan', mediaType: 'image/png', content: 'iVBORw0KGgo=', encoding: 'base64' }] },
      reasonCodes: [{ code: 'clear', label: 'The digit is plain to see', for: 'approve' }],
      proposal: {
        system: 'mailroom', decisionId: 'scan-0042', output: { label: '1', mediaType: 'text/plain', content: '1', encoding: 'text' }, reasoning: { summary: 'One stroke.', factors: [{ name: 'strokes', value: '1', weight: 0.8 }] },
        confidence: 0.71, uncertainty: { lower: 0.6, upper: 0.8, statement: 'It may be a seven.' }, alternatives: [{ label: '2', mediaType: 'text/plain', content: '2', encoding: 'text', probability: 0.2 }],
        provenance: { model: { name: 'reader', version: '3' }, trainingDomain: 'Scans of forms.', sources: [{ title: 'Style guide', uri: null, excerpt: 'A one has no bar.', score: 0.9 }] },
        attributes: { inkShare: 0.2 }, action: { description: 'Put it into tray 1.', reversalDeadline: null },
      },
      policy: { tier: 'low', reasons: ['Confidence 0.71 is in tier low (0.6 to 0.75): senior.'] },
      trackRecord: { tier: 'low', judged: 40, agreed: 33, share: 0.825, lower: 0.687, upper: 0.918 },
      earlier: [{ decisionId: 'scan-0007', decisionType: 'digits.routing', proposedAt: '2026-01-30T10:12:00.000Z', outputLabel: '1' }],
      similar: [{ decisionId: 'scan-0019', proposedAt: '2026-02-01T08:00:00.000Z', outputLabel: '1', confidence: 0.7, verdict: 'modified', outcome: '7' }],
      firstAnswer: '7',
    },
  ],
} as const;

const digest = { type: 'string', pattern: '^[0-9a-f]{64}$', description: 'Hex SHA-256 of the body of the presentation', examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'] } as const;

/** Presentations are sent as stored: byte for byte what goes on record. */
export function presentationRoutes({ review, reviewer }: ReviewHttp): FastifyPluginAsync {
  return async (app) => {
    app.get<TaskRoute>(
      '/v1/reviews/tasks/:taskId/presentation',
      { config: { permission: 'reviews.work' }, schema: { tags, summary: 'What to show', description: 'The header `x-presentation-digest` names these bytes in the painted report and in the judgement.', params: taskParams, headers: fenceHeaders, response: { 200: presentationShape } } },
      async (request, reply) => {
        const shown = await showTask(review, await reviewer(request), request.params.taskId, readFence(request.headers));
        reply.type(presentationMediaType).header('x-presentation-digest', shown.digest).header('cache-control', 'no-store');
        return await reply.send(shown.body);
      },
    );

    app.post<TaskRoute & { Body: { presentationDigest: string } }>(
      '/v1/reviews/tasks/:taskId/painted',
      {
        config: { permission: 'reviews.work' },
        schema: {
          tags,
          summary: 'Report that the presentation is on the screen',
          description: 'Time spent begins here; without it no judgement is accepted.',
          params: taskParams,
          headers: fenceHeaders,
          body: { type: 'object', required: ['presentationDigest'], additionalProperties: false, properties: { presentationDigest: digest }, examples: [{ presentationDigest: digest.examples[0] }] },
          response: { 204: { description: 'Noted', type: 'null' } },
        },
      },
      async (request, reply) => {
        await reportPainted(review, await reviewer(request), request.params.taskId, readFence(request.headers), request.body.presentationDigest);
        return await reply.code(204).send(null);
      },
    );
  };
}
