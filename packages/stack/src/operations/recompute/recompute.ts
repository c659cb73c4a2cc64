import { derivedEventId, type EventTypes } from '@countersign/contracts';
import { formOf, keyAt, stratumOf, uniformDraw, type CompiledPolicy, type Route, type SamplingKey } from '@countersign/core';
import { drawFor } from '@countersign/sampling';
import { ExerciseDraws } from './exercises.ts';
import { checkKeys, instantOf, LoggedPolicies } from './log-facts.ts';
import type { LoggedRecord, RecordSource } from './records.ts';
import type { Counts, Verdict } from './report.ts';

/** By acceptance, in microseconds; `to` is exclusive. */
export type RecomputeFilter = { from?: number; to?: number; system?: string; decisionType?: string };
export type Finding = { verdict: Verdict; what: 'form' | 'spot-check' | 're-review' | 'exercise' | 'key' | 'policy' | 'routing'; system: string | null; decisionId: string | null; detail: string };
export type RecomputeReport = {
  decisions: number;
  /** Decisions whose content was erased: what is left names the draw, but not its stratum and form. */
  erased: number;
  keys: string[];
  /**
   * For each kind of draw: decisions that took part, those that should have been selected, and those that were, rightly. Of exercises
   * some that should have been are not: there was no case for them.
   */
  draws: Record<'form' | 'spot-check' | 're-review' | 'exercise', Counts>;
  missing: number;
  unexpected: number;
  wrong: number;
  findings: Finding[];
};

/** Listing more of them tells an auditor nothing new; they are all counted. */
const findingsMax = 1000;
/** What came so shortly before the end of the log may be there without what follows from it, as for whoever verifies a bundle. */
const inFlightUs = 600_000_000;

/**
 * Recomputes every draw of an audit log from the keys alone. Memory grows with the selections and with the ids of
 * decisions, not with the content of the log.
 */
export async function recomputeDraws(source: RecordSource, keys: readonly SamplingKey[], filter: RecomputeFilter = {}): Promise<RecomputeReport> {
  const recomputation = new Recomputation(keys, filter, await LoggedPolicies.read(source), (await source.end()) - inFlightUs);
  for (const { version, problem } of await checkKeys(source, keys)) recomputation.find('wrong', 'key', null, `Key ${version}: ${problem}.`);
  for await (const selected of source.read('SpotCheckSelected')) recomputation.addSelected(selected);
  for await (const planned of source.read('CalibrationPlanned')) recomputation.addPlanned(planned);
  for await (const accepted of source.read('DecisionAccepted')) recomputation.addAccepted(accepted);
  for await (const routed of source.read('DecisionRouted')) recomputation.check(routed);
  return recomputation.finish();
}

class Recomputation {
  readonly report: RecomputeReport;
  readonly #keys: readonly SamplingKey[];
  readonly #filter: RecomputeFilter;
  readonly #policies: LoggedPolicies;
  readonly #selected = new Map<string, LoggedRecord>();
  readonly #exercises: ExerciseDraws;
  readonly #unrouted = new Set<string>();
  readonly #policiesMissing = new Set<string>();
  readonly #settledUs: number;

  /** What was recorded before `settledUs` has all that follows from it on the log. */
  constructor(keys: readonly SamplingKey[], filter: RecomputeFilter, policies: LoggedPolicies, settledUs: number) {
    this.#keys = keys;
    this.#filter = filter;
    this.#policies = policies;
    this.#settledUs = settledUs;
    const none = (): Counts => ({ drawn: 0, selected: 0, matched: 0 });
    this.report = { decisions: 0, erased: 0, keys: keys.map(({ version }) => version), draws: { form: none(), 'spot-check': none(), 're-review': none(), exercise: none() }, missing: 0, unexpected: 0, wrong: 0, findings: [] };
    this.#exercises = new ExerciseDraws(keys, this.report.draws.exercise, (verdict, record, detail) => this.find(verdict, 'exercise', record, detail));
  }

  addPlanned(record: LoggedRecord): void {
    if (this.#covers(record, instantOf(record, 'occurredAt'))) this.#exercises.add(record);
  }

  find(verdict: Verdict, what: Finding['what'], record: LoggedRecord | null, detail: string): void {
    this.report[verdict] += 1;
    if (this.report.findings.length < findingsMax) this.report.findings.push({ verdict, what, system: record?.system ?? null, decisionId: record?.decisionId ?? null, detail });
  }

  addSelected(record: LoggedRecord): void {
    if (!this.#covers(record, instantOf(record, 'acceptedAt'))) return;
    const purpose = purposeOf(record);
    const key = selectionKey(record, purpose);
    if (this.#selected.has(key)) this.find('unexpected', purpose, record, 'It was selected twice.');
    else this.#selected.set(key, record);
  }

  addAccepted(record: LoggedRecord): void {
    const acceptedAt = instantOf(record, 'acceptedAt');
    if (this.#covers(record, acceptedAt) && this.#isSettled(record)) this.#unrouted.add(selectionKey(record, ''));
  }

  check(record: LoggedRecord): void {
    const acceptedAt = instantOf(record, 'acceptedAt');
    if (!this.#covers(record, acceptedAt)) return;
    this.report.decisions += 1;
    this.#unrouted.delete(selectionKey(record, ''));
    if (record.event === null) this.report.erased += 1;
    const policy = this.#policies.byVersion(record.policyVersion);
    const key = keyAt(this.#keys, acceptedAt);
    if (policy === undefined) return this.#missingPolicy(record);
    if (key === undefined) return this.find('wrong', 'key', record, 'No key of the file is valid at its acceptance.');
    if (record.event !== null) this.#checkForm(record, record.event as unknown as EventTypes['DecisionRouted'], policy, key);
    this.#checkSelection(record, policy, key);
    this.#exercises.check(record, policy, key);
  }

  finish(): RecomputeReport {
    this.#exercises.finish(this.#filter.from ?? -Infinity);
    for (const record of this.#selected.values()) if (this.#isSettled(record)) this.find('unexpected', purposeOf(record), record, 'It was selected, and the log does not say that it was routed.');
    for (const name of this.#unrouted) {
      const [system = '', decisionId = ''] = name.split('\n');
      this.find('missing', 'routing', { system, decisionId } as LoggedRecord, 'It was accepted, and the log does not say that it was routed: it escaped every draw.');
    }
    return this.report;
  }

  #covers({ system, decisionType }: LoggedRecord, acceptedAt: number): boolean {
    const { from = -Infinity, to = Infinity } = this.#filter;
    return acceptedAt >= from && acceptedAt < to && (this.#filter.system ?? system) === system && (this.#filter.decisionType ?? decisionType) === decisionType;
  }

  #isSettled({ recordedAt }: LoggedRecord): boolean {
    return Date.parse(recordedAt) * 1000 < this.#settledUs;
  }

  #missingPolicy(record: LoggedRecord): void {
    for (const purpose of ['spot-check', 're-review'] as const) this.#selected.delete(selectionKey(record, purpose));
    const version = record.policyVersion ?? 'none';
    if (this.#policiesMissing.has(version)) return;
    this.#policiesMissing.add(version);
    this.find('wrong', 'policy', record, `The log does not hold policy ${version}: the rates of its decisions are unknown.`);
  }

  #checkForm(record: LoggedRecord, routed: EventTypes['DecisionRouted'], policy: CompiledPolicy | null, key: SamplingKey): void {
    const draw = uniformDraw(key.key, 'form', record.system ?? '', record.decisionId ?? '');
    // What a policy cannot classify (an attribute lacks, another system) fails closed in the shown form, whatever is drawn.
    const form = policy === null || routed.kind === 'unclassified' ? 'shown' : formOf(routed.route as Route, policy.document, draw);
    const faults = [
      ...(routed.formKeyVersion === key.version ? [] : [`key ${routed.formKeyVersion ?? 'none'} instead of ${key.version}`]),
      ...(routed.formDraw === draw ? [] : [`draw ${routed.formDraw ?? 'none'} instead of ${draw}`]),
      ...(routed.form === form ? [] : [`form ${routed.form} instead of ${form}`]),
    ];
    const counts = this.report.draws.form;
    counts.drawn += 1;
    if (form === 'hidden') counts.selected += 1;
    if (faults.length === 0) counts.matched += 1;
    else this.find('wrong', 'form', record, `It has ${faults.join(', ')}.`);
  }

  #checkSelection(record: LoggedRecord, policy: CompiledPolicy | null, key: SamplingKey): void {
    const draw = drawFor({ kind: record.kind ?? '' }, policy);
    const drawn = draw === null ? 1 : uniformDraw(key.key, draw.purpose, record.system ?? '', record.decisionId ?? '');
    if (draw !== null) this.report.draws[draw.purpose].drawn += 1;
    for (const purpose of ['spot-check', 're-review'] as const) {
      const selected = this.#selected.get(selectionKey(record, purpose));
      this.#selected.delete(selectionKey(record, purpose));
      const due = draw?.purpose === purpose && drawn < draw.rate;
      if (due) this.report.draws[purpose].selected += 1;
      if (due && selected === undefined && this.#isSettled(record)) this.find('missing', purpose, record, `It should have been selected: ${drawn} is below ${draw.rate} under key ${key.version}.`);
      if (!due && selected !== undefined) this.find('unexpected', purpose, record, draw?.purpose === purpose ? `It was selected although ${drawn} is not below ${draw.rate} under key ${key.version}.` : `Its kind ${record.kind} takes no part in this draw.`);
      if (due && selected !== undefined) this.#compare(record, selected, { purpose, rate: draw.rate, drawn, version: key.version });
    }
  }

  #compare(routed: LoggedRecord, selected: LoggedRecord, due: { purpose: 'spot-check' | 're-review'; rate: number; drawn: number; version: string }): void {
    const event = selected.event as unknown as EventTypes['SpotCheckSelected'] | null;
    const tier = routed.event?.['tier'];
    const pairs: Array<[name: string, found: unknown, wanted: unknown]> = [['event id', selected.eventId, derivedEventId(routed.system ?? '', routed.decisionId ?? '', due.purpose)]];
    if (event !== null) {
      pairs.push(['key', event.keyVersion, due.version], ['rate', event.probability, due.rate], ['draw', event.draw, due.drawn], ['kind', event.kind, due.purpose], ['policy', selected.policyVersion, routed.policyVersion]);
      if (typeof tier === 'string') pairs.push(['stratum', event.stratum, stratumOf(routed.system ?? '', routed.decisionType ?? '', tier)], ['acceptance', event.acceptedAt, routed.event?.['acceptedAt']]);
    }
    const faults = pairs.filter(([, found, wanted]) => found !== wanted).map(([name, found, wanted]) => `${name} ${String(found)} instead of ${String(wanted)}`);
    if (faults.length === 0) this.report.draws[due.purpose].matched += 1;
    else this.find('wrong', due.purpose, routed, `The selection has ${faults.join(', ')}.`);
  }
}

function purposeOf(record: LoggedRecord): 'spot-check' | 're-review' {
  return (record.event?.['purpose'] ?? record.kind) === 're-review' ? 're-review' : 'spot-check';
}

function selectionKey({ system, decisionId }: LoggedRecord, purpose: string): string {
  return `${system}\n${decisionId}\n${purpose}`;
}
