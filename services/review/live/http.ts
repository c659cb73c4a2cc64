/** `GET /v1/reviews/events`: what changed, as server-sent events. */

import { fastifySSE } from '@fastify/sse';
import { decodeJwt } from 'jose';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { ReviewHttp } from '../http-context.ts';
import { readPerson } from '../people/store.ts';
import type { Hub } from './hub.ts';
import type { LiveMessage, Reader, Sink } from './stream.ts';

const heartbeatMs = 15_000;
/** For what is on its way when a stream ends. */
const farewellMs = 1000;
/** `setTimeout` takes no more. */
const timeoutMsMax = 2 ** 31 - 1;

const example = 'event: work\ndata: {"waiting":{"open":12,"overdue":0,"nextDueAt":"2026-02-03T13:00:00.000Z"}}\n\nevent: task\ndata: {"taskId":"6f0c1a52-6f3e-4f55-9a3e-0d5b8a6f2c11","change":"released"}\n\n';

const description = `A stream of \`text/event-stream\`, to be read with fetch, since it needs the Authorization header. First it says how things stand, then what changes, within a second.
\`work\`: how much waits for you. \`task\`: one of yours was \`assigned\` to you, was \`released\` (given back, handed over, or taken by a supervisor), \`expired\`, was \`warned\` of its deadline, or \`closed\`. \`queues\`: for supervisors, fetch again.
It ends when your token does, and whenever something may have been missed: connect again, and ask for your claims.`;

/** Streams end in good order when the server closes: it would wait for them for ever. */
export function liveRoutes({ review, reviewer }: ReviewHttp, hub: Hub): FastifyPluginAsync {
  return async (app) => {
    await app.register(fastifySSE, { heartbeatInterval: heartbeatMs });
    app.addHook('preClose', (done) => {
      hub.close();
      done();
    });
    app.get(
      '/v1/reviews/events',
      {
        sse: 'only',
        config: { permission: 'reviews.follow' },
        schema: {
          tags: ['reviews'],
          summary: 'What changes, as it happens',
          description,
          response: { 200: { description: 'As long as you listen', content: { 'text/event-stream': { schema: { type: 'string', examples: [example] } } } } },
        },
      },
      async (request, reply) => {
        hub.requireListening();
        const works = request.identity.roles.some((role) => role === 'reviewer' || role === 'senior');
        const person = works ? await reviewer(request) : null;
        const queues = person === null ? [] : ((await readPerson(review.sql, person.personId))?.queues ?? []);
        const { subject: personId, sessionId } = request.identity;
        const reader: Reader = { personId, senior: person?.senior ?? false, queues, works, supervises: request.identity.roles.includes('supervisor'), sessionId };
        follow(hub, reader, reply, tokenLifeMs(request));
      },
    );
  };
}

function follow(hub: Hub, reader: Reader, reply: FastifyReply, expiresInMs: number): void {
  // The socket is of no more use afterwards, and a server that closes does not wait for it.
  reply.header('connection', 'close').header('cache-control', 'no-store');
  const stream = hub.open(reader, sinkOf(reply));
  const expiry = setTimeout(() => stream.end(), Math.min(Math.max(0, expiresInMs), timeoutMsMax));
  reply.sse.onClose(() => {
    clearTimeout(expiry);
    stream.drop();
  });
  reply.sse.keepAlive();
  reply.sse.sendHeaders();
}

function sinkOf(reply: FastifyReply): Sink {
  return {
    send: async (message: LiveMessage) => await reply.sse.send(message),
    end: () => {
      reply.sse.close();
      // A client that does not read keeps nobody waiting.
      const cut = setTimeout(() => reply.raw.destroy(), farewellMs);
      reply.raw.once('close', () => clearTimeout(cut));
    },
    destroy: () => void reply.raw.destroy(),
  };
}

/** How long the token is good for. The server verified it before this is asked. */
function tokenLifeMs({ headers }: FastifyRequest): number {
  const { exp = 0 } = decodeJwt((headers.authorization ?? '').replace(/^Bearer /, ''));
  return exp * 1000 - Date.now();
}
