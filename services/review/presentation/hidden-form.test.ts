import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readHistory } from '../judgements/history.ts';
import { claimTask, escalateClaim, releaseTask } from '../tasks/claims.ts';
import { encodeAccepted, openReview, question } from '../testing/opened-review.ts';
import type { OpenedReview } from '../testing/opened-review.ts';
import { decide, deliverRouted, deliverSelected, person, proposal, routedEvent, selectedEvent, sitDown } from '../testing/scenario.ts';
import { readNow } from '../timers/store.ts';
import { buildPresentation } from './form.ts';
import { isAllowed } from './linked-parts.ts';
import { readProposal } from './proposal.ts';
import { reportPainted, showTask } from './showing.ts';

let opened: OpenedReview;

beforeAll(async () => {
  opened = await openReview();
});

afterAll(async () => {
  await opened.close();
});

const allowedKeys = ['taskId', 'form', 'dueAt', 'decisionType', 'question', 'answers', 'case', 'parts', 'name', 'mediaType', 'content', 'encoding', 'reasonCodes', 'code', 'label', 'for', 'earlier', 'proposedAt'];

function keysIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysIn);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysIn(inner)]);
}

/** Everything of the proposal but the case carries this mark, or is its confidence. */
function expectHidden(bytes: Buffer): void {
  const text = bytes.toString('utf8');
  expect(text).not.toContain('SECRET');
  expect(text).not.toContain('0.123456');
  expect(keysIn(JSON.parse(text)).filter((key) => !allowedKeys.includes(key))).toEqual([]);
}

async function openEach(): Promise<void> {
  const { review } = opened;
  const now = await readNow(review.sql);
  const accepted = (decisionId: string) => encodeAccepted(proposal(decisionId));
  await deliverRouted(review, routedEvent(accepted('ordinary'), 'ordinary', now, { form: 'hidden' }));
  const ordinary = await sitDown(review, person('ann', true));
  await releaseTask(review, person('ann', true), ordinary.claim.taskId, ordinary.claim.fence, 'kept for later');
  expectHidden(ordinary.bytes);
  await decide(review, person('ann', true), { answer: '7' });
}

describe('the hidden form', () => {
  test('of ordinary work, spot checks and re-reviews has the same shape and none of what must stay hidden', async () => {
    const { review } = opened;
    await openEach();
    const now = await readNow(review.sql);
    const shapes: string[] = [];
    for (const [decisionId, kind, route] of [['checked', 'spot-check', 'auto'], ['ordinary', 're-review', 'standard']] as const) {
      const queue = route === 'auto' ? 'digits.routing/auto' : 'digits.routing/standard';
      await deliverSelected(review, selectedEvent(encodeAccepted(proposal(decisionId)), decisionId, now, { kind, route, queue }));
      const { bytes, body, claim } = await sitDown(review, person('bob', true));
      expectHidden(bytes);
      shapes.push(JSON.stringify({ body: { ...body, taskId: '', dueAt: '' }, claim: Object.keys(claim).sort() }));
      expect(claim.fence).toBe(1);
      expect(claim.taskId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    }
    await deliverRouted(review, routedEvent(encodeAccepted(proposal('another')), 'another', now, { form: 'hidden' }));
    const { bytes, body, claim } = await sitDown(review, person('bob', true));
    expectHidden(bytes);
    shapes.push(JSON.stringify({ body: { ...body, taskId: '', dueAt: '' }, claim: Object.keys(claim).sort() }));
    expect(new Set(shapes).size).toBe(1);
  });

  test('history says an answer and not what it made of the proposal', async () => {
    const { judgements } = await readHistory(opened.review, person('ann', true), null, 10);
    expect(judgements[0]).toMatchObject({ said: '7' });
    expect(keysIn(judgements)).not.toEqual(expect.arrayContaining(['override', 'kind', 'decision', 'form']));
  });

  test('keeps generated content as the case, without its label', () => {
    const about = { ...question, answers: [{ label: 'fine', meaning: 'approve' as const }, { label: 'harmful', meaning: 'reject' as const }] };
    const { proposed } = readProposal({ ...proposal('text', 'SECRET-LABEL'), output: { label: 'SECRET-LABEL', content: Buffer.from('Dear customer'), mediaType: 'text/plain' } });
    const input = { taskId: 't', form: 'hidden' as const, stage: 'only' as const, dueAt: 'd', question: about, proposed, waitedUs: 0, policy: { tier: 'low', reasons: ['SECRET-REASON'] }, escalationNote: 'SECRET-NOTE', firstAnswer: null };
    const background = { earlier: [{ decisionId: 'SECRET-ID', decisionType: 't', proposedAt: 0, outputLabel: 'SECRET-LABEL' }], trackRecord: { tier: 'SECRET-TIER', judged: 5, agreed: 5, share: 1, lower: 0.5, upper: 1 }, similar: [] };
    const bytes = Buffer.from(JSON.stringify(buildPresentation({ ...input, background })));
    expectHidden(bytes);
    expect(bytes.toString()).toContain('Dear customer');
  });
});

describe('the note of an escalation', () => {
  const note = 'SECRET-NOTE: the second stroke is doubtful.';
  let own: OpenedReview;
  beforeAll(async () => {
    own = await openReview();
  });
  afterAll(async () => await own.close());
  const escalate = async (sitting: Awaited<ReturnType<typeof sitDown>>, who: string) => await escalateClaim(own.review, person(who), sitting.claim.taskId, sitting.claim.fence, note);

  test('reaches the senior of the task in the shown form, and nobody on another seat', async () => {
    const { review, sql } = own;
    await deliverRouted(review, routedEvent(encodeAccepted(proposal('noted')), 'noted', await readNow(sql), { route: 'dual', queue: 'digits.routing/dual', severity: 'catastrophic' }));
    const first = await sitDown(review, person('ann'));
    expect(first.body).not.toHaveProperty('escalation');
    await escalate(first, 'ann');
    const seats = [await sitDown(review, person('bob', true)), await sitDown(review, person('cleo', true))];
    expect(seats.map(({ claim, body }) => [claim.taskId === first.claim.taskId, body['escalation']])).toEqual(expect.arrayContaining([[true, { note }], [false, undefined]]));
    const [row] = await sql.rows<{ sealed: Buffer }>('select sealed_note as sealed from tasks where task_id = $1', [first.claim.taskId]);
    expect(row?.sealed.includes(Buffer.from('SECRET-NOTE'))).toBe(false);
    for (const [index, who] of ['bob', 'cleo'].entries()) await releaseTask(review, person(who, true), seats[index]?.claim.taskId ?? '', seats[index]?.claim.fence ?? 0, 'seen enough');
    await sql.run("update tasks set state = 'closed' where decision_id = 'noted'");
  });

  test('is in no hidden form: an escalated spot check or re-review is like ordinary work, in its bytes, its queue and its claim', async () => {
    const { review, sql } = own;
    const deliver = {
      ordinary: async (id: string, now: number) => await deliverRouted(review, routedEvent(encodeAccepted(proposal(id)), id, now, { form: 'hidden', severity: 'catastrophic' })),
      checked: async (id: string, now: number) => await deliverSelected(review, selectedEvent(encodeAccepted(proposal(id)), id, now, { kind: 'spot-check' })),
      again: async (id: string, now: number) => {
        await deliverRouted(review, routedEvent(encodeAccepted(proposal(id)), id, now, { form: 'hidden', severity: 'catastrophic' }));
        await decide(review, person('eve', true), { answer: '7' });
        await deliverSelected(review, selectedEvent(encodeAccepted(proposal(id)), id, now, { kind: 're-review', route: 'standard', queue: 'digits.routing/standard' }));
      },
    };
    const shapes: string[] = [];
    for (const [what, open] of Object.entries(deliver)) {
      const id = `escalated-${what}`;
      await open(id, await readNow(sql));
      const [task] = await sql.rows<{ taskId: string }>(`select task_id as "taskId" from tasks where decision_id = $1 and state = 'open'`, [id]);
      await escalate(await sitDown(review, person('dan'), task?.taskId), 'dan');
      const senior = await sitDown(review, person('bob', true), task?.taskId);
      expectHidden(senior.bytes);
      const [row] = await sql.rows<Record<string, unknown>>('select queue, escalated_from, seniority, sealed_note from tasks where task_id = $1', [task?.taskId]);
      expect(row).toEqual({ queue: 'digits.routing/senior', escalated_from: 'digits.routing/standard', seniority: 'senior', sealed_note: null });
      shapes.push(JSON.stringify({ body: { ...senior.body, taskId: '', dueAt: '' }, size: senior.bytes.length, claim: Object.keys(senior.claim), fence: senior.claim.fence }));
      await releaseTask(review, person('bob', true), senior.claim.taskId, senior.claim.fence, 'seen enough');
      await sql.run("update tasks set state = 'closed' where decision_id = $1", [id]);
    }
    expect(new Set(shapes).size).toBe(1);
  });
});

test('what was painted goes on record whole, in chunks, and its digest is that of the bytes', async () => {
  const { review, events } = opened;
  const now = await readNow(review.sql);
  const big = { ...proposal('big'), input: { parts: [{ name: 'scan', mediaType: 'text/plain', content: Buffer.alloc(1_200_000, 'x'), uri: null, sha256: null }] } };
  await deliverRouted(review, routedEvent(encodeAccepted(big), 'big', now, { severity: 'catastrophic' }));
  const { bytes, digest } = await sitDown(review, person('cleo', true));
  const chunks = events.flatMap((event) => (event.record === 'ContentRecorded' && event.value.decisionId === 'big' ? [event.value] : []));
  expect(chunks.map((chunk) => chunk.chunkIndex)).toEqual([0, 1, 2]);
  const whole = Buffer.concat(chunks.map((chunk) => chunk.bytes));
  expect(whole.equals(bytes)).toBe(true);
  expect(createHash('sha256').update(whole).digest('hex')).toBe(digest);
  expect(events.some((event) => event.record === 'TaskPresented' && event.value.presentationDigest === digest)).toBe(true);
});

test('content is sealed at rest', async () => {
  const { sql } = opened;
  const plain = Buffer.from('the case itself');
  for (const column of ['cases.sealed_accepted', 'presentations.sealed_body', 'judgements.sealed_content']) {
    const [table, name] = column.split('.');
    const rows = await sql.rows<{ sealed: Buffer }>(`select ${name} as sealed from ${table}`);
    expect(rows.length).toBeGreaterThan(0);
    for (const { sealed } of rows) expect(sealed.includes(plain)).toBe(false);
  }
});

describe('parts by address', () => {
  const scan = Buffer.from('scanned page');
  const sha256 = createHash('sha256').update(scan).digest('hex');
  const linked = (decisionId: string) => ({ ...proposal(decisionId), input: { parts: [{ name: 'scan', mediaType: 'text/plain', content: null, uri: 'https://files.example/a/scan', sha256 }] } });

  test('are fetched once, verified and shown', async () => {
    let fetches = 0;
    const fetchPart = () => ((fetches += 1), Promise.resolve(scan));
    const own = await openReview({ fetchPart });
    own.review.settings.uriAllowList = ['https://files.example/a'];
    const now = await readNow(own.sql);
    await deliverRouted(own.review, routedEvent(encodeAccepted(linked('linked')), 'linked', now, { route: 'dual' }));
    await decide(own.review, person('ann', true), { decision: 'approve' });
    const { body } = await sitDown(own.review, person('bob', true));
    expect(JSON.stringify(body)).toContain('scanned page');
    expect(fetches).toBe(1);
    await own.close();
  });

  test('that cannot be had, or are not what was proposed, forbid approval', async () => {
    const own = await openReview({ fetchPart: () => Promise.resolve(Buffer.from('another page')) });
    own.review.settings.uriAllowList = ['https://files.example/a'];
    const now = await readNow(own.sql);
    await deliverRouted(own.review, routedEvent(encodeAccepted(linked('missing')), 'missing', now));
    await expect(decide(own.review, person('ann', true), { decision: 'approve' })).rejects.toMatchObject({ refusal: 'content-missing' });
    await own.close();
  });

  test('that come with the next claim are shown then, and what was painted without them is not taken for it', async () => {
    let answer = () => Promise.reject<Buffer>(new Error('not there yet'));
    const own = await openReview({ fetchPart: async () => await answer() });
    own.review.settings.uriAllowList = ['https://files.example/a'];
    await deliverRouted(own.review, routedEvent(encodeAccepted(linked('later')), 'later', await readNow(own.sql)));
    const ann = person('ann', true);
    const first = await sitDown(own.review, ann);
    answer = () => Promise.resolve(scan);
    // Under this claim it stays as it was painted.
    expect((await showTask(own.review, ann, first.claim.taskId, first.claim.fence)).digest).toBe(first.digest);
    await releaseTask(own.review, ann, first.claim.taskId, first.claim.fence, 'A part is missing.');
    const judged = await decide(own.review, ann, { decision: 'approve' });
    expect(JSON.stringify(judged.body)).toContain('scanned page');
    const painted = own.events.filter(({ record }) => record === 'ContentRecorded').length;
    expect(painted).toBe(2);
    await own.close();
  });

  test('that come between the fetching and the painting: what was sent without them cannot be reported', async () => {
    let answer = () => Promise.reject<Buffer>(new Error('not there yet'));
    const own = await openReview({ fetchPart: async () => await answer() });
    own.review.settings.uriAllowList = ['https://files.example/a'];
    await deliverRouted(own.review, routedEvent(encodeAccepted(linked('racing')), 'racing', await readNow(own.sql)));
    const ann = person('ann', true);
    const outcome = await claimTask(own.review, ann);
    if (outcome.outcome !== 'claimed') throw new Error(outcome.outcome);
    const { taskId, fence } = outcome.claim;
    const incomplete = await showTask(own.review, ann, taskId, fence);
    answer = () => Promise.resolve(scan);
    const { open } = own.review.contents;
    // Another GET of theirs puts the whole one in its place while the report is on its way.
    own.review.contents.open = async (...sealed) => {
      own.review.contents.open = open;
      await showTask(own.review, ann, taskId, fence);
      return await open(...sealed);
    };
    await expect(reportPainted(own.review, ann, taskId, fence, incomplete.digest)).rejects.toMatchObject({ refusal: 'presentation-mismatch' });
    await own.close();
  });

  test.each([
    ['https://files.example/a/scan', true],
    ['https://files.example/ab', false],
    ['https://files.example.evil/a/scan', false],
    ['https://user@files.example/a/scan', false],
    ['http://files.example/a/scan', false],
    ['file:///etc/passwd', false],
    ['https://files.example/a/../secret', false],
  ])('%s allowed: %p', (uri, expected) => {
    expect(isAllowed(uri, ['https://files.example/a'])).toBe(expected);
  });
});
