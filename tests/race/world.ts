/** What a race leaves behind: what people were told, what the tables say, and what is on Kafka. Plain data, so that bugs can be planted into it. */

export type ToldClaim = {
  person: string; taskId: string; fence: number;
  /** Microseconds, by the database clock. */
  expiresAt: number;
  /** A heartbeat was sent, so that it may live longer than told. */
  beaten: boolean;
};
export type ToldJudgement = { person: string; taskId: string; fence: number; judgementId: string; reasoning: string };
export type Told = {
  claims: ToldClaim[];
  judgements: ToldJudgement[];
  /** Judgements whose owner was told that they are taken back. */
  undone: string[];
  /** Judgements whose owner asked to take them back and got no answer. */
  undoing: string[];
};

export type JudgementRow = { judgementId: string; taskId: string; person: string; fence: number; state: string };
/** An event of `reviews.changed`, without its repeats, in the order of its decision. */
export type RaceEvent = {
  record: string; taskId: string; person: string | null; fence: number; at: number;
  judgementId: string | null; reasoning: string | null; expiresAt: number | null;
};
export type RaceWorld = { told: Told; tasks: Array<{ taskId: string; state: string }>; judgements: JudgementRow[]; events: RaceEvent[] };

export const violationKinds = ['double-claim', 'stale-judgement', 'judgement-lost', 'judgement-doubled', 'told-otherwise', 'event-missing', 'task-unfinished'] as const;
export type ViolationKind = (typeof violationKinds)[number];
export type Violation = { kind: ViolationKind; what: string };
