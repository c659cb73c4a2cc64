import { createHmac, hash } from 'node:crypto';
import { BundleError } from '../bundle/format.ts';
import { parseObject } from '../verify/line.ts';
import type { WorldEvent } from '../verify/examine.ts';
import { Collector, type FindingCode } from '../verify/report.ts';
import type { Event } from './events.ts';
import type { GoneRows, GoneRun } from '../verify/rows.ts';
import { Privacy } from './privacy.ts';
import type { Stretch } from './retention.ts';
import { minuteUs } from './units.ts';

/** Events of different topics are recorded in any order: what is this near to the end may still lack what it follows from. */
const inFlightUs = 10 * minuteUs;
/** Tokens of people are good for five minutes, and two clocks differ by seconds. */
const staleUs = 6 * minuteUs;
const skewUs = minuteUs;
/** A sampling key is committed to so long before it starts. */
const keyLeadUs = 10 * minuteUs;
/** The version that is pinned where no policy covers a decision type. */
export const failClosedVersion = 'fail-closed';

export type SamplingKey = { version: string; key: Uint8Array; validFrom: number };
/** What a world was told: data alone, of which another thread makes the same. */
export type Told = Pick<World, 'complete' | 'keys' | 'endAt' | 'unread'> & { events: readonly WorldEvent[] };
type Person = { at: number; active: boolean; roles: readonly string[]; queues: readonly string[] };
type Policy = { proposedBy: string | null; proposedAt: number; approvals: Array<{ by: string; at: number }>; activatedAt: number; activation: number; rates: Rates | null };
export type Rates = { spotCheck: number; reReview: number };

/**
 * What rules need to know beyond one decision: people, policies, sampling keys. Kept whole, since there are few of them; memory grows with how often
 * they change, not with the number of decisions.
 */
export class World {
  /** Whether everything that happened must be there: of a part of a log nobody can say that something is missing. */
  readonly complete: boolean;
  found: Collector;
  readonly keys: readonly SamplingKey[];
  endAt = 0;
  /** Whether there are events that this verifier has no schema of. */
  unread = false;
  readonly #events: WorldEvent[] = [];
  readonly #people = new Map<string, Person[]>();
  readonly #policies = new Map<string, Policy>();
  readonly #privacy: Privacy;
  readonly #commitments: Array<{ version: string; commitment: string; validFrom: number; at: number; index: number }> = [];

  constructor(complete: boolean, keys: readonly SamplingKey[], found: Collector) {
    [this.complete, this.keys, this.found] = [complete, keys, found];
    this.#privacy = new Privacy(this);
  }

  /** A world that was told the same; what was found in telling is not found again. */
  static of({ complete, keys, endAt, unread, events }: Told): World {
    const world = new World(complete, keys, new Collector());
    for (const event of events) world.add(event);
    return Object.assign(world, { endAt, unread });
  }

  told(): Told {
    const { complete, keys, endAt, unread } = this;
    return { complete, keys, endAt, unread, events: this.#events };
  }

  /** Takes in what is no part of a decision. */
  add(worldEvent: WorldEvent): void {
    this.#events.push(worldEvent);
    const { index, record, occurredAt: at, event } = worldEvent;
    switch (record) {
      case 'PersonChanged': {
        const { personId, active, available, roles, queues } = event;
        const states = this.#people.get(String(personId)) ?? [];
        states.push({ at, active: (active ?? available) === true, roles: textsOf(roles), queues: textsOf(queues) });
        this.#people.set(String(personId), states);
        return;
      }
      case 'PolicyProposed': {
        const policy = this.#policy(event);
        Object.assign(policy, { proposedBy: String(event['proposedBy']), proposedAt: at });
        policy.rates ??= ratesOf(String(event['text']));
        return;
      }
      case 'PolicyApproved': this.#policy(event).approvals.push({ by: String(event['approvedBy']), at }); return;
      case 'PolicyActivated': {
        const policy = this.#policy(event);
        if (at < policy.activatedAt) Object.assign(policy, { activatedAt: at, activation: index });
        policy.rates ??= ratesOf(String(event['text']));
        return;
      }
      case 'SamplingKeyChanged': this.#commitments.push({ version: String(event['keyVersion']), commitment: String(event['commitment']), validFrom: Number(event['validFrom']), at, index }); return;
      default: this.#privacy.add(worldEvent);
    }
  }

  /**
   * Something that another topic should have, and does not: a finding in a whole log, unless it may still be on its way; in a part of one it
   * cannot be known.
   */
  absent(code: FindingCode, index: number | null, recordedAt: number, expected: string, found: string): void {
    if (this.unread) this.found.skip(expected, 'there are events that could not be read, and it may be among them');
    else if (!this.complete) this.found.skip(expected, 'the evidence is a part of the log, and it is not in it');
    else if (recordedAt > this.endAt - inFlightUs) this.found.note(expected, 'not there yet, within ten minutes of the end of the evidence');
    else this.found.find(code, index, expected, found);
  }

  /** Whether a version was proposed, approved by somebody else and activated, in this order, before an instant. */
  checkPolicy(version: string | null, at: number, index: number, recordedAt: number): void {
    if (version === null || version === failClosedVersion) return;
    const policy = this.#policies.get(version);
    this.found.check('decisions, each under a policy version in force');
    if (policy === undefined || policy.activatedAt === Infinity) return this.absent('rule-policy', index, recordedAt, `an activation of policy version ${version}`, 'none');
    if (policy.activatedAt > at + skewUs) this.found.find('rule-policy', index, `a version activated before ${timeOf(at)}`, `${version}, first activated at ${timeOf(policy.activatedAt)}`);
  }

  /** Whether somebody was entered, active and qualified for a queue when they claimed; a senior where the work asks for one. */
  checkQualified(person: string, work: { queue: string; escalatedFrom: string | null; senior: boolean }, at: number, index: number, recordedAt: number): void {
    const states = this.#people.get(person);
    this.found.check('claims, each by somebody qualified');
    if (states === undefined) return this.absent('rule-unqualified', index, recordedAt, `the entry of ${person} in the register`, 'none');
    const ordered = states.map((state, number) => ({ ...state, until: states[number + 1]?.at ?? Infinity }));
    const then = ordered.filter((state) => state.at <= at + skewUs && state.until >= at - staleUs);
    if (then.some((state) => state.active && mayWork(state, work))) return;
    const known = then.at(-1);
    this.found.find('rule-unqualified', index, `somebody active and qualified for ${work.queue}${work.senior ? ', a senior' : ''}`, known === undefined ? `${person}, who was entered later` : `${person}: ${known.active ? 'active' : 'not active'}, ${known.roles.join(' ')}; ${known.queues.join(' ')}`);
  }

  /** Rates of a version's draws; null where its text does not say them in a plain way. */
  ratesOf(version: string | null): Rates | null {
    return this.#policies.get(version ?? '')?.rates ?? null;
  }

  /** Holds the sampling keys that were given against their commitments. */
  #checkKeys(): void {
    const firstAt = Math.min(...this.#commitments.map(({ at }) => at));
    for (const { version, key, validFrom } of this.keys) {
      const known = this.#commitments.find((commitment) => commitment.version === version);
      if (known === undefined) { this.absent('rule-sampling-key', null, 0, `a commitment to sampling key ${version}`, 'none'); continue; }
      this.found.check('sampling keys, each against its commitment');
      if (known.commitment !== hash('sha256', key) || known.validFrom !== validFrom) this.found.find('rule-sampling-key', known.index, `key ${version} with digest ${known.commitment} from ${timeOf(known.validFrom)}`, 'another key, or another start');
    }
    for (const { version, at, validFrom, index } of this.#commitments) if (at > firstAt && validFrom < at + keyLeadUs) this.found.find('rule-sampling-key', index, `a commitment ten minutes before key ${version} starts`, timeOf(at));
  }

  /** Whether somebody was an active privacy officer at an instant, or at some time before; null where the register has nothing of them until then. */
  wasOfficer(person: string, at: number, earlier: boolean): boolean | null {
    const states = (this.#people.get(person) ?? []).filter((state) => state.at <= at + skewUs);
    const then = states.filter((_, number) => earlier || (states[number + 1]?.at ?? Infinity) >= at - staleUs);
    return states.length === 0 ? null : then.some(({ active, roles }) => active && roles.includes('privacy-officer'));
  }

  /** Of rows that are gone, those whose retention did not end. */
  unexplained(gone: GoneRows, evidence: Stretch): GoneRun[] {
    return this.#privacy.unexplained(gone, evidence);
  }

  /** What needs everything to have been read. */
  finish(): void {
    for (const [version, policy] of this.#policies) if (policy.activatedAt < Infinity) this.#checkApproval(version, policy);
    this.#checkKeys();
    this.#privacy.finish();
  }

  /** The key valid at an instant. */
  keyAt(at: number): SamplingKey | undefined {
    return this.keys.findLast(({ validFrom }) => validFrom <= at);
  }

  #policy(event: Event): Policy {
    const version = String(event['version']);
    const policy = this.#policies.get(version) ?? { proposedBy: null, proposedAt: Infinity, approvals: [], activatedAt: Infinity, activation: 0, rates: null };
    this.#policies.set(version, policy);
    return policy;
  }

  #checkApproval(version: string, { proposedBy, proposedAt, approvals, activatedAt, activation }: Policy): void {
    this.found.check('policy versions, each proposed and approved by two people before its activation');
    if (proposedBy === null || approvals.length === 0) return this.absent('rule-policy', activation, 0, `the proposal and the approval of policy version ${version}`, proposedBy === null ? 'no proposal' : 'no approval');
    if (proposedAt > activatedAt || !approvals.some(({ by, at }) => by !== proposedBy && at <= activatedAt)) this.found.find('rule-policy', activation, `an approval by somebody else than ${proposedBy} before the activation at ${timeOf(activatedAt)}`, approvals.map(({ by, at }) => `${by} at ${timeOf(at)}`).join(', '));
  }
}

/**
 * A draw: HMAC-SHA256 of purpose, system and decision id, each behind its length in bytes, under the sampling key, its first 53 bits read as a
 * number in [0, 1).
 */
export function uniformDraw(key: Uint8Array, purpose: string, system: string, decisionId: string): number {
  const mac = createHmac('sha256', key);
  for (const part of [purpose, system, decisionId]) mac.update(`${Buffer.byteLength(part)}:${part}`);
  const digest = mac.digest();
  return (digest.readUInt32BE(0) * 2 ** 21 + (digest.readUInt32BE(4) >>> 11)) / 2 ** 53;
}

/** The keys of a file `{"keys": [{"version", "validFrom": ISO 8601, "keyBase64"}]}`, ascending by start. Throws a `BundleError` for anything else. */
export function samplingKeysIn(text: string, name: string): SamplingKey[] {
  const keys = parseObject(text)?.['keys'];
  if (!Array.isArray(keys)) throw new BundleError(`${name} is no file of sampling keys.`);
  const read = keys.map((each): SamplingKey => {
    const { version, validFrom, keyBase64 } = each as Record<string, unknown>;
    return { version: String(version), validFrom: Date.parse(String(validFrom)) * 1000, key: Buffer.from(String(keyBase64), 'base64') };
  });
  return read.sort((a, b) => a.validFrom - b.validFrom);
}

function mayWork({ roles, queues }: Person, { queue, escalatedFrom, senior }: { queue: string; escalatedFrom: string | null; senior: boolean }): boolean {
  const isSenior = roles.includes('senior');
  if (senior && !isSenior) return false;
  return (isSenior && queue === 'unclassified') || queues.some((each) => each === '*' || each === queue || each === queue.split('/')[0] || each === escalatedFrom);
}

/** The rates that a policy's text states at its top level; the default of re-reviews is 3 %. */
function ratesOf(text: string): Rates | null {
  const rate = (name: string) => new RegExp(`^${name}:[ \\t]*([0-9.eE+-]+)[ \\t]*(#.*)?$`, 'm').exec(text)?.[1];
  const [spotCheck, reReview] = [rate('spotCheckRate'), rate('reReviewRate')];
  if (spotCheck === undefined || (reReview === undefined && text.includes('reReviewRate'))) return null;
  return { spotCheck: Number(spotCheck), reReview: Number(reReview ?? 0.03) };
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** Microseconds as people read them. */
export function timeOf(micros: number): string {
  const time = new Date(micros / 1000);
  return Number.isNaN(time.getTime()) ? String(micros) : time.toISOString();
}
