import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createLog } from '@countersign/kit';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { encodeAccepted, openReview } from '../testing/opened-review.ts';
import type { OpenedReview } from '../testing/opened-review.ts';
import { deliverRouted, hourUs, person, proposal, routedEvent } from '../testing/scenario.ts';
import { readNow } from '../timers/store.ts';
import { liveRoutes } from './http.ts';
import { Hub } from './hub.ts';
import { LiveStream } from './stream.ts';
import type { LiveMessage, Reader } from './stream.ts';

let opened: OpenedReview;
let hub: Hub;
let app: FastifyInstance;
const nothing = { queues: false, tasks: [], people: [], sessions: [] };
const soon = async () => await new Promise((resolve) => setImmediate(resolve));

beforeAll(async () => {
  opened = await openReview();
  hub = new Hub(opened.sql, createLog('review', 'silent'));
  app = fastify();
  app.decorateRequest('identity');
  app.addHook('onRequest', async (request) => {
    request.identity = { subject: request.headers['x-person'] as string, name: 'x', roles: ['reviewer'], systems: [], sessionId: null };
  });
  await app.register(liveRoutes({ review: opened.review, reviewer: async ({ identity }) => person(identity.subject) }, hub));
  await app.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(async () => {
  await app.close();
  await hub[Symbol.asyncDispose]();
  await opened.close();
});

/** A client that reads the beginning of the stream and then nothing more, unless told to. */
async function lazyClient(personId: string): Promise<Socket> {
  const address = app.server.address();
  const socket = connect({ host: '127.0.0.1', port: typeof address === 'object' ? (address?.port ?? 0) : 0 });
  socket.on('error', () => undefined);
  const token = [{ alg: 'none' }, { sub: personId, exp: Math.floor(Date.now() / 1000) + 3600 }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  socket.write(`GET /v1/reviews/events HTTP/1.1\r\nhost: x\r\nx-person: ${personId}\r\naccept: text/event-stream\r\nauthorization: Bearer ${token}.x\r\n\r\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  return socket;
}

test('nothing is opened before changes can be heard, nor after the end', async () => {
  expect((await app.inject({ url: '/v1/reviews/events', headers: { 'x-person': 'ann', accept: 'text/event-stream' } })).statusCode).toBe(500);
  expect(() => hub.requireListening()).toThrow('Live updates are not to be had now.');
  hub.listening();
  expect(() => hub.requireListening()).not.toThrow();
});

test('a client that does not read is dropped, and no other is held up', async () => {
  const lazy = await lazyClient('ann');
  lazy.pause();
  const keen = await lazyClient('ann');
  let heard = 0;
  keen.on('data', ({ length }) => (heard += length));
  expect(hub.size).toBe(2);
  const taskId = 'x'.repeat(4000);
  for (let round = 0; hub.size === 2 && round < 100_000; round += 1) {
    hub.hear({ ...nothing, tasks: [{ taskId, personId: 'ann', change: 'released' }] });
    await soon();
  }
  expect(hub.size).toBe(1);
  const before = heard;
  hub.hear({ ...nothing, tasks: [{ taskId, personId: 'ann', change: 'released' }] });
  while (heard === before) await soon();
  lazy.destroy();
  keen.destroy();
  while (hub.size > 0) await soon();
}, 60_000);

test('many changes in a row cost few looks, and the last count is told', async () => {
  let looks = 0;
  const counting = new Hub({ ...opened.sql, rows: async (text, parameters) => ((looks += text.includes('recursive queues') ? 1 : 0), await opened.sql.rows(text, parameters)) }, createLog('review', 'silent'));
  counting.listening();
  const sent: LiveMessage[] = [];
  const reader: Reader = { personId: 'bob', senior: true, queues: ['*'], works: true, supervises: false, sessionId: null };
  const sink = { send: async (message: LiveMessage) => void sent.push(message), end: () => undefined, destroy: () => undefined };
  expect(counting.open(reader, sink)).toBeInstanceOf(LiveStream);
  const now = await readNow(opened.sql);
  for (let index = 0; index < 40; index += 1) {
    await deliverRouted(opened.review, routedEvent(encodeAccepted(proposal(`h${index}`)), `h${index}`, now, { dueAt: now + hourUs }));
    counting.hear({ ...nothing, queues: true });
  }
  while (!sent.some((message) => message.event === 'work' && message.data.waiting.open === 40)) await soon();
  expect(looks).toBeLessThan(20);
  await counting[Symbol.asyncDispose]();
}, 30_000);

test('a person has a bounded number of streams: the oldest ends', async () => {
  const ended: number[] = [];
  const reader: Reader = { personId: 'many', senior: false, queues: [], works: false, supervises: true, sessionId: null };
  for (let index = 0; index < 8; index += 1) hub.open(reader, { send: async () => undefined, end: () => void ended.push(index), destroy: () => undefined });
  expect(ended).toEqual([0, 1]);
  hub.endAll();
  expect(hub.size).toBe(0);
});
