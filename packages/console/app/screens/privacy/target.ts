/** Whom or what an erasure or a hold is to be about, as it is being written, and what is sent of it. Pure. */

import { instantsOf } from '../../parts/day-range.ts';
import { idsOf } from './words.ts';

export const targets = { subject: 'A person or another subject', decisions: 'Single decisions', type: 'A decision type', events: 'Dead letters' } as const;
export type TargetKind = keyof typeof targets;

/** `from` and `to` are days, or empty. */
export type Target = { of: TargetKind; system: string; subjectKind: string; subjectId: string; ids: string; decisionType: string; from: string; to: string };

export const noTarget: Target = { of: 'subject', system: '', subjectKind: '', subjectId: '', ids: '', decisionType: '', from: '', to: '' };

/** What is not named yet, or null. */
export function missingOf(target: Target): string | null {
  const isEmpty = (text: string) => text.trim() === '';
  if (target.of !== 'events' && isEmpty(target.system)) return 'Name the system.';
  switch (target.of) {
    case 'subject': return isEmpty(target.subjectKind) ? 'Say what kind of subject it is.' : isEmpty(target.subjectId) ? 'Name the subject.' : null;
    case 'decisions': return idsOf(target.ids).length === 0 ? 'Name at least one decision.' : null;
    case 'type': return isEmpty(target.decisionType) ? 'Name the decision type.' : null;
    case 'events': return idsOf(target.ids).length === 0 ? 'Name at least one event.' : null;
  }
}

export function erasureBody(target: Target, reason: string) {
  switch (target.of) {
    case 'events': return { eventIds: idsOf(target.ids), reason };
    case 'decisions': return { system: target.system.trim(), decisionIds: idsOf(target.ids), reason };
    default: return { system: target.system.trim(), subjectKind: target.subjectKind.trim(), subjectId: target.subjectId.trim(), reason };
  }
}

export function holdBody(target: Target, reason: string) {
  switch (target.of) {
    case 'decisions': return { system: target.system.trim(), decisionIds: idsOf(target.ids), reason };
    case 'type': return { system: target.system.trim(), decisionType: target.decisionType.trim(), ...instantsOf({ ...(target.from === '' ? {} : { from: target.from }), ...(target.to === '' ? {} : { to: target.to }) }), reason };
    default: return { system: target.system.trim(), subjectKind: target.subjectKind.trim(), subjectId: target.subjectId.trim(), reason };
  }
}
