/** Which decisions come into the pool: the lowest keyed draws of each day, system and type. */

import type { DecisionRouted, ViewOf, Views } from '@countersign/contracts';
import { dayOf, exerciseRate, reservoir, uniformDraw, type Drawn, type SamplingKeySource } from '@countersign/core';
import type { PolicyFeed, ServiceContext, Vault } from '@countersign/kit';
import type { SamplingConfig } from '../config.ts';
import type { Bucket, CaseRow } from './store.ts';

/** What the pool and its plans depend on. */
export const calibrationViews = {
  DecisionRouted: {
    system: true, decisionId: true, policyVersion: true, decisionType: true, acceptedAt: true, route: true, tier: true, kind: true, queue: true,
    dueAt: true, warnAt: true, holdUntil: true, subjectKind: true, subjectId: true, accepted: true,
  },
} as const satisfies Views;
export type Routed = ViewOf<DecisionRouted, (typeof calibrationViews)['DecisionRouted']>;

/** What a case needs to be judged again. */
const acceptedViews = { DecisionAccepted: { proposed: { output: { label: true }, input: { parts: true } } } } as const satisfies Views;

export type CalibrationDeps = {
  context: Pick<ServiceContext<'sampling'>, 'codec' | 'publisher'>;
  policies: Pick<PolicyFeed, 'byVersion' | 'activeVersion'>;
  keys: SamplingKeySource;
  vault: Pick<Vault, 'seal' | 'open' | 'forget'>;
  config: SamplingConfig;
  thresholds: Thresholds;
};

export type Candidate = Drawn & { routed: Routed; keyVersion: string; bucket: Bucket };

/** A decision's draw for the pool, or `null` where its policy wants no exercises or it was never classified. Pure. */
export function candidateOf({ policies, keys }: Pick<CalibrationDeps, 'policies' | 'keys'>, routed: Routed): Candidate | null {
  const policy = policies.byVersion(routed.policyVersion ?? '');
  if (policy === null || routed.kind === 'unclassified' || exerciseRate(policy.document) === 0) return null;
  const { system, decisionId } = routed;
  if (system === null || decisionId === null) return null;
  const key = keys.at(routed.acceptedAt);
  const bucket = { system, decisionType: routed.decisionType, day: dayOf(routed.acceptedAt) };
  return { routed, decisionId, bucket, draw: uniformDraw(key.key, 'calibration', system, decisionId), keyVersion: key.version };
}

const thresholdsMax = 1000;

/**
 * What is known of full reservoirs, so that most decisions cost a draw and no more. A threshold only ever sinks: an old one
 * lets too much through, and nothing is missed.
 */
export class Thresholds {
  readonly #known = new Map<string, number>();

  below({ bucket, draw }: Candidate): boolean {
    return draw <= (this.#known.get(nameOf(bucket)) ?? 1);
  }

  learn(found: ReadonlyArray<Bucket & { draw: number }>): void {
    if (this.#known.size + found.length > thresholdsMax) this.#known.clear();
    for (const { draw, ...bucket } of found) this.#known.set(nameOf(bucket), draw);
  }
}

export function nameOf({ system, decisionType, day }: Bucket): string {
  return `${system}\n${decisionType}\n${day}`;
}

/** The rows of the candidates that may be among the lowest of their day, sealed; whoever was erased is left out. */
export async function rowsOf({ context, vault, config }: CalibrationDeps, candidates: readonly Candidate[]): Promise<CaseRow[]> {
  const distinct = [...new Map(candidates.map((candidate) => [`${candidate.bucket.system}\n${candidate.decisionId}`, candidate])).values()];
  const accepted = await context.codec.decode('decisions.accepted', distinct.map(({ routed }) => routed.accepted), acceptedViews);
  const usable = distinct.flatMap((candidate, index) => {
    const inner = accepted[index];
    if (inner === undefined || 'undecodable' in inner) throw new Error(`The accepted event inside ${candidate.decisionId} cannot be decoded.`);
    const { input, output } = inner.value.proposed;
    // What stands elsewhere may be gone by then: a case with a hole in it would give the exercise away.
    return input.parts.some(({ uri }) => uri !== null) ? [] : [{ ...candidate, outputLabel: output.label }];
  });
  const kept = [...Map.groupBy(usable, ({ bucket }) => nameOf(bucket)).values()].flatMap((ofBucket) => reservoir(ofBucket, config.casesPerDayMax));
  const sealed = await vault.seal(kept.map(({ routed: { subjectKind, subjectId, acceptedAt, accepted }, bucket: { system }, decisionId }) => ({ owner: { system, decisionId, subjectKind, subjectId, acceptedAt }, plain: accepted })));
  return kept.flatMap(({ routed, bucket, decisionId, draw, keyVersion, outputLabel }, index) => {
    const sealedAccepted = sealed[index]?.bytes ?? null;
    if (sealedAccepted === null) return [];
    const { policyVersion, acceptedAt, route, tier, subjectKind, subjectId } = routed;
    return [{ ...bucket, decisionId, draw, keyVersion, policyVersion: policyVersion ?? '', acceptedAt, route, tier, outputLabel, subjectKind, subjectId, sealedAccepted }];
  });
}
