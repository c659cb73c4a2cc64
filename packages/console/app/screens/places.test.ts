import { describe, expect, test } from '@jest/globals';
import { blindnessText, overrideText, refusedText, sampleText, volumeText } from './oversight/report.ts';
import { readOversightSearch } from './oversight/search.ts';
import { readPeopleSearch } from './people/search.ts';
import { diffLines, shortVersion, stateOf, versionBefore } from './policies/versions.ts';
import type { PolicyVersion } from './policies/versions.ts';
import { deviceText } from './settings/device.ts';
import { refusalText, rolesOf } from '../session/roles.ts';
import { places } from '../shell/places.ts';

test('a person is asked for by an id of digits too', () => {
  expect(readPeopleSearch({ person: 7 })).toEqual({ person: '7' });
});

describe('policies', () => {
  const version: PolicyVersion = { version: 'sha256:b', decisionType: 'a', proposedBy: 'ada', proposedAt: '', note: '', approvedBy: null, approvedAt: null, withdrawnBy: null, withdrawnAt: null, activatedBy: null, activatedAt: null };

  test('say where a version stands', () => {
    expect(stateOf(version, null).text).toBe('Waits for approval');
    expect(stateOf({ ...version, approvedAt: 'x' }, null).text).toBe('Approved');
    expect(stateOf({ ...version, approvedAt: 'x', activatedAt: 'x' }, 'sha256:other').text).toBe('Was in force');
    expect(stateOf({ ...version, approvedAt: 'x', activatedAt: 'x' }, 'sha256:b').text).toBe('In force');
    expect(stateOf({ ...version, withdrawnAt: 'x' }, null).text).toBe('Withdrawn');
    expect(shortVersion('sha256:0c3b3a343aba7d62')).toBe('0c3b3a343aba');
  });

  test('compare a version with the one before it', () => {
    const older = { ...version, version: 'sha256:a' };
    expect(versionBefore([version, older], 'sha256:b')).toBe(older);
    expect(versionBefore([version, older], 'sha256:a')).toBeUndefined();
  });

  test('read a unified diff without its head', () => {
    const patch = '--- a\n+++ b\n@@ -10,2 +12,2 @@\n same\n--- removed that looks like a head\n+added\n\\ No newline at end of file\n';
    expect(diffLines(patch)).toEqual([{ kind: 'place', text: 'From line 12' }, { kind: 'same', text: 'same' }, { kind: 'removed', text: '-- removed that looks like a head' }, { kind: 'added', text: 'added' }]);
    expect(diffLines('--- a\n+++ b\n')).toEqual([]);
  });
});

describe('the oversight', () => {
  const volumes = { accepted: 10, resolved: 9, approved: 7, rejected: 1, modified: 1, reversed: 0, unclassified: 0, autoResolved: 6 };

  test('says what came in', () => {
    expect(volumeText({ ...volumes, accepted: 0, resolved: 0 })).toEqual(['No decision was accepted in this time.']);
    expect(volumeText(volumes)).toEqual(['10 decisions were accepted. 1 has no verdict yet.', 'Of the verdicts, 6 (66.7 %) were given without waiting for anybody, 3 by people.', '7 approved, 1 modified, 1 rejected.']);
  });

  test('says how often people disagreed, over all tiers', () => {
    const tier = { tier: 'high', judgements: 40, overrides: 2, rate: null, interval: null, fast: 1, fastShare: null, meanActiveMs: null };
    expect(overrideText([tier, { ...tier, judgements: 60, overrides: 8, fast: 0 }])).toBe('Of 100 judgements, 10 (10 %) went against the AI. 1 (1 %) took less than five seconds.');
    expect(overrideText([])).toBe('Nobody judged anything in this time.');
  });

  test('does not call right what was not judged', () => {
    const sample = { kind: 'spot-check', stratum: 's', selected: 30, judged: 28, missing: 2, contradicted: 0, confirmed: 0, errorRate: 0, interval: null, confirmedRate: 0, worstCase: null };
    expect(sampleText([sample])).toContain('2 are not judged and may hide errors');
    expect(sampleText([{ ...sample, judged: 0, missing: 30 }])).toContain('nothing is known of their errors');
    expect(sampleText([])).toMatch(/No decision/);
  });

  test('warns when more than half of what is hidden is checks', () => {
    const blindness = { hidden: 10, monitoredHidden: 5, ordinary: 20, ordinaryHidden: 5, ordinaryHiddenShare: 0.25, monitoredShareOfHidden: 0.5 };
    expect(blindnessText(blindness).ok).toBe(true);
    expect(blindnessText({ ...blindness, monitoredHidden: 6, monitoredShareOfHidden: 0.6 })).toMatchObject({ ok: false });
    expect(blindnessText({ ...blindness, hidden: 0, monitoredShareOfHidden: null }).ok).toBe(true);
  });

  test('counts refusals by code, most frequent first', () => {
    expect(refusedText([{ code: 'a', count: 1 }, { code: 'b', count: 2 }])).toBe('3 proposals were refused: b 2, a 1.');
    expect(refusedText([])).toBe('No proposal was refused.');
  });

  test('is read over the days an address names', () => {
    expect(readOversightSearch({ days: '90', type: 'a' })).toEqual({ days: 90, type: 'a' });
    expect(readOversightSearch({ days: 13, type: '' })).toEqual({});
  });
});

test('a device is named by what its browser says', () => {
  expect(deviceText('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0')).toBe('Edge on Windows');
  expect(deviceText('Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1')).toBe('Safari on iPhone');
  expect(deviceText('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0')).toBe('Firefox on Linux');
  expect([deviceText(null), deviceText('curl/8'), deviceText('Firefox/1')]).toEqual(['Unknown device', 'Unknown device', 'Firefox']);
});

test('whoever is refused a place is told a role that opens it', () => {
  for (const { permissions } of places) for (const permission of permissions) expect(rolesOf[permission]?.length).toBeGreaterThan(0);
  expect(refusalText(['keys.manage'])).toBe('It takes the role of administrator. An administrator can give it to you.');
  expect(refusalText(['reviews.work'])).toMatch(/^It takes one of the roles reviewer or senior reviewer\./);
});
