import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Draft, SavedDraft, StoredDraft } from '../api/contract.ts';
import { ProblemError, UnreachableError } from '../api/problem.ts';
import { ActiveTime } from './active-time.ts';
import { DraftKeeper } from './drafts.ts';
import { draftsHere, keptHereMsMax } from './local-drafts.ts';
import { onceDone } from './once-done.ts';

describe('focused time', () => {
  test('is counted while the window has the focus, and reported once', () => {
    const time = new ActiveTime();
    time.focus(true, 0);
    time.focus(false, 4000);
    time.focus(true, 9000);
    expect([time.take(10_000), time.take(10_000), time.take(11_500)]).toEqual([5000, 0, 1500]);
  });

  test('that could not be reported counts with the next, and a clock set back counts nothing', () => {
    const time = new ActiveTime();
    time.focus(true, 5000);
    time.giveBack(time.take(7000));
    expect(time.take(6000)).toBe(2000);
  });
});

test('a report is made once, and again where it failed', async () => {
  const answers = [new Error('signed out'), null, null];
  let sent = 0;
  const report = onceDone(async () => {
    const failure = answers[(sent += 1) - 1];
    if (failure != null) throw failure;
    await Promise.resolve();
  });
  expect((await Promise.allSettled([report(), report()])).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await Promise.all([report(), report()]);
  await report();
  expect(sent).toBe(2);
});

const localStorageOf = (stored: Map<string, string>) => ({ getItem: (key: string) => stored.get(key) ?? null, setItem: (key: string, value: string) => void stored.set(key, value), removeItem: (key: string) => void stored.delete(key) });

describe('a draft', () => {
  let stored: Map<string, string>;
  let server: { draft: SavedDraft | null; savedAt: string | null; failure: Error | null };
  let due: Array<() => void>;
  let states: string[];
  let nowMs: number;

  beforeEach(() => {
    stored = new Map();
    server = { draft: null, savedAt: null, failure: null };
    due = [];
    states = [];
    nowMs = Date.parse('2026-02-03T09:00:00Z');
  });

  const draft = (reasoning: string): Draft => ({ reasonCodes: ['clear'], reasoning });
  test('of another client is understood as far as it goes, and crashes nothing', async () => {
    const drafts: SavedDraft[] = [{}, { decision: 'perhaps', answer: null, output: null }, { decision: 'modify', output: { label: '7' }, reasoning: 'A bar' }, { answer: '9', output: { label: null }, reasonCodes: ['clear'] }];
    const read = [];
    for (const saved of drafts) {
      server.draft = saved;
      read.push(await keeper().load());
    }
    expect(read).toEqual([
      { reasonCodes: [], reasoning: '' }, { reasonCodes: [], reasoning: '' }, { decision: 'modify', output: { label: '7', content: null }, reasonCodes: [], reasoning: 'A bar' }, { answer: '9', reasonCodes: ['clear'], reasoning: '' },
    ]);
  });

  const settle = async () => await new Promise((resolve) => setTimeout(resolve, 0));

  function keeper(person = 'rita', task = 't1'): DraftKeeper {
    return new DraftKeeper(person, task, {
      storage: localStorageOf(stored),
      nowMs: () => nowMs,
      async put(given) {
        if (server.failure !== null) throw server.failure;
        Object.assign(server, { draft: given, savedAt: new Date(nowMs).toISOString() });
      },
      async read(): Promise<StoredDraft> {
        if (server.failure !== null) throw server.failure;
        return { draft: server.draft, savedAt: server.savedAt };
      },
      schedule(run) {
        due.push(run);
        return () => void (due = due.filter((each) => each !== run));
      },
      onState: (state) => states.push(state),
    });
  }

  async function passTime(): Promise<void> {
    for (const run of due.splice(0)) run();
    await settle();
  }

  test('is here at once and on the server with the next turn; many changes are one saving', async () => {
    const first = keeper();
    for (const words of ['T', 'Th', 'The']) first.change(draft(words));
    expect([stored.size, due.length, server.draft]).toEqual([1, 1, null]);
    await passTime();
    expect([stored.size, server.draft?.reasoning, states.at(-1)]).toEqual([0, 'The', 'saved']);
  });

  test('survives a reload without the network, and is sent when that is back', async () => {
    server.failure = new UnreachableError('away');
    const first = keeper();
    first.change(draft('The loop is closed'));
    await passTime();
    expect(states.at(-1)).toBe('kept-here');
    expect(await keeper().load()).toEqual(draft('The loop is closed'));
    server.failure = null;
    await passTime();
    expect(server.draft?.reasoning).toBe('The loop is closed');
  });

  test('is the later one of here and there', async () => {
    server.failure = new UnreachableError('away');
    keeper().change(draft('here'));
    server = { draft: draft('elsewhere, later'), savedAt: new Date(nowMs + 1).toISOString(), failure: null };
    expect((await keeper().load())?.reasoning).toBe('elsewhere, later');
    server.savedAt = new Date(nowMs - 1).toISOString();
    expect((await keeper().load())?.reasoning).toBe('here');
  });

  test('is what was written last, also where the words before it reached the server later than that, or its clock is ahead', async () => {
    const first = keeper();
    first.change(draft('so the letter goes ther'));
    await passTime();
    first.change(draft('so the letter goes there'));
    for (const late of [1, 3_600_000]) {
      server.savedAt = new Date(nowMs + late).toISOString();
      expect((await keeper().load())?.reasoning).toBe('so the letter goes there');
    }
    // On its way when the page was closed, and answered to nobody.
    server.failure = new UnreachableError('closed');
    await passTime();
    first.change(draft('so the letter goes there.'));
    first.stop();
    server = { draft: { ...draft('so the letter goes there'), output: null }, savedAt: new Date(nowMs + 5000).toISOString(), failure: null };
    const second = keeper();
    expect((await second.load())?.reasoning).toBe('so the letter goes there.');
    second.change(draft('so the letter goes there, today.'));
    expect((await keeper().load())?.reasoning).toBe('so the letter goes there, today.');
    server = { draft: draft('From another desk.'), savedAt: new Date(nowMs + 6000).toISOString(), failure: null };
    expect((await keeper().load())?.reasoning).toBe('From another desk.');
  });

  test('written while it is being saved is saved again', async () => {
    const first = keeper();
    first.change(draft('one'));
    for (const run of due.splice(0)) run();
    first.change(draft('two'));
    await settle();
    expect([server.draft?.reasoning, stored.size]).toEqual(['one', 1]);
    await passTime();
    expect([server.draft?.reasoning, stored.size]).toEqual(['two', 0]);
  });

  test('that was emptied again stays empty, here and there', async () => {
    const first = keeper();
    first.change(draft('one'));
    await passTime();
    first.change(null);
    expect(await keeper().load()).toBeNull();
    await passTime();
    expect([server.draft, stored.size]).toEqual([null, 0]);
    expect(await keeper().load()).toBeNull();
  });

  test('is sent at once by whoever leaves, and goes here then; what a newer claim wrote meanwhile stays', async () => {
    const first = keeper();
    first.change(draft('the last two seconds'));
    first.leave();
    await settle();
    expect([server.draft?.reasoning, stored.size, due.length]).toEqual(['the last two seconds', 0, 0]);
    const second = keeper();
    second.change(draft('more'));
    second.leave();
    keeper().change(draft('more, and more'));
    await settle();
    expect((await keeper().load())?.reasoning).toBe('more, and more');
  });

  test('is found again where only this browser has it, and does not stay here for ever', () => {
    const taskIds = (left: ReadonlyArray<{ taskId: string }>) => left.map(({ taskId }) => taskId);
    for (const task of ['t1', 't2', 't3']) keeper('rita', task).change(draft('here'));
    keeper('sam', 't4').change(draft('of somebody else'));
    stored.set('countersign.theme', 'dark');
    stored.set('countersign.draft.rita.t5', 'broken');
    const here = (known: string) => taskIds(draftsHere(localStorageOf(stored), [...stored.keys()], 'rita', new Set([known]), nowMs));
    expect(here('t2')).toEqual(['t1', 't3']);
    expect(stored.has('countersign.draft.rita.t5')).toBe(false);
    nowMs += keptHereMsMax + 1;
    // Written on since.
    keeper('rita', 't3').change(draft('here'));
    expect(here('t2')).toEqual(['t3']);
    expect([...stored.keys()].sort()).toEqual(['countersign.draft.rita.t2', 'countersign.draft.rita.t3', 'countersign.theme']);
  });

  test('waits while the judgement itself is on its way', async () => {
    const first = keeper();
    first.change(draft('all'));
    first.pause(true);
    await passTime();
    expect([server.draft, stored.size]).toEqual([null, 1]);
    first.pause(false);
    await passTime();
    expect(server.draft?.reasoning).toBe('all');
  });

  test('of a lost claim stays here, and is not sent again and again', async () => {
    server.failure = new ProblemError({ title: '', status: 412, detail: 'Your claim is gone.', code: 'precondition-failed', refusal: 'claim-lost', remedy: '' });
    const first = keeper();
    first.change(draft('kept'));
    await passTime();
    expect([due.length, stored.size]).toEqual([0, 1]);
    first.stop();
    first.change(draft('not any more'));
    expect((await keeper().load())?.reasoning).toBe('kept');
  });

  test('is nobody else’s, goes with the judgement, and broken storage is no obstacle', async () => {
    server.failure = new UnreachableError('away');
    const first = keeper();
    first.change(draft('mine'));
    expect(await keeper('sam').load()).toBeNull();
    expect(await keeper('rita', 't2').load()).toBeNull();
    first.done();
    expect(stored.size).toBe(0);
    stored.set('countersign.draft.rita.t1', '{"draft":7');
    expect(await keeper().load()).toBeNull();
  });
});
