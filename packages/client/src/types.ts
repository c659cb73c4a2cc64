import type { Proposal } from './proposal.ts';

/** Which decision: the pair is the identity. */
export type DecisionRef = { system: string; decisionId: string };

/** A decision that Countersign has taken in; `traceparent` is the span that proposed it (W3C Trace Context): the trace it runs under. */
export type Receipt = DecisionRef & { traceparent: string };

/** The one final answer on a decision. Act on `approved`, act on the changed output on `modified`, do not act on `rejected`. */
export type Verdict = DecisionRef & {
  /** The same on every delivery: remember it to act once. */
  eventId: string;
  verdict: 'approved' | 'rejected' | 'modified';
  /** The label that counts; null on rejection where nobody gave another answer. */
  outputLabel: string | null;
  /** The changed output, over Kafka only; null unless modified. */
  modifiedOutput: { label: string; content: Uint8Array | null; mediaType: string | null } | null;
  resolvedBy: string;
  basis: string;
  /** A sentence for a person. */
  reason: string;
  resolvedAt: Date;
};

/** What both transports offer. */
export interface CountersignClient extends AsyncDisposable {
  /**
   * Resolves once the proposal is stored for good (Kafka acknowledged it). Idempotent: call it again after any
   * doubt, with the same id and content. Throws `RefusedError` where the refusal is known at once (HTTP), and
   * `CountersignClientError` with code `unavailable` when Countersign could not be reached in time.
   */
  propose(proposal: Proposal): Promise<Receipt>;
  /**
   * Waits for the verdict. Throws `VerdictTimeoutError` after `timeoutMs`, and `RefusedError` when what this client
   * proposed under that id was refused. Never resolves without a verdict. The `traceparent` of the receipt makes waiting over
   * HTTP part of the decision's trace, where the caller is in no trace of its own.
   */
  verdict(wanted: DecisionRef & { timeoutMs: number; traceparent?: string }): Promise<Verdict>;
}

/** Kafka besides brings every verdict of a group of readers. */
export interface CountersignKafkaClient extends CountersignClient {
  /**
   * Every verdict, once by `eventId` in this process. A verdict counts as handled when the next one is asked for;
   * after a crash the ones that were not are delivered again, so act once per `eventId`. Readers with one `groupId`
   * share the work.
   */
  verdicts(options: { groupId: string; systems?: readonly string[]; startAt?: 'earliest' | 'latest' }): AsyncIterableIterator<Verdict>;
}
