import { expect, test } from '@jest/globals';
import type { Case } from '../cases/case.ts';
import { asked } from './question.ts';

const unclassified = { known: false, policyVersion: 'sha256:old' } as Case;

test('whoever judges again what the policy could not classify is asked what the policy asks; whoever judges it first is told that it could not', () => {
  expect(asked(unclassified, { lane: 're-review', askedPolicyVersion: null })).toEqual({ known: true, policyVersion: 'sha256:old' });
  expect(asked(unclassified, { lane: 'primary', askedPolicyVersion: null })).toEqual(unclassified);
});

test('an exercise asks as live work does today', () => {
  expect(asked({ ...unclassified, known: true }, { lane: 'calibration', askedPolicyVersion: 'sha256:new' })).toEqual({ known: true, policyVersion: 'sha256:new' });
});
