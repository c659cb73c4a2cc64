import { describe, expect, test } from '@jest/globals';
import { agree, contradicts, settleMonitored, settlePrimary } from './settlement.ts';
import type { FinalJudgement } from './settlement.ts';

function given(seat: number, decision: FinalJudgement['decision'], label: string | null = 'A'): FinalJudgement {
  const content = decision === 'modify' ? label : null;
  return { seat, personId: `person-${seat}`, decision, position: { label: decision === 'reject' ? null : label, content, mediaType: 'text/plain' } };
}

describe('ordinary work', () => {
  test('one signature decides a single review', () => {
    expect(settlePrimary('single', [given(1, 'reject')])).toMatchObject({ next: 'decide', signers: ['person-1'] });
  });

  test('where a differing answer must be seconded, it alone goes to another person, who decides', () => {
    const differing = given(1, 'modify', 'B');
    expect(settlePrimary('seconded', [])).toEqual({ next: 'wait' });
    for (const decision of ['approve', 'reject'] as const) expect(settlePrimary('seconded', [given(1, decision)])).toMatchObject({ next: 'decide', signers: ['person-1'] });
    expect(settlePrimary('seconded', [differing])).toEqual({ next: 'adjudicate' });
    expect(settlePrimary('seconded', [differing, given(3, 'approve')])).toMatchObject({ next: 'decide', by: { seat: 3, decision: 'approve' }, signers: ['person-1', 'person-3'] });
    expect(settlePrimary('single', [differing])).toMatchObject({ next: 'decide', by: { seat: 1 } });
  });

  test('one of two signatures decides nothing', () => {
    expect(settlePrimary('dual', [given(1, 'approve')])).toEqual({ next: 'wait' });
    expect(settlePrimary('dual', [given(2, 'reject')])).toEqual({ next: 'wait' });
  });

  test('two that agree decide', () => {
    expect(settlePrimary('dual', [given(2, 'approve'), given(1, 'approve')])).toMatchObject({ next: 'decide', signers: ['person-1', 'person-2'] });
  });

  test('two that modify differently do not agree', () => {
    expect(settlePrimary('dual', [given(1, 'modify', 'B'), given(2, 'modify', 'C')])).toEqual({ next: 'adjudicate' });
    expect(agree(given(1, 'modify', 'B'), given(2, 'modify', 'B'))).toBe(true);
  });

  test('the third judgement counts after a disagreement', () => {
    const judgements = [given(1, 'approve'), given(2, 'reject'), given(3, 'reject')];
    expect(settlePrimary('dual', judgements)).toMatchObject({ next: 'decide', by: { seat: 3 }, signers: ['person-1', 'person-2', 'person-3'] });
  });
});

describe('monitored work', () => {
  const approved = { label: 'A' };

  test.each([
    ['an approval of what was approved', approved, given(1, 'approve'), false],
    ['another answer than was approved', approved, given(1, 'modify', 'B'), true],
    ['a rejection of what was approved', approved, given(1, 'reject'), true],
    ['the answer people changed it to', { label: 'B' }, given(1, 'modify', 'B'), false],
    ['an approval of what people changed', { label: 'B' }, given(1, 'approve'), true],
    ['an approval of what was rejected', { label: null }, given(1, 'approve'), true],
    ['another answer to what was rejected', { label: null }, given(1, 'modify', 'B'), false],
    ['a rejection of what was rejected', { label: null }, given(1, 'reject'), false],
  ])('%s', (_name, standing, judgement, expected) => {
    expect(contradicts(standing, 'A', judgement)).toBe(expected);
  });

  test('a contradiction goes to a second judge, and counts when both contradict', () => {
    const first = given(1, 'reject');
    expect(settleMonitored(approved, 'A', [])).toEqual({ next: 'wait' });
    expect(settleMonitored(approved, 'A', [given(1, 'approve')])).toEqual({ next: 'consistent' });
    expect(settleMonitored(approved, 'A', [first])).toEqual({ next: 'second-judge' });
    expect(settleMonitored(approved, 'A', [first, given(2, 'approve')])).toEqual({ next: 'unconfirmed' });
    expect(settleMonitored(approved, 'A', [first, given(2, 'modify', 'C')])).toEqual({ next: 'confirmed' });
  });
});
