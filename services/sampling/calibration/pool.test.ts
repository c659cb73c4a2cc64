import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dayOf, reservoir, uniformDraw } from '@countersign/core';
import { createContext, createLog, Publisher, readSamplingKeys, type Subject, type Vault } from '@countersign/kit';
import { readTopic } from '../../../tests/harness/topics.ts';
import { TestStack } from '../../../tests/harness/stack.ts';
import { startSampling } from '../service.ts';
import { openPoolOf, outcome, policyWith, recordOf, routed, sizes, type Sent } from '../testing/world.ts';

const policy = policyWith(0.2);
const slow = 120_000;
const dayUs = 86_400_000_000;
/** Long ago: nothing is planned beside it. */
const start = Date.parse('2026-01-05T00:00:00Z') * 1000;
const runs = process.env['COUNTERSIGN_TEST_FULL'] === '1' ? 100 : 12;
let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.prepare();
  // A fixed key: the draws, and with them what is planned, are the same in every run.
  writeFileSync(stack.settings.samplingKeysFile, JSON.stringify({ keys: [{ version: 'k1', validFrom: '1970-01-01T00:00:00Z', keyBase64: Buffer.alloc(32, 5).toString('base64') }] }));
}, slow);

beforeEach(async () => {
  await stack.query('truncate sampling.calibration_cases, sampling.calibration_outcomes, sampling.calibration_plans, sampling.calibration_balance, sampling.outbox');
});

afterAll(async () => await stack[Symbol.asyncDispose](), slow);

const open = (change: Readonly<Record<string, string>> = {}) => openPoolOf(stack, new Map([[policy.version, policy.text]]), policy.version, change);
const poolRows = async () => await stack.query<{ decision_id: string; day: number; outcome: string | null; uses: number }>('select decision_id, day, outcome, uses from sampling.calibration_cases order by decision_id');

/** Ten decisions a day over five days, most with an outcome, some corrected later. */
const decided = Array.from({ length: 50 }, (_, at) => ({ decisionId: `d-${at}`, acceptedAt: start + Math.floor(at / 10) * dayUs + at, label: at % 3 === 0 ? '1' : '7', uri: at % 10 === 3 }));
function history(): Sent[] {
  return decided.flatMap(({ decisionId, ...facts }, at) => [
    routed(stack, { decisionId, ...facts, version: policy.version }),
    ...(at % 5 === 0 ? [] : [outcome(decisionId, '7', facts.acceptedAt + dayUs)]),
    ...(at % 7 === 0 ? [outcome(decisionId, '1', facts.acceptedAt + 2 * dayUs)] : []),
  ]);
}

/** What must be there in the end, from the key and the log alone. */
function expected() {
  const [key] = readSamplingKeys(stack.settings.samplingKeysFile);
  const drawn = decided.filter(({ uri }) => !uri).map((one) => ({ ...one, day: dayOf(one.acceptedAt), draw: uniformDraw(key?.key ?? Buffer.alloc(0), 'calibration', 'mailroom', one.decisionId) }));
  const latest = dayOf(decided.at(-1)?.acceptedAt ?? 0);
  const kept = [0, 1, 2].flatMap((back) => reservoir(drawn.filter(({ day }) => day === latest - back), 4));
  return kept.map(({ decisionId, day }) => {
    const at = Number(decisionId.slice(2));
    return { decision_id: decisionId, day, outcome: at % 7 === 0 ? '1' : at % 5 === 0 ? null : '7', uses: 0 };
  }).sort((a, b) => (a.decision_id < b.decision_id ? -1 : 1));
}

describe('the pool', () => {
  test('is the lowest draws of each of the latest days, whatever order events come in, however often and through whom', async () => {
    const pools = [open(), open()];
    const wanted = expected();
    expect(wanted.filter((row) => row.outcome === '7').length).toBeGreaterThan(2);
    await fc.assert(fc.asyncProperty(fc.infiniteStream(fc.nat()), fc.integer({ min: 1, max: 40 }), async (ranks, piece) => {
      await stack.query('truncate sampling.calibration_cases, sampling.calibration_outcomes');
      const events = [...history(), ...history().filter((_, at) => at % 4 === 0)];
      const shuffled = events.map((event) => ({ event, rank: ranks.next().value ?? 0 })).sort((a, b) => a.rank - b.rank).map(({ event }) => event);
      const batches = Array.from({ length: Math.ceil(shuffled.length / piece) }, (_, at) => shuffled.slice(at * piece, (at + 1) * piece));
      // Two instances at once: neither may miss what the other has in hand.
      await Promise.all(pools.map(async (pool, who) => {
        for (const [at, batch] of batches.entries()) if (at % 2 === who) await pool.deliver(batch);
      }));
      expect(await poolRows()).toEqual(wanted);
    }), { numRuns: runs });
    for (const pool of pools) await pool.close();
  }, slow);

  test('comes out the same through Kafka, with repeats and a restart in the middle', async () => {
    await using context = await createContext('sampling', stack.settings, (error) => { throw error; }, createLog('sampling', 'silent'));
    const events = history();
    const half = Math.floor(events.length / 2);
    await activate();
    const first = await startSampling(context, sizes);
    await stack.producer.send([...events.slice(half), ...events.slice(half)].map((event) => recordOf(stack, event)));
    await first.drain(30_000);
    await first[Symbol.asyncDispose]();
    await stack.producer.send([...events.slice(0, half), ...events].map((event) => recordOf(stack, event)));
    await using second = await startSampling(context, sizes);
    await second.drain(30_000);
    expect(await poolRows()).toEqual(expected());
    // All of it was long ago.
    expect(await readTopic(stack, 'calibrations.planned')).toEqual([]);
  }, slow);

  test('holds content sealed, and nothing of the subject once the key is gone', async () => {
    const pool = open();
    const now = Date.now() * 1000;
    const about = (decisionId: string, subjectId: string) => routed(stack, { decisionId, subjectId, acceptedAt: now - dayUs, version: policy.version });
    await pool.deliver([about('kept', 'k'), about('erased', 'e'), outcome('kept', '7', now), outcome('erased', '7', now)]);
    const sealed = await stack.query<{ sealed_accepted: Buffer }>('select sealed_accepted from sampling.calibration_cases');
    expect(sealed.map((row) => row.sealed_accepted.includes(Buffer.from('a seven')))).toEqual([false, false]);
    await eraseSubject(pool.vault, { system: 'mailroom', subjectKind: 'person', subjectId: 'e' }, now);
    await pool.vault.forgetErased();
    // Enough work that every case would be taken.
    await pool.deliver(Array.from({ length: 60 }, (_, at) => routed(stack, { decisionId: `live-${at}`, acceptedAt: now, version: policy.version, route: 'standard' })));
    const planned = await plannedOf();
    expect(new Set(planned.map(({ decisionId }) => decisionId))).toEqual(new Set(['kept']));
    expect((await poolRows()).map(({ decision_id }) => decision_id)).not.toContain('erased');
    // Neither the decision nor its outcome brings it back, and nobody else is held up by it.
    await pool.deliver([about('erased', 'e'), about('another', 'a'), outcome('erased', '7', now)]);
    expect((await poolRows()).map(({ decision_id }) => decision_id)).toEqual(expect.arrayContaining(['another']));
    expect((await poolRows()).map(({ decision_id }) => decision_id)).not.toContain('erased');
    await pool.close();
  }, slow);
});

describe('plans', () => {
  const now = Date.now() * 1000;
  const past = (decisionId: string, label: string, day: number) => [routed(stack, { decisionId, label, acceptedAt: now - day * dayUs, version: policy.version }), outcome(decisionId, '7', now)];
  const live = (count: number, route = 'standard') => Array.from({ length: count }, (_, at) => routed(stack, { decisionId: `live-${route}-${at}`, acceptedAt: now, version: policy.version, route }));

  test('come once beside the work that the key draws, in its queue, with its question and time, right and wrong in balance', async () => {
    const pool = open({ COUNTERSIGN_CALIBRATION_CASES_PER_DAY: '100', COUNTERSIGN_CALIBRATION_USES: '10' });
    await pool.deliver(Array.from({ length: 40 }, (_, at) => past(`past-${at}`, at % 8 === 0 ? '1' : '7', 1 + (at % 2))).flat());
    const work = [...live(60), ...live(30, 'dual'), ...live(30, 'auto')];
    await pool.deliver(work);
    // The same again, in other pieces.
    for (let at = 0; at < work.length; at += 7) await pool.deliver(work.slice(at, at + 7));
    const [key] = readSamplingKeys(stack.settings.samplingKeysFile);
    const due = work.flatMap(({ event }) => {
      const decisionId = event.decisionId ?? '';
      const purposes = decisionId.includes('dual') ? (['exercise', 'exercise-second'] as const) : decisionId.includes('standard') ? (['exercise'] as const) : [];
      return purposes.filter((purpose) => uniformDraw(key?.key ?? Buffer.alloc(0), purpose, 'mailroom', decisionId) < 0.25).map((purpose) => `${decisionId} ${purpose}`);
    });
    const planned = await plannedOf();
    expect(planned.map(({ triggerDecisionId, purpose }) => `${triggerDecisionId} ${purpose}`).sort()).toEqual(due.sort());
    expect(due.length).toBeGreaterThan(10);
    expect(new Set(planned.map(({ eventId }) => eventId)).size).toBe(planned.length);
    const right = planned.filter(({ aiRight }) => aiRight).length;
    expect(Math.abs(2 * right - planned.length)).toBeLessThanOrEqual(5);
    for (const { occurredAt, queue, triggerDecisionId, seniority, purpose, dueAfterMs, warnAfterMs, truth, askedPolicyVersion, decisionId } of planned) {
      expect(queue).toBe(triggerDecisionId.includes('dual') ? 'digits.routing/dual' : 'digits.routing/standard');
      expect(seniority).toBe(purpose === 'exercise' ? 'any' : 'senior');
      expect([truth, askedPolicyVersion, decisionId?.startsWith('past-')]).toEqual(['7', policy.version, true]);
      // As much time as the live work beside it has left.
      const live = work.find(({ event }) => event.decisionId === triggerDecisionId)?.event;
      const acceptedAt = live !== undefined && 'acceptedAt' in live ? live.acceptedAt : 0;
      expect(Math.abs(dueAfterMs - (acceptedAt + 3_600_000_000 - occurredAt) / 1000)).toBeLessThan(1);
      expect(Math.abs((warnAfterMs ?? 0) - (acceptedAt + 2_700_000_000 - occurredAt) / 1000)).toBeLessThan(1);
    }
    // Used up, its content is gone.
    const gone = await stack.query<{ uses: number; used: boolean }>('select uses, sealed_accepted is null as used from sampling.calibration_cases where uses > 0');
    for (const { uses, used } of gone) expect(used).toBe(uses >= 10);
    await pool.close();
  }, slow);

  test('are none beside work of long ago, nor for a type without exercises, nor while nothing is known', async () => {
    const plain = policyWith(0);
    const pool = openPoolOf(stack, new Map([[policy.version, policy.text], [plain.version, plain.text]]), policy.version);
    await pool.deliver(live(40));
    await pool.deliver(past('past', '7', 1));
    await pool.deliver(Array.from({ length: 40 }, (_, at) => routed(stack, { decisionId: `old-${at}`, acceptedAt: now - dayUs, version: policy.version, route: 'standard' })));
    await pool.deliver(Array.from({ length: 40 }, (_, at) => routed(stack, { decisionId: `plain-${at}`, acceptedAt: now, version: plain.version, route: 'standard' })));
    expect(await plannedOf()).toEqual([]);
    expect((await poolRows()).filter(({ decision_id }) => decision_id.startsWith('plain'))).toEqual([]);
    await pool.close();
  }, slow);

  test('that a crash took back come again, and only once', async () => {
    const pool = open();
    await pool.deliver(past('past', '7', 1));
    const { vault } = pool.deps;
    pool.deps.vault = { seal: vault.seal.bind(vault), forget: vault.forget.bind(vault), open: () => Promise.reject(new Error('the vault is away')) };
    const work = live(30);
    await expect(pool.deliver(work)).rejects.toThrow('the vault is away');
    expect(await plannedOf()).toEqual([]);
    pool.deps.vault = vault;
    await pool.deliver(work);
    await pool.deliver(work);
    expect((await plannedOf()).map(({ decisionId }) => decisionId)).toEqual(['past', 'past']);
    await pool.close();
  }, slow);
});

async function plannedOf() {
  const rows = await stack.query<{ value: Buffer }>('select value from sampling.outbox order by outbox_id');
  const events = await stack.codec.decode('calibrations.planned', rows.map(({ value }) => value));
  return events.map((event) => {
    if ('undecodable' in event) throw new Error(event.reason);
    return event.value;
  });
}

async function activate(): Promise<void> {
  const envelope = { eventId: 'policy', occurredAt: 1, system: null, decisionId: null, actor: 'risk', policyVersion: policy.version };
  const value = { ...envelope, decisionType: 'digits.routing', version: policy.version, text: policy.text, activationId: '1', proposedBy: 'a', approvedBy: 'b', activatedBy: 'b', note: '' };
  await stack.producer.send([new Publisher('risk', stack.codec).record('policies.changed', 'PolicyActivated', value, 'digits.routing')]);
}

async function eraseSubject(vault: Vault, { system, subjectKind, subjectId }: Subject, through: number): Promise<void> {
  const ref = vault.refOf({ system, subjectKind, subjectId });
  await vault.entomb(system, ref, through);
  await vault.destroy((await vault.decisionsOf(system, ref, through, '', 100)).map((decisionId) => ({ system, decisionId })));
}
