import { createHmac } from 'node:crypto';
import type { Fields, Row } from './bundle.ts';
import type { PlainEvent } from './events.ts';
import { timeOf } from './leaves.ts';
import { sha256 } from './merkle.ts';
import type { FindingName, PlainReport } from './report.ts';

export const minute = 60_000_000;

/** `start`: microseconds since 1970. */
export type DrawKey = { version: string; start: number; key: Uint8Array };
type State = { from: number; isActive: boolean; roles: string[]; queues: string[] };
type PolicyVersion = { proposedBy: string | null; proposedAt: number; approvals: Array<{ by: string; at: number }>; activation: PlainEvent | null; rates: Rates | null };
type Rates = { spotCheck: number; reReview: number };

/** What holds for more than one decision: people, policies, keys of draws, and what may be gone from the log. Events are looked at in the order in which they stand. */
export class Surroundings {
  readonly report: PlainReport;
  /** In the order of their start. */
  readonly keys: readonly DrawKey[];
  readonly #events: readonly PlainEvent[];
  readonly #evidence: { isWhole: boolean; isAllRead: boolean; latest: number };
  readonly #people = new Map<string, State[]>();
  readonly #policies = new Map<string, PolicyVersion>();

  /** `isWhole`: the evidence is all of a log from its first record. `latest`: the latest instant in it. */
  constructor(events: readonly PlainEvent[], keys: readonly DrawKey[], evidence: { isWhole: boolean; isAllRead: boolean; latest: number }, report: PlainReport) {
    [this.report, this.keys, this.#events, this.#evidence] = [report, keys, events, evidence];
    for (const { row, value: { personId, active, available, roles, queues } } of this.all('PersonChanged')) {
      const states = this.#people.get(String(personId)) ?? [];
      states.push({ from: row.occurredAt, isActive: (active ?? available) === true, roles: texts(roles), queues: texts(queues) });
      this.#people.set(String(personId), states);
    }
    this.#readPolicies();
  }

  /**
   * Something that should be there and is not: a finding in a whole log, unless it may still have been on its way when the evidence ends; of a part
   * of a log nobody can say that something is missing.
   */
  absent(code: FindingName, index: number | null, recordedAt: number, expected: string, found: string): void {
    const { isWhole, isAllRead, latest } = this.#evidence;
    if (!isAllRead) this.report.skip(expected, 'there are events that could not be read, and it may be among them');
    else if (!isWhole) this.report.skip(expected, 'the evidence is a part of the log, and it is not in it');
    else if (recordedAt > latest - 10 * minute) this.report.note(expected, 'not there yet, within ten minutes of the end of the evidence');
    else this.report.find(code, index, expected, found);
  }

  /** A decision is under a policy version that was activated before; without a policy, under the version that has two seniors decide. */
  checkInForce({ index, row: { policyVersion, occurredAt, recordedAt } }: PlainEvent): void {
    if (policyVersion === null || policyVersion === 'fail-closed') return;
    this.report.check('decisions, each under a policy version in force');
    const activated = this.#policies.get(policyVersion)?.activation?.row.occurredAt;
    if (activated === undefined) this.absent('rule-policy', index, recordedAt, `an activation of policy version ${policyVersion}`, 'none');
    else if (activated > occurredAt + minute) this.report.find('rule-policy', index, `a version activated before ${timeOf(occurredAt)}`, `${policyVersion}, first activated at ${timeOf(activated)}`);
  }

  /**
   * Whoever claimed was entered, active, and qualified for the queue, or for the one that it was escalated from. What was so within six minutes before counts: a token
   * is good for five, and clocks differ.
   */
  checkQualified({ index, row: { reviewer, occurredAt, recordedAt } }: PlainEvent, { queue, escalatedFrom, isSenior }: { queue: string; escalatedFrom: string | null; isSenior: boolean }): void {
    const states = this.#people.get(reviewer ?? '');
    this.report.check('claims, each by somebody qualified');
    if (states === undefined) return this.absent('rule-unqualified', index, recordedAt, `the entry of ${reviewer} in the register`, 'none');
    const then = states.filter(({ from }, at) => from <= occurredAt + minute && (states[at + 1]?.from ?? Infinity) >= occurredAt - 6 * minute);
    const mayWork = ({ isActive, roles, queues }: State) => {
      const senior = roles.includes('senior');
      if (!isActive || (isSenior && !senior)) return false;
      return (senior && queue === 'unclassified') || ['*', queue, queue.split('/')[0] ?? '', escalatedFrom ?? queue].some((each) => queues.includes(each));
    };
    if (!then.some(mayWork)) this.report.find('rule-unqualified', index, `somebody active and qualified for ${queue}${isSenior ? ', a senior' : ''}`, then.length === 0 ? `${reviewer}, who was entered later` : `${reviewer}: ${JSON.stringify(then.at(-1))}`);
  }

  /** The rates at which a policy version has decisions drawn; null where its text does not say them in a plain way. */
  ratesOf(version: string | null): Rates | null {
    return this.#policies.get(version ?? '')?.rates ?? null;
  }

  /** Whether nothing that happened may be missing. */
  get isWhole(): boolean {
    return this.#evidence.isWhole;
  }

  /** Whether somebody was an active privacy officer at an instant, or at some time before; null where the register has nothing of them until then. */
  wasOfficer(person: string, at: number, orBefore: boolean): boolean | null {
    const states = (this.#people.get(person) ?? []).filter(({ from }) => from <= at + minute);
    if (states.length === 0) return null;
    return states.some(({ isActive, roles }, number) => isActive && roles.includes('privacy-officer') && (orBefore || (states[number + 1]?.from ?? Infinity) >= at - 6 * minute));
  }

  /** What concerns no decision by itself. */
  checkAll(): void {
    for (const [version, policy] of this.#policies) if (policy.activation !== null) this.#checkApproval(version, policy, policy.activation);
    this.#checkKeys();
    this.#checkErasures();
    this.#checkRetentionRules();
  }

  /** Events of these records, where they can be read. */
  all(...records: string[]): Array<PlainEvent & { value: Fields }> {
    return this.#events.flatMap((event) => (records.includes(event.row.record) && event.value !== null ? [{ ...event, value: event.value }] : []));
  }

  #readPolicies(): void {
    const versionOf = (value: Fields): PolicyVersion => {
      const policy = this.#policies.get(String(value['version'])) ?? { proposedBy: null, proposedAt: Infinity, approvals: [], activation: null, rates: null };
      this.#policies.set(String(value['version']), policy);
      return policy;
    };
    for (const event of this.all('PolicyProposed', 'PolicyApproved', 'PolicyActivated')) {
      const { value, row: { record, occurredAt } } = event;
      const policy = versionOf(value);
      if (record === 'PolicyProposed') Object.assign(policy, { proposedBy: String(value['proposedBy']), proposedAt: occurredAt });
      if (record === 'PolicyApproved') policy.approvals.push({ by: String(value['approvedBy']), at: occurredAt });
      else policy.rates ??= ratesIn(String(value['text']));
      if (record === 'PolicyActivated' && (policy.activation === null || occurredAt < policy.activation.row.occurredAt)) policy.activation = event;
    }
  }

  /** Every version that was activated was proposed by one person and approved by another before. */
  #checkApproval(version: string, { proposedBy, proposedAt, approvals }: PolicyVersion, { index, row: { occurredAt } }: PlainEvent): void {
    this.report.check('policy versions, each proposed and approved by two people before its activation');
    if (proposedBy === null || approvals.length === 0) return this.absent('rule-policy', index, 0, `the proposal and the approval of policy version ${version}`, proposedBy === null ? 'no proposal' : 'no approval');
    if (proposedAt > occurredAt || !approvals.some(({ by, at }) => by !== proposedBy && at <= occurredAt)) this.report.find('rule-policy', index, `an approval by somebody else than ${proposedBy} before the activation at ${timeOf(occurredAt)}`, approvals.map(({ by, at }) => `${by} at ${timeOf(at)}`).join(', '));
  }

  /** Each key is the one whose digest was on record, all but the first ten minutes before its start: nobody chose a key when they knew what it would draw. */
  #checkKeys(): void {
    const commitments = this.all('SamplingKeyChanged');
    for (const { version, start, key } of this.keys) {
      const known = commitments.find(({ value }) => value['keyVersion'] === version);
      if (known === undefined) {
        this.absent('rule-sampling-key', null, 0, `a commitment to sampling key ${version}`, 'none');
        continue;
      }
      this.report.check('sampling keys, each against its commitment');
      if (known.value['commitment'] !== sha256(key).toString('hex') || known.value['validFrom'] !== start) this.report.find('rule-sampling-key', known.index, `key ${version} with digest ${String(known.value['commitment'])} from ${timeOf(Number(known.value['validFrom']))}`, 'another key, or another start');
    }
    const first = Math.min(...commitments.map(({ row }) => row.occurredAt));
    for (const { index, row: { occurredAt }, value } of commitments) if (occurredAt > first && Number(value['validFrom']) < occurredAt + 10 * minute) this.report.find('rule-sampling-key', index, `a commitment ten minutes before key ${String(value['keyVersion'])} starts`, timeOf(occurredAt));
  }

  /** Content is erased when one person asked for it and another approved. */
  #checkErasures(): void {
    const requests = new Map(this.all('ErasureRequested').map(({ row, value }) => [value['erasureId'], row.actor]));
    const approvals = this.all('ErasureApproved');
    for (const { index, row, value: { erasureId, requestedBy } } of approvals) {
      this.#checkTwo('approvals of erasures, each by a second person', index, row, requestedBy);
      if (requests.get(erasureId) !== requestedBy) this.absent('rule-erasure', index, row.recordedAt, `a request of the erasure ${String(erasureId)} by ${String(requestedBy)}`, 'none');
    }
    const erased = new Map(this.all('DecisionErased').reverse().map((event) => [event.value['erasureId'], event]));
    for (const [erasureId, { index, row }] of erased) {
      this.report.check('erasures, each approved by a second person');
      if (approvals.every(({ value }) => value['erasureId'] !== erasureId)) this.absent('rule-erasure', index, row.recordedAt, `an approval of the erasure ${String(erasureId)}`, 'none');
    }
    for (const { index, row, value } of this.all('LegalHoldLifted')) this.#checkTwo('legal holds lifted, each by two people', index, row, value['askedBy']);
  }

  /** How long rows are kept is a rule of two privacy officers: who agreed was one then, and who asked at some time before. */
  #checkRetentionRules(): void {
    for (const { index, row, value: { askedBy } } of this.all('RetentionRuleChanged')) {
      this.#checkTwo('retention rules, each by two people', index, row, askedBy);
      for (const [person, orBefore] of [[row.actor ?? '', false], [String(askedBy), true]] as const) {
        const isOfficer = this.wasOfficer(person, row.occurredAt, orBefore);
        if (isOfficer === null) this.absent('rule-erasure', index, row.recordedAt, `the entry of ${person} in the register`, 'none');
        if (isOfficer === false) this.report.find('rule-erasure', index, 'a rule of two privacy officers', `${person}, who was none`);
      }
    }
  }

  #checkTwo(what: string, index: number, { actor }: Row, other: unknown): void {
    this.report.check(what);
    if (actor === null || typeof other !== 'string' || actor === other) this.report.find('rule-erasure', index, 'two people', `${actor} and ${String(other)}`);
  }
}

/** The rates at the top level of a policy's text (YAML); re-reviews are 3 % unless it says otherwise. */
function ratesIn(text: string): Rates | null {
  const rate = (name: string) => new RegExp(`^${name}:[ \\t]*([0-9.eE+-]+)[ \\t]*(#.*)?$`, 'm').exec(text)?.[1];
  const [spotCheck, reReview] = [rate('spotCheckRate'), rate('reReviewRate')];
  if (spotCheck === undefined || (reReview === undefined && text.includes('reReviewRate'))) return null;
  return { spotCheck: Number(spotCheck), reReview: Number(reReview ?? 0.03) };
}

/** A draw: HMAC-SHA256 of purpose, system and decision id, each behind its length in bytes and a colon; its first 53 bits, as a number from 0 to below 1. */
export function drawWith({ key }: DrawKey, purpose: string, { system, decisionId }: Row): number {
  const text = [purpose, system ?? '', decisionId ?? ''].map((part) => `${Buffer.byteLength(part)}:${part}`).join('');
  return Number(createHmac('sha256', key).update(text).digest().readBigUInt64BE() >> 11n) / 2 ** 53;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
