import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLog } from '@countersign/kit';
import { encodeAccepted, openReview } from '../testing/opened-review.ts';
import type { OpenedReview } from '../testing/opened-review.ts';
import { deliverRouted, person, proposal, routedEvent } from '../testing/scenario.ts';
import { handleRouted } from '../handlers.ts';
import { claimTask } from '../tasks/claims.ts';
import { readNow } from '../timers/store.ts';
import { NoticeListener } from './listener.ts';
import type { Notice } from './notices.ts';
import { noticeOf } from './notices.ts';
import { notify } from './store.ts';
import { Teller } from './teller.ts';

let opened: OpenedReview;
let teller: Teller;
let sends = 0;

beforeAll(async () => {
  opened = await openReview();
  teller = new Teller(async (payloads) => {
    sends += 1;
    await notify(opened.sql, payloads);
  }, () => undefined);
  opened.onCommitted((events) => teller.tell(noticeOf(events)));
});

afterAll(async () => {
  await opened.close();
});

function listen(url: string) {
  const heard: Notice[] = [];
  const life: string[] = [];
  const listener = new NoticeListener({ url, log: createLog('review', 'silent'), onNotice: (notice) => void heard.push(notice), onListening: () => void life.push('listening'), onLost: () => void life.push('lost') });
  /** What was told before this call has been heard when the mark comes. */
  const settle = async (mark: string) => {
    await teller.drained();
    teller.tell({ queues: false, tasks: [], people: [], sessions: [mark] });
    while (!heard.some(({ sessions }) => sessions.includes(mark))) await new Promise((resolve) => setImmediate(resolve));
    return heard.filter(({ sessions }) => sessions.length === 0);
  };
  return { listener, heard, life, settle };
}

test('a change is told when it is committed, and never when it is rolled back', async () => {
  const { listener, settle } = listen(opened.databaseUrl);
  await listener.listening(20_000);
  const now = await readNow(opened.sql);
  const event = routedEvent(encodeAccepted(proposal('told')), 'told', now);
  await expect(opened.review.transact(async (work) => {
    await handleRouted(opened.review, work, [event]);
    throw new Error('a crash before the commit');
  })).rejects.toThrow('a crash');
  expect(await settle('first')).toEqual([]);
  await deliverRouted(opened.review, event);
  expect(await settle('second')).toEqual([{ queues: true, tasks: [], people: [], sessions: [] }]);
  // Delivered again it changes nothing, and there is nothing to tell.
  await deliverRouted(opened.review, event);
  await claimTask(opened.review, person('ann', true));
  expect(await settle('third')).toHaveLength(2);
  await listener[Symbol.asyncDispose]();
});

test('a lost connection is told and made again, and a database that is away keeps nobody from stopping', async () => {
  const { listener, life, settle } = listen(opened.databaseUrl);
  await listener.listening(20_000);
  await opened.sql.run("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'countersign-review-live' and datname = current_database()");
  while (life.length < 3) await new Promise((resolve) => setImmediate(resolve));
  expect(await settle('again')).toEqual([]);
  await listener[Symbol.asyncDispose]();
  expect(life).toEqual(['listening', 'lost', 'listening', 'lost']);
  const away = listen(opened.databaseUrl.replace(/:\d+\//, ':1/'));
  await away.listener[Symbol.asyncDispose]();
  expect(away.life).toEqual([]);
});

test('what changes while something is being told is told together', async () => {
  const { listener, settle } = listen(opened.databaseUrl);
  await listener.listening(20_000);
  await teller.drained();
  const before = sends;
  for (let index = 0; index < 50; index += 1) teller.tell({ queues: true, tasks: [], people: [`person-${index}`], sessions: [] });
  const heard = await settle('together');
  expect(sends - before).toBeLessThanOrEqual(3);
  expect(heard.flatMap(({ people }) => people)).toEqual(Array.from({ length: 50 }, (_, index) => `person-${index}`));
  await listener[Symbol.asyncDispose]();
});

test('what cannot be told is said to be lost, and what comes later is told', async () => {
  const lost: unknown[] = [];
  const told: string[] = [];
  let away = true;
  const failing = new Teller(async (payloads) => {
    if (away) throw new Error('the database is away');
    told.push(...payloads);
  }, (error) => void lost.push(error));
  failing.tell({ queues: true, tasks: [], people: [], sessions: [] });
  await failing.drained();
  away = false;
  failing.tell({ queues: false, tasks: [], people: ['ann'], sessions: [] });
  await failing.drained();
  expect([lost.length, told]).toEqual([1, ['{"queues":false,"people":["ann"]}']]);
});
